package unitstore

import (
	"cmp"
	"context"
	"slices"
	"strings"
	"time"

	"berth/internal/lockfs"
)

// Size is what the units of one package take.
type Size struct {
	Package string // "name version"
	Units   int
	Bytes   int64
	Used    time.Time // last
	Took    time.Duration
}

// Sizes are the packages in the store, the largest first.
func (s *Store) Sizes(ctx context.Context) ([]Size, error) {
	packages := map[string]*Size{}
	err := s.eachVariant(ctx, func(key string, st stampFile, v *Variant) {
		p := packages[v.Package]
		if p == nil {
			p = &Size{Package: v.Package}
			packages[v.Package] = p
		}
		p.Units++
		p.Bytes += v.Bytes()
		p.Took += v.Took
		if st.used.After(p.Used) {
			p.Used = st.used
		}
	})
	var all []Size
	for _, p := range packages {
		all = append(all, *p)
	}
	slices.SortFunc(all, func(a, b Size) int { return cmp.Or(cmp.Compare(b.Bytes, a.Bytes), cmp.Compare(a.Package, b.Package)) })
	return all, err
}

func (s *Store) eachVariant(ctx context.Context, visit func(key string, st stampFile, v *Variant)) error {
	return s.eachKey(func(key string) error {
		if ctx.Err() != nil {
			return context.Cause(ctx)
		}
		stamps, err := s.stamps(key)
		for _, st := range stamps {
			if v, err := readStamp(st.file); err == nil {
				visit(key, st, v)
			}
		}
		return err
	})
}

// User is a process that uses units of the store at this moment.
type User struct {
	lockfs.Holder
	Units int
}

// Users are the processes that have leased units.
func (s *Store) Users(ctx context.Context) ([]User, error) {
	used, err := s.leased(ctx, false)
	if err != nil {
		return nil, err
	}
	var users []User
	for _, holders := range used {
		for _, h := range holders {
			i := slices.IndexFunc(users, func(u User) bool { return u.PID == h.PID && u.Host == h.Host })
			if i < 0 {
				i = len(users)
				users = append(users, User{Holder: h})
			}
			users[i].Units++
		}
	}
	slices.SortFunc(users, func(a, b User) int { return cmp.Compare(a.PID, b.PID) })
	return users, nil
}

// Drop removes all units of a package: "name", "name version" or "name@version". InUse tells how many had to stay.
func (s *Store) Drop(ctx context.Context, pkg string, dryRun bool) (Swept, error) {
	wanted := strings.Replace(pkg, "@", " ", 1)
	var swept Swept
	var matching []entry
	err := s.eachVariant(ctx, func(key string, st stampFile, v *Variant) {
		if isOf(v.Identity, wanted) {
			matching = append(matching, entry{key: key, attempt: st.attempt, Identity: v.Identity, files: len(v.Outputs), bytes: v.Bytes()})
		}
	})
	if err != nil {
		return swept, err
	}
	if s.Spares != nil && !dryRun {
		_, err = s.Spares.Drop(ctx, func(i Identity) bool { return isOf(i, wanted) })
	}
	for _, e := range matching {
		gone := true
		if !dryRun && err == nil {
			err = s.noteDropped(e.attempt)
		}
		if err != nil {
			return swept, err
		}
		if !dryRun {
			if gone, err = s.retire(ctx, e, unlessInUse); err != nil {
				return swept, err
			}
		}
		swept.count(e, gone)
	}
	return swept, nil
}

// isOf tells whether a unit is of a package, "name" or "name version".
func isOf(i Identity, wanted string) bool {
	name, _, _ := strings.Cut(i.Package, " ")
	return i.Package == wanted || name == wanted
}

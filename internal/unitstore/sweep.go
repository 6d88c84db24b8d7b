package unitstore

import (
	"cmp"
	"context"
	"errors"
	"io/fs"
	"os"
	"slices"
	"strings"
	"time"

	"berth/internal/crashpoint"
	"berth/internal/lockfs"
)

// # Sweep
//
// What was not used for longest goes first, until the store is within its limit. Before that, once it is larger than a
// part of it, units go that were made again and again (each save of a file makes another one), but for the last few of
// each. A unit that another living process has leased stays with all its variants, and what this one has found or made.
//
// One variant goes in four steps under the lock of its unit, which is only ever tried: its stamp gets another name, so that
// nobody finds it any more; the leases are read; the folder leaves by a rename into staging, or the stamp gets its name
// back; the folder is deleted. Whoever has found the variant before the first step had leased it before that, so the second
// one sees him. Killed between the steps, the next maker of that unit or the next sweep goes on.

// Policy says what may stay.
type Policy struct {
	Limit  int64         // bytes of all outputs; negative: any number
	Soft   int64         // beyond it only the last few units of each identity stay; negative: any number
	Few    int           // how many
	Most   int           // of one key stay in any store; 0: any number
	Age    time.Duration // what was used since stays; 0: nothing
	DryRun bool
}

// Few is how many units of one identity stay in a store that is larger than it should be: a branch that is switched back
// and forth, the features of several workspaces.
const Few = 4

// most is how many variants of one key stay in any store: who looks for one reads the stamps of all, and each save of a
// file that an editor has checked leaves another one.
const most = 50

// Removed is a unit that went, or would.
type Removed struct {
	Identity
	Key   string
	Files int
	Bytes int64
}

// Swept is what a sweep came to.
type Swept struct {
	Removed []Removed
	Kept    int64 // bytes that stay
	InUse   int   // units that would have gone, were they not in use
}

// count adds a unit that was to go, and is gone or in use.
func (s *Swept) count(e entry, gone bool) {
	if gone {
		s.Removed = append(s.Removed, Removed{e.Identity, e.key, e.files, e.bytes})
		return
	}
	s.InUse++
	s.Kept += e.bytes
}

// entry is one variant as the sweep sees it.
type entry struct {
	key, attempt string
	Identity
	files int
	bytes int64
	used  time.Time
	torn  bool
}

// Sweep removes what policy does not let stay, and what killed processes left. It waits for nobody.
func (s *Store) Sweep(ctx context.Context, policy Policy) (Swept, error) {
	all, err := s.list(ctx, !policy.DryRun)
	if err != nil {
		return Swept{}, err
	}
	used, err := s.leased(ctx, true)
	if err != nil {
		return Swept{}, err
	}
	if s.Spares != nil && policy.Limit == 0 && policy.Age == 0 && !policy.DryRun {
		if _, err := s.Spares.Drop(ctx, func(Identity) bool { return true }); err != nil {
			return Swept{}, err
		}
	}
	inUse := func(e entry) bool { return len(used[e.key]) > 0 || s.lease.isMine(e.key, e.attempt) }
	goes, swept := choose(all, inUse, policy, s.now())
	for _, e := range goes {
		gone := true
		if !policy.DryRun {
			if gone, err = s.retire(ctx, e, unlessInUse); err != nil {
				return swept, err
			}
		}
		swept.count(e, gone)
	}
	if policy.DryRun {
		return swept, nil
	}
	return swept, s.staging().Clear(ctx)
}

// choose is the whole policy, without a disk: what goes, of what is there and not in use.
func choose(all []entry, inUse func(entry) bool, policy Policy, now time.Time) (goes []entry, swept Swept) {
	slices.SortFunc(all, func(a, b entry) int {
		return cmp.Or(b.used.Compare(a.used), cmp.Compare(a.key, b.key), cmp.Compare(a.attempt, b.attempt))
	})
	few, many := surplus(all, policy, now)
	kept := int64(0)
	for _, e := range few { // the last used first
		if e.torn || policy.Limit >= 0 && kept+e.bytes > policy.Limit && now.Sub(e.used) >= policy.Age {
			many = append(many, e)
			continue
		}
		kept += e.bytes
	}
	for _, e := range many {
		if inUse(e) {
			kept += e.bytes
			swept.InUse++
		} else {
			goes = append(goes, e)
		}
	}
	swept.Kept = kept
	return goes, swept
}

// surplus parts from the others what may go first: the oldest of units that were made more than a few times, as far as
// the store is larger than policy.Soft, and of those of one key that are more than policy.Most.
func surplus(all []entry, policy Policy, now time.Time) (few, many []entry) {
	total := int64(0)
	for _, e := range all {
		total += e.bytes
	}
	seen, ofKey := map[Identity]int{}, map[string]int{}
	isMany, isMost := make([]bool, len(all)), make([]bool, len(all))
	for i, e := range all {
		seen[e.Identity]++
		ofKey[e.key]++
		isMost[i] = policy.Most > 0 && ofKey[e.key] > policy.Most
		isMany[i] = policy.Soft >= 0 && seen[e.Identity] > policy.Few && now.Sub(e.used) >= policy.Age
	}
	for i := len(all) - 1; i >= 0; i-- {
		if isMost[i] || isMany[i] && total > policy.Soft {
			total -= all[i].bytes
			many = append(many, all[i])
		} else {
			few = append(few, all[i])
		}
	}
	slices.Reverse(few)
	return few, many
}

// list is every variant. With clear, the attempts of dead makers go on the way.
func (s *Store) list(ctx context.Context, clear bool) (all []entry, err error) {
	err = s.eachKey(func(key string) error {
		if err := ctx.Err(); err != nil {
			return context.Cause(ctx)
		}
		stamps, err := s.stamps(key)
		if err != nil {
			return err
		}
		for _, st := range stamps {
			all = append(all, s.entryOf(key, st))
		}
		if clear {
			return s.clearKey(ctx, key, len(stamps))
		}
		return nil
	})
	return all, err
}

func (s *Store) entryOf(key string, st stampFile) entry {
	e := entry{key: key, attempt: st.attempt, used: st.used}
	v, err := readStamp(st.file)
	if err != nil {
		e.torn = !errors.Is(err, fs.ErrNotExist)
		return e
	}
	e.Identity, e.files, e.bytes = v.Identity, len(v.Outputs), v.Bytes()
	return e
}

// eachKey visits the folders of keys; whatever else lies there is not ours.
func (s *Store) eachKey(visit func(key string) error) error {
	groups, err := s.root.ReadDir()
	if err != nil {
		return err
	}
	for _, g := range groups {
		if len(g.Name()) != 2 || !g.IsDir() {
			continue
		}
		keys, err := s.root.Join(g.Name()).ReadDir()
		if err != nil {
			return err
		}
		for _, k := range keys {
			if len(k.Name()) == 16 && strings.HasPrefix(k.Name(), g.Name()) && k.IsDir() {
				if err := visit(k.Name()); err != nil {
					return err
				}
			}
		}
	}
	return nil
}

// clearKey removes what killed makers left, and the folder if it is empty then.
func (s *Store) clearKey(ctx context.Context, key string, variants int) error {
	entries, err := s.folder(key).ReadDir()
	if err != nil || len(entries) == variants && variants > 0 {
		return err
	}
	ctx, held, err := s.lock(key, "unit "+key).Try(ctx, lockfs.Exclusive)
	if errors.Is(err, lockfs.ErrBusy) {
		return nil
	}
	if err != nil {
		return err
	}
	defer held.Retire()
	if err := s.clearDead(ctx, held, key, false); err != nil {
		return err
	}
	os.Remove(held.Path(s.folder(key))) // of no matter if it is not empty
	return nil
}

// retiring is what becomes of a variant that is in use.
type retiring bool

const (
	unlessInUse  retiring = false // it gets its stamp back
	forNewcomers retiring = true  // nobody finds it any more
)

// retire removes one variant, unless somebody uses or makes its unit.
func (s *Store) retire(ctx context.Context, e entry, how retiring) (gone bool, err error) {
	ctx, held, err := s.lock(e.key, e.Identity.String()).Try(ctx, lockfs.Exclusive)
	if errors.Is(err, lockfs.ErrBusy) {
		return false, nil
	}
	if err != nil {
		return false, err
	}
	defer held.Retire()
	at := s.folder(e.key).Join(e.attempt)
	err = held.Rename("unitstore.condemn", at.Join(stampName), at.Join(condemnedName))
	if errors.Is(err, fs.ErrNotExist) {
		return true, nil // somebody else was faster
	}
	if err != nil {
		return false, err
	}
	leased, err := s.leasedByOthers(e.key)
	if err == nil && leased && how == forNewcomers {
		return false, nil
	}
	if err != nil || leased {
		return false, errors.Join(err, held.Rename("unitstore.pardon", at.Join(condemnedName), at.Join(stampName)))
	}
	if err := crashpoint.Here("unitstore.retire.unused"); err != nil {
		return false, err
	}
	if err := s.remove(ctx, held, e.key, e.attempt); err != nil {
		return false, err
	}
	os.Remove(held.Path(s.folder(e.key)))
	return true, nil
}

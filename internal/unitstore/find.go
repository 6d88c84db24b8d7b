package unitstore

import (
	"cmp"
	"context"
	"errors"
	"io/fs"
	"os"
	"slices"
	"strings"
	"sync"
	"time"

	"berth/internal/boot"
	"berth/internal/lockfs"
)

// Accept tells whether what a variant read is still so. If [Inputs.Same] has noted better shortcuts in its Files,
// it says so by Noted, and the stamp is brought up to date.
type Accept func(*Variant) bool

// Found is the answer of Find: a variant, or what spoke against those that are there.
type Found struct {
	*Variant
	Damage []string // what is wrong with outputs of variants that would have been right
}

// Find looks for a variant that is whole and that accept takes; the one that was made or used last is asked first. The
// unit is leased from here on, so that what is found stays until Close.
func (s *Store) Find(ctx context.Context, key Key, accept Accept) (Found, error) {
	if err := s.lease.add(ctx, s, key); err != nil {
		return Found{}, err
	}
	found, _, err := s.find(ctx, key, accept, nil, nil)
	if err == nil && found.Variant == nil {
		found.Variant = s.adopt(ctx, key, accept)
	}
	if found.Variant != nil {
		s.hit(key)
	}
	return found, err
}

// hit counts a unit that was found: once, as often as it is looked for.
func (s *Store) hit(key Key) {
	if _, counted := s.hits.LoadOrStore(key, true); !counted {
		s.count.hits.Add(1)
	}
}

// find also lists the attempts that cannot be used: those that are damaged. It does not ask again about those that are
// known to be refused, and notes which were.
func (s *Store) find(ctx context.Context, key Key, accept Accept, held *lockfs.FileLock, known map[string]time.Time) (found Found, damaged []string, err error) {
	stamps, err := s.stamps(key.String())
	if err != nil {
		return found, nil, err
	}
	refused := map[string]time.Time{}
	defer func() { s.refusals.note(key, refused) }()
	for _, st := range stamps {
		if known[st.attempt].Equal(st.used) {
			refused[st.attempt] = st.used
			continue
		}
		v, err := readStamp(st.file)
		if errors.Is(err, fs.ErrNotExist) {
			continue
		}
		if err != nil {
			damaged = append(damaged, st.attempt)
			continue
		}
		if v.used = st.used; v.Key != key || !accept(v) { // another key may begin alike
			refused[st.attempt] = st.used
			continue
		}
		what := s.damageOf(v)
		if what != "" {
			found.Damage = append(found.Damage, what)
			damaged = append(damaged, st.attempt)
			continue
		}
		s.touch(ctx, v, held)
		s.lease.uses(v)
		found.Variant = v
		return found, damaged, nil
	}
	return found, damaged, nil
}

// refusals are the attempts of each key that were refused when it was last looked for, with the time of their stamps. Who
// takes the unit's lock a moment later looks for what others have made meanwhile, and an edit that is one of hundreds has
// as many stamps that need not be read twice.
type refusals struct {
	mu sync.Mutex
	of map[Key]map[string]time.Time
}

func (r *refusals) note(key Key, refused map[string]time.Time) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.of == nil {
		r.of = map[Key]map[string]time.Time{}
	}
	r.of[key] = refused
}

func (r *refusals) known(key Key) map[string]time.Time {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.of[key]
}

type stampFile struct {
	attempt string
	file    lockfs.Filesystem
	used    time.Time
}

// stamps lists those of a key, the last one first.
func (s *Store) stamps(key string) ([]stampFile, error) {
	folder := s.folder(key)
	entries, err := folder.ReadDir()
	if err != nil {
		return nil, err
	}
	stamps := make([]stampFile, 0, len(entries))
	for _, e := range entries {
		if strings.HasSuffix(e.Name(), lockSuffix) {
			continue
		}
		file := folder.Join(e.Name(), stampName)
		if info, err := file.Lstat(); err == nil {
			stamps = append(stamps, stampFile{e.Name(), file, info.ModTime()})
		}
	}
	if len(stamps) > 1 {
		slices.SortFunc(stamps, func(a, b stampFile) int { return cmp.Or(b.used.Compare(a.used), cmp.Compare(a.attempt, b.attempt)) })
	}
	return stamps, nil
}

func readStamp(file lockfs.Filesystem) (*Variant, error) {
	data, err := file.ReadFile()
	if err != nil {
		return nil, err
	}
	return decode(file.Display(), data)
}

// damageOf holds the outputs against the stamp.
func (s *Store) damageOf(v *Variant) string {
	if len(v.Missing) > 0 {
		return v.Missing[0] + " was not made"
	}
	thorough := s.mayBeTorn(v)
	for i := range v.Outputs {
		what, changed := v.Outputs[i].damage(v.Dir, thorough)
		if what != "" {
			return what
		}
		v.stale = v.stale || changed
	}
	if thorough {
		v.boot, v.uptime, v.sound, v.stale = boot.ID(), 0, s.now(), true // read now, so that it cannot be torn any more
	}
	return ""
}

// notedEach is how often it is noted at most that a variant is used.
const notedEach = time.Hour

// touch notes that v is used, and what its shortcuts are now. Neither matters so much that it could fail.
func (s *Store) touch(ctx context.Context, v *Variant, held *lockfs.FileLock) {
	if v.stale {
		s.restamp(ctx, v, held)
	}
	if now := s.now(); now.Sub(v.used) > notedEach || v.used.Sub(now) > notedEach {
		os.Chtimes(v.file, now, now)
	}
}

func (s *Store) restamp(ctx context.Context, v *Variant, held *lockfs.FileLock) {
	if held == nil {
		var err error
		if _, held, err = s.lock(v.Key.String(), v.Identity.String()).Try(ctx, lockfs.Exclusive); err != nil {
			return
		}
		defer held.Retire()
	}
	if stamp := lockfs.At(v.file); stamp.Exists() {
		held.WriteUnsynced("unitstore.restamp", stamp, v.encode())
	}
}

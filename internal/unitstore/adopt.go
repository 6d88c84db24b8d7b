package unitstore

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"strings"

	"berth/internal/boot"
	"berth/internal/cachedir"
	"berth/internal/crashpoint"
	"berth/internal/lockfs"
)

// adopt takes a unit that the store lacks from the spares of the target directory. That it cannot is no failure: the unit
// is made, then.
func (s *Store) adopt(ctx context.Context, key Key, accept Accept) *Variant {
	if s.Spares == nil {
		return nil
	}
	for _, name := range s.Spares.of(key.String()) {
		if v, err := s.adoptOne(ctx, key, name, accept); err == nil && v != nil {
			return v
		}
	}
	return nil
}

// adoptOne links a spare back under the lock of its unit: another process that wants it, too, waits for that, as if it were
// made.
func (s *Store) adoptOne(ctx context.Context, key Key, name string, accept Accept) (*Variant, error) {
	spare := s.Spares.dir.Join(name)
	v, err := readStamp(spare.Join(stampName))
	_, rest := splitSpare(name)
	attempt := strings.TrimPrefix(rest, key.String())
	if err != nil || v.Key != key || len(v.Missing) > 0 || s.isDropped(attempt) || !accept(v) {
		return nil, err
	}
	ctx, held, err := s.lock(key.String(), v.Identity.String()).Try(ctx, lockfs.Exclusive)
	if err != nil {
		return nil, err
	}
	defer held.Retire()
	if there, _, err := s.find(ctx, key, accept, held, s.refusals.known(key)); err != nil || there.Variant != nil {
		return there.Variant, err // another process was faster
	}
	folder := s.folder(key.String())
	if err := cachedir.DespiteClean(folder.MkdirAll); err != nil {
		return nil, err
	}
	if err := s.clearDead(ctx, held, key.String(), true); err != nil {
		return nil, err
	}
	at := folder.Join(attempt)
	if at.Exists() {
		return nil, fmt.Errorf("%s is still used: %w", at.Display(), fs.ErrExist)
	}
	if err := s.adoptInto(held, at, spare, v); err != nil {
		return nil, errors.Join(err, s.remove(ctx, held, key.String(), attempt))
	}
	now := s.now()
	os.Chtimes(spare.Display(), now, now) // caching actions delete what looks old
	s.settle()
	return v, nil
}

// adoptInto has all files under the names they had, reads them, and writes the stamp last.
func (s *Store) adoptInto(held *lockfs.FileLock, at, spare lockfs.Filesystem, v *Variant) error {
	v.Dir = held.Path(at)
	if err := linkTree(spare.Display(), v.Dir, true, stampName); err != nil {
		return err
	}
	for i := range v.Outputs {
		now, err := output(v.Dir, v.Outputs[i].Path)
		if err != nil {
			return err
		}
		if now.Digest != v.Outputs[i].Digest {
			return fmt.Errorf("%s has other bytes than when it was made", now.Path)
		}
		v.Outputs[i] = now
	}
	v.boot, v.uptime, v.sound, v.used = boot.ID(), boot.Uptime(), s.now(), s.now()
	stamp := at.Join(stampName)
	v.file = stamp.Display()
	if err := crashpoint.Here("unitstore.adopt.linked"); err != nil {
		return err
	}
	return held.WriteUnsynced("unitstore.adopt", stamp, v.encode())
}

// droppedName is the list of attempts that the user wants no more, which spares of other workspaces may still have.
const droppedName = "dropped"

func (s *Store) isDropped(attempt string) bool {
	s.dropping.Do(func() {
		data, _ := s.root.Join(droppedName).ReadFile()
		s.dropped = map[string]bool{}
		for _, name := range strings.Fields(string(data)) {
			s.dropped[name] = true
		}
	})
	return s.dropped[attempt]
}

// noteDropped appends a line, in one write.
func (s *Store) noteDropped(attempt string) error {
	f, err := os.OpenFile(s.root.Join(droppedName).Display(), os.O_CREATE|os.O_WRONLY|os.O_APPEND, 0o666)
	if err != nil {
		return err
	}
	_, err = f.WriteString(attempt + "\n")
	return errors.Join(err, f.Close())
}

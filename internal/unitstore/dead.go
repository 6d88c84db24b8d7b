package unitstore

import (
	"context"
	"errors"
	"strings"
	"time"

	"berth/internal/lockfs"
)

// clearDead removes what makers left that were killed: folders without a stamp whose lock can be had. A folder that had
// one may still be in somebody's use; a maker has leased the unit itself, which does not count.
func (s *Store) clearDead(ctx context.Context, held *lockfs.FileLock, key string, butOurs bool) error {
	folder := s.folder(key)
	entries, err := folder.ReadDir()
	if err != nil {
		return err
	}
	for _, e := range entries {
		name, isLock := strings.CutSuffix(e.Name(), lockSuffix)
		at := folder.Join(name)
		if at.Join(stampName).Exists() {
			if isLock { // killed after the stamp
				s.dropLock(ctx, key, name)
			}
			continue
		}
		if !isLock && at.Join(condemnedName).Exists() {
			if used, err := s.leased(context.Background(), butOurs); err != nil || len(used[key]) > 0 {
				continue
			}
		}
		if err := s.clear(ctx, held, key, name); err != nil && !errors.Is(err, lockfs.ErrBusy) {
			return err
		}
	}
	return nil
}

// clear asks the lock that says that the maker lives. It is not the unit's: that may lie in another CARGO_HOME for others
// who share a target directory.
func (s *Store) clear(ctx context.Context, held *lockfs.FileLock, key, name string) error {
	_, alive, err := s.aliveLock(key, name).Try(ctx, lockfs.Exclusive)
	if err != nil {
		return err
	}
	if !alive.Excludes() && !s.isOld(s.folder(key).Join(name)) {
		return alive.Close()
	}
	return errors.Join(s.remove(ctx, held, key, name), alive.Retire())
}

// dropLock removes a lock that nobody has.
func (s *Store) dropLock(ctx context.Context, key, name string) {
	if _, alive, err := s.aliveLock(key, name).Try(ctx, lockfs.Exclusive); err == nil {
		alive.Retire()
	}
}

// foreignAge is how old something must be to be dead where no lock can tell.
const foreignAge = 24 * time.Hour

func (s *Store) isOld(f lockfs.Filesystem) bool {
	info, err := f.Lstat()
	return err == nil && s.now().Sub(info.ModTime()) > foreignAge
}

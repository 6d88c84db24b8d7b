package unitstore

import (
	"context"
	"crypto/rand"
	"encoding/hex"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"sync"

	"berth/internal/cachedir"
	"berth/internal/crashpoint"
	"berth/internal/diskspace"
	"berth/internal/lockfs"
)

// lease is the file in which this process says which units it uses. It is locked as long as the process lives, and
// written before a unit is looked at.
type lease struct {
	mu    sync.Mutex
	id    string
	lock  *lockfs.FileLock
	file  *os.File
	keys  map[Key]bool
	mine  map[string]bool // the folders of what was found and made: of a key that we alone use, the rest may go
	never bool            // the store may not be written, so nobody here can remove anything either
}

func (s *Store) leases() lockfs.Filesystem { return s.root.Join("leases") }

func (l *lease) add(ctx context.Context, s *Store, key Key) error {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.never || l.keys[key] {
		return nil
	}
	if l.file == nil {
		err := l.open(ctx, s)
		if cannotWrite(err) {
			l.never = true
			return nil
		}
		if err != nil {
			return cannotNote(err)
		}
	}
	if _, err := l.file.WriteString(key.String() + "\n"); err != nil {
		return cannotNote(err)
	}
	l.keys[key] = true
	return nil
}

// uses notes that a variant was found or made here.
func (l *lease) uses(v *Variant) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.mine == nil {
		l.mine = map[string]bool{}
	}
	l.mine[attemptOf(v.Key.String(), filepath.Base(v.Dir))] = true
}

func (l *lease) isMine(key, attempt string) bool {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.mine[attemptOf(key, attempt)]
}

func attemptOf(key, attempt string) string { return key + "/" + attempt }

func cannotNote(err error) error {
	err = fmt.Errorf("cannot note which units are in use: %w", err)
	if diskspace.IsFull(err) {
		return fmt.Errorf("%w: %w", ErrNoRoom, err)
	}
	return err
}

func (l *lease) open(ctx context.Context, s *Store) error {
	return cachedir.DespiteClean(func() error { return l.tryOpen(ctx, s) })
}

func (l *lease) tryOpen(ctx context.Context, s *Store) error {
	if err := s.leases().MkdirAll(); err != nil {
		return err
	}
	for {
		id := make([]byte, 8)
		rand.Read(id)
		l.id = hex.EncodeToString(id)
		_, held, err := s.leaseLock(l.id).Try(context.WithoutCancel(ctx), lockfs.Exclusive)
		if errors.Is(err, lockfs.ErrBusy) {
			continue // somebody looked whether it is a dead one's; the next name is as good
		}
		if err != nil {
			return err
		}
		l.file, err = os.OpenFile(held.Path(s.leases().Join(l.id)), os.O_CREATE|os.O_EXCL|os.O_WRONLY|os.O_APPEND, 0o666)
		if err == nil {
			err = crashpoint.Here("unitstore.lease.done")
		}
		if err != nil {
			return errors.Join(err, held.Retire())
		}
		l.lock, l.keys = held, map[Key]bool{}
		s.clearLeases(ctx)
		return nil
	}
}

func (s *Store) leaseLock(id string) lockfs.Lock {
	return lockfs.NewLock(s.leases().Join(id+lockSuffix), lockfs.RankStaging, "units in use")
}

// Close ends the lease and notes what the store was good for: who looks at it later is told where it was used. The store
// may be used again after it.
func (s *Store) Close() error {
	s.noteUse()
	l := &s.lease
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.file == nil {
		return nil
	}
	s.lockFiles.tidy()
	err := errors.Join(l.file.Close(), l.lock.Remove("unitstore.lease.remove", s.leases().Join(l.id)), l.lock.Retire())
	l.file, l.lock, l.keys, l.mine = nil, nil, nil, nil
	return err
}

// leased are the keys that living processes use, and by whom. What dead ones left is removed on the way.
func (s *Store) leased(ctx context.Context, butOurs bool) (map[string][]lockfs.Holder, error) {
	entries, err := s.leases().ReadDir()
	if err != nil {
		return nil, err
	}
	used := map[string][]lockfs.Holder{}
	for _, e := range entries {
		id, isLock := strings.CutSuffix(e.Name(), lockSuffix)
		if butOurs && id == s.lease.id || isLock && s.leases().Join(id).Exists() {
			continue
		}
		if s.clearLease(ctx, id) {
			continue
		}
		data, err := s.leases().Join(id).ReadFile()
		if err != nil {
			continue // it ended just now
		}
		holders := s.leaseLock(id).Holders()
		for key := range strings.Lines(string(data)) {
			key = strings.TrimSuffix(key, "\n")
			used[key] = append(used[key], holders...)
			if len(holders) == 0 {
				used[key] = append(used[key], lockfs.Holder{})
			}
		}
	}
	return used, nil
}

// clearLeases removes what killed processes left. It is of no matter to anybody but who looks at the directory.
func (s *Store) clearLeases(ctx context.Context) {
	entries, _ := s.leases().ReadDir()
	for _, e := range entries {
		if id := strings.TrimSuffix(e.Name(), lockSuffix); id != s.lease.id {
			s.clearLease(ctx, id)
		}
	}
}

// clearLease removes a dead one's. One that somebody has just made is locked already.
func (s *Store) clearLease(ctx context.Context, id string) bool {
	_, held, err := s.leaseLock(id).Try(ctx, lockfs.Exclusive)
	if err != nil {
		return false
	}
	if !held.Excludes() && !s.isOld(s.leases().Join(id)) {
		held.Close()
		return false
	}
	return errors.Join(held.Remove("unitstore.lease.remove", s.leases().Join(id)), held.Retire()) == nil
}

func (s *Store) leasedByOthers(key string) (bool, error) {
	used, err := s.leased(context.Background(), true)
	return len(used[key]) > 0, err
}

package store

import (
	"cmp"
	"context"
	"errors"
	"io/fs"
	"syscall"
	"time"

	"berth/internal/lockfs"
)

// Lease keeps a toolchain as it is for a tool that runs out of it.
type Lease struct {
	Place
	lock *lockfs.FileLock // nil where there can be no lock file at all
}

// Close ends the lease of this process.
func (l *Lease) Close() error { return l.lock.Close() }

// Inherit lets the lease pass through exec, to end with the last process that
// inherited it.
func (l *Lease) Inherit() error {
	if l.lock == nil {
		return nil
	}
	return l.lock.Inherit()
}

// leaseAttempts bounds how often Lease begins again. Each time a whole switch and
// a sweep must have come between, so one that gets there is not being swept: its
// lock file cannot be opened.
const leaseAttempts = 100

// Lease reads the pointer of name, takes what it points to shared, and looks
// that it is still there; where a switch and a sweep came between, it begins
// again. Kind None means that name is not installed.
func (s *Store) Lease(ctx context.Context, name string) (*Lease, error) {
	var gone error
	for range leaseAttempts {
		place, err := s.Look(name)
		if err != nil {
			return nil, err
		}
		lease, err := s.LeasePlace(ctx, place)
		if !errors.Is(err, fs.ErrNotExist) {
			return lease, err
		}
		gone = err
	}
	return nil, gone
}

// LeasePlace takes one place shared; fs.ErrNotExist where it has gone.
func (s *Store) LeasePlace(ctx context.Context, p Place) (*Lease, error) {
	var lock lockfs.Lock
	switch p.Kind {
	case InStore:
		lock = s.leaseLock(p.Hash, p.Name)
	case Directory:
		if err := s.waitForTurn(ctx, p.Name); err != nil {
			return nil, err
		}
		lock = s.DirectoryLock(p.Name)
		lock.Patience = 200 * time.Millisecond // who waited for his turn now waits while a pointer is swapped
	default:
		return &Lease{Place: p}, nil
	}
	_, held, err := lock.Acquire(ctx, lockfs.Shared)
	if errors.Is(err, fs.ErrNotExist) && lockfs.At(p.Path).Exists() {
		lock.Existing = false // somebody removed the lock file alone: it is made anew
		_, held, err = lock.Acquire(ctx, lockfs.Shared)
	}
	if errors.Is(err, lockfs.ErrNoLockFile) {
		return &Lease{Place: p}, nil
	}
	if err != nil {
		return nil, err
	}
	if there, err := p.isThere(); !there {
		held.Close()
		return nil, cmp.Or(err, fs.ErrNotExist)
	}
	return &Lease{Place: p, lock: held}, nil
}

// isThere looks for the tree or directory itself: once a directory was replaced
// its name leads on to something that this lease does not keep. What may not be
// looked at is not gone.
func (p Place) isThere() (bool, error) {
	info, err := lockfs.At(p.Path).Lstat()
	switch {
	case err == nil:
		return info.IsDir(), nil
	case errors.Is(err, syscall.ENOTDIR):
		return false, nil
	}
	return false, ignoreAbsence(err)
}

// DirectoryLock is the lease of a directory that stock made: it has no lock
// file in it, so ours lies among the locks.
func (s *Store) DirectoryLock(name string) lockfs.Lock {
	return lockfs.NewLock(s.Locks().Join("directory", name+".lock"), lockfs.RankTree, "the files of toolchain '"+name+"'")
}

// Turnstile is closed by who waits for such a directory exclusively. Its file is
// there only meanwhile, so that in ordinary times nobody pays for it.
func (s *Store) Turnstile(name string) lockfs.Lock {
	return lockfs.NewLock(s.Locks().Join("turnstile", name+".lock"), lockfs.RankTurnstile, "the files of toolchain '"+name+"'")
}

// waitForTurn lets somebody who waits for the directory go first. Not so where
// one of our ancestors runs out of it: it waits for us, and is waited for.
func (s *Store) waitForTurn(ctx context.Context, name string) error {
	turnstile := s.Turnstile(name)
	turnstile.Existing = true
	_, passed, err := turnstile.Try(ctx, lockfs.Shared)
	if errors.Is(err, lockfs.ErrBusy) {
		if s.DirectoryLock(name).IsHeldByAncestor() {
			return nil
		}
		_, passed, err = turnstile.Acquire(ctx, lockfs.Shared)
	}
	if errors.Is(err, fs.ErrNotExist) || errors.Is(err, lockfs.ErrNoLockFile) {
		return nil
	}
	passed.Close()
	return err
}

// NeedsCheck tells whether the machine may have lost power before the tree's
// bytes were on the disk: then Check it before the first use.
func (s *Store) NeedsCheck(p Place) bool {
	if p.Kind != InStore || s.isDurable(s.treeDir(p.Hash)) || s.isOfThisBoot(p.Hash) {
		return false
	}
	st, err := s.treeStamp(p.Hash)
	return err != nil || s.mayBeTorn(s.treeDir(p.Hash), st)
}

// tornMark says of a tree that Check found it damaged, so that those who waited
// meanwhile need not read it again.
const tornMark = "torn"

// Check reads a whole tree once after an unclean boot, whoever asks and however
// many at the same moment, and marks it durable or torn. begin, which may be nil,
// is called by the one who reads. lockfs.ErrNoLockFile where nobody may write:
// then nobody can note what he found, and each would have to read all of it.
func (s *Store) Check(ctx context.Context, p Place, begin func()) (sound bool, err error) {
	lock := lockfs.NewLock(s.Locks().Join("verify", p.Hash+".lock"), lockfs.RankVerify, "check of toolchain '"+p.Name+"' after an unclean shutdown")
	tree := s.treeDir(p.Hash)
	err = lock.With(ctx, lockfs.Exclusive, func(ctx context.Context, held *lockfs.FileLock) error {
		if sound = s.isDurable(tree); sound || tree.Join(tornMark).Exists() {
			return nil
		}
		if begin != nil {
			begin()
		}
		sound, err = s.isWhole(ctx, p.Hash, p.Name)
		if err != nil {
			return err
		}
		s.note(held, tree, sound)
		return nil
	})
	return sound, err
}

// note spares others the reading; that it fails is no reason to stop.
func (s *Store) note(held *lockfs.FileLock, tree lockfs.Filesystem, sound bool) {
	if sound {
		s.markDurable(held, tree)
	} else {
		held.WriteUnsynced("store.torn", tree.Join(tornMark), nil)
	}
}

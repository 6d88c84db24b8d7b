package lockfs

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"sync/atomic"

	"berth/internal/flock"
)

// Mode is shared or exclusive.
type Mode = flock.Mode

// The modes, so that users of this package need not import flock.
const (
	Shared    = flock.Shared
	Exclusive = flock.Exclusive
)

// ErrBusy is what Try returns when somebody else holds the lock.
var ErrBusy = flock.ErrBusy

// ErrNoLockFile says that there is no lock file and none can be made: the home
// is read-only and nobody ever locked this. Nobody can change what it guards
// either, at least not from here.
var ErrNoLockFile = errors.New("no lock file, and none can be made")

// Lock is something that can be locked: a lock file, its rank and its name for
// people ("toolchain 'stable-x86_64-unknown-linux-gnu'").
type Lock struct {
	file Filesystem
	rank Rank
	name string
	// Progress tells a waiter how far the holder is; may be nil.
	Progress func() string
	// Existing is for a lock file that was made together with its object: it is
	// never made anew, and its absence (fs.ErrNotExist) means that the object is
	// gone.
	Existing bool
}

// NewLock describes a lock; nothing is touched.
func NewLock(file Filesystem, rank Rank, name string) Lock {
	return Lock{file: file, rank: rank, name: name}
}

// Name is the lock's name for people.
func (l Lock) Name() string { return l.name }

// FileLock is a held lock, released by Close and by the death of the process.
type FileLock struct {
	lock   Lock
	mode   Mode
	file   *os.File // nil once released, or where the file system has no locks
	gone   atomic.Bool
	signed bool
}

// Acquire waits for the lock until ctx ends. The returned context knows that
// the lock is held and is the one to use while it is.
func (l Lock) Acquire(ctx context.Context, mode Mode) (context.Context, *FileLock, error) {
	return l.acquire(ctx, mode, true)
}

// Try takes the lock now or returns ErrBusy. It may be called at any rank that
// Acquire allows, and beside locks of the same rank, since it never waits.
func (l Lock) Try(ctx context.Context, mode Mode) (context.Context, *FileLock, error) {
	return l.acquire(ctx, mode, false)
}

// With runs fn while the lock is held.
func (l Lock) With(ctx context.Context, mode Mode, fn func(context.Context, *FileLock) error) error {
	ctx, held, err := l.Acquire(ctx, mode)
	if err != nil {
		return err
	}
	defer held.Close()
	return fn(ctx, held)
}

func (l Lock) acquire(ctx context.Context, mode Mode, wait bool) (context.Context, *FileLock, error) {
	if err := checkRank(ctx, l, mode, wait); err != nil {
		return ctx, nil, err
	}
	for {
		f, writable, err := l.open()
		if err != nil {
			return ctx, nil, err
		}
		err = l.take(ctx, f, mode, wait)
		if errors.Is(err, flock.ErrUnsupported) {
			f.Close()
			sessionOf(ctx).warnNoLocks(l.file.path)
			held := &FileLock{lock: l, mode: mode}
			return withHeld(ctx, held), held, nil
		}
		if err != nil {
			f.Close()
			return ctx, nil, err
		}
		if !l.isCurrent(f) {
			f.Close() // it was removed or replaced between open and lock
			continue
		}
		held := &FileLock{lock: l, mode: mode, file: f}
		if mode == Exclusive && writable {
			sign(f, sessionOf(ctx).holder(l.name))
			held.signed = true
		}
		return withHeld(ctx, held), held, nil
	}
}

// take tries, and where it may waits; the notice is given once, before waiting.
func (l Lock) take(ctx context.Context, f *os.File, mode Mode, wait bool) error {
	err := flock.Try(f, mode)
	if !wait || !errors.Is(err, flock.ErrBusy) {
		return err
	}
	done := sessionOf(ctx).waiting(Waiting{Lock: l.name, Holder: readHolder(f), Progress: l.Progress})
	defer done()
	defer recordWait(ctx, l)()
	return flock.Lock(ctx, f, mode)
}

// open opens the lock file, makes it where it is missing, and is content with
// reading where writing is not allowed: flock works on such a descriptor too.
func (l Lock) open() (f *os.File, writable bool, err error) {
	create := os.O_CREATE
	if l.Existing {
		create = 0
	}
	f, err = os.OpenFile(l.file.path, os.O_RDWR|create, 0o644)
	if errors.Is(err, fs.ErrNotExist) && !l.Existing {
		if err := os.MkdirAll(filepath.Dir(l.file.path), 0o755); err != nil {
			return nil, false, errors.Join(ErrNoLockFile, err)
		}
		f, err = os.OpenFile(l.file.path, os.O_RDWR|os.O_CREATE, 0o644)
	}
	if err == nil {
		return f, true, nil
	}
	f, readErr := os.Open(l.file.path)
	switch {
	case readErr == nil:
		return f, false, nil
	case errors.Is(readErr, fs.ErrNotExist) && cannotCreate(err):
		return nil, false, errors.Join(ErrNoLockFile, err)
	default:
		return nil, false, fmt.Errorf("cannot open the lock file of %s: %w", l.name, err)
	}
}

// isCurrent tells whether the file that was locked is still the one at the path.
func (l Lock) isCurrent(f *os.File) bool {
	ours, err := f.Stat()
	if err != nil {
		return false
	}
	there, err := os.Stat(l.file.path)
	return err == nil && os.SameFile(ours, there)
}

func (h *FileLock) released() bool { return h.gone.Load() }

func (h *FileLock) check() {
	if h.released() {
		panic("lockfs: " + h.lock.name + " is used after its lock was released")
	}
}

// Path is the path of f, which may be learned because h is held.
func (h *FileLock) Path(f Filesystem) string {
	h.check()
	return f.path
}

// Mode tells how the lock is held.
func (h *FileLock) Mode() Mode { return h.mode }

// Inherit lets the lock pass through exec: the program that runs in our place
// then holds it until it ends.
func (h *FileLock) Inherit() error {
	h.check()
	if h.file == nil {
		return nil
	}
	return flock.Inherit(h.file)
}

// Close releases the lock; a second Close does nothing.
func (h *FileLock) Close() error {
	if h == nil || h.gone.Swap(true) || h.file == nil {
		return nil
	}
	if h.signed {
		h.file.Truncate(0)
	}
	return errors.Join(flock.Unlock(h.file), h.file.Close())
}

// Retire removes the lock file while it is held, for a lock whose object is
// gone, and releases it. Whoever waits on the removed file sees that it is not
// the one at the path any more, and opens anew.
func (h *FileLock) Retire() error {
	h.check()
	if h.mode != Exclusive {
		panic("lockfs: " + h.lock.name + " is retired under a shared lock")
	}
	err := os.Remove(h.lock.file.path)
	return errors.Join(err, h.Close())
}

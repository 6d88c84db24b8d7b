package lockfs

import (
	"context"
	"errors"
	"io/fs"
	"os"
	"sync/atomic"
	"time"

	"berth/internal/crashpoint"
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
	// Elsewhere is where the lock file's directory is if no lock file can be made at its own place; may be nil. It is for
	// what lies outside of the home that holds the locks, and is changed as well while that is read-only.
	Elsewhere func() (dir Filesystem, ok bool)
	// Said is what a waiter says it waits for, where the name would be too much of
	// detail: of a thousand crates each has a lock of its own.
	Said string
	// Patience is how long a wait may take before it is said at all, for locks that
	// are held for milliseconds.
	Patience time.Duration
	stock    bool // see NewStockLock
}

// NewLock describes a lock of berth's own; nothing is touched. The file is
// nothing but the lock, and its name ends in ".lock": then its exclusive holder
// signs it for people, and States lists it.
func NewLock(file Filesystem, rank Rank, name string) Lock {
	return Lock{file: file, rank: rank, name: name}
}

// NewStockLock describes a lock on a file that belongs to the stock tools or
// holds data (settings.toml, Cargo.lock, .package-cache): it is locked as they
// do it, but never signed, and never retired.
func NewStockLock(file Filesystem, rank Rank, name string) Lock {
	return Lock{file: file, rank: rank, name: name, stock: true}
}

// Name is the lock's name for people.
func (l Lock) Name() string { return l.name }

// FileLock is a held lock, released by Close and by the death of the process.
type FileLock struct {
	lock      Lock
	mode      Mode
	file      *os.File // nil where the file system has no locks
	gone      atomic.Bool
	inherited atomic.Bool
	signed    bool
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

// Excludes tells whether anybody is kept out: false on a file system without
// locks, where a lock that was had proves nothing about other processes. Who
// removes what others could be using asks this first.
func (h *FileLock) Excludes() bool { return h.file != nil }

// sign leaves the holder's name where a waiter finds it. Only a file of our own
// is written, and only one that holds nothing else.
func (h *FileLock) sign(s *Session, writable bool) {
	if h.mode != Exclusive || !writable || h.lock.stock || !isLockFile(h.lock.file.path) {
		return
	}
	h.signed = writeSignature(h.file, s.holder(h.lock.name))
}

// share lets others share an exclusive lock from now on. Somebody may come in between; then it is ErrBusy, and nothing is
// held any more.
func (h *FileLock) share() error {
	if h.signed {
		eraseSignature(h.file)
		h.signed = false
	}
	h.mode = Shared
	if h.file == nil {
		return nil
	}
	return flock.Try(h.file, Shared)
}

// Inherit lets the lock pass through exec: the program that runs in our place
// then holds it, and with it whatever that one starts, until the last of them
// ends. h must stay reachable until then (defer its Close): a file that the
// garbage collector finds lost is closed.
func (h *FileLock) Inherit() error {
	h.check()
	if h.file == nil {
		return nil
	}
	h.inherited.Store(true)
	return flock.Inherit(h.file)
}

// Close releases the lock; a second Close does nothing. One that was inherited
// goes with its last descriptor, which a child may have.
func (h *FileLock) Close() error {
	if h == nil || h.gone.Swap(true) || h.file == nil {
		return nil
	}
	if h.signed {
		eraseSignature(h.file)
	}
	if h.inherited.Load() {
		return h.file.Close()
	}
	return errors.Join(flock.Unlock(h.file), h.file.Close())
}

// Retire removes the lock file while it is held, for a lock whose object is
// gone, and releases it. Whoever waits on the removed file sees that it is not
// the one at the path any more, and opens anew.
func (h *FileLock) Retire() error {
	h.check()
	if h.mode != Exclusive || h.lock.stock {
		panic("lockfs: " + h.lock.name + " is retired, but it is held shared or is not ours")
	}
	return errors.Join(crashpoint.Here("lockfs.retire.before"), h.retire())
}

// absent takes the absence of what was to be removed for success.
func absent(err error) error {
	if errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	return err
}

package lockfs

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"sync"
	"time"

	"berth/internal/flock"
)

// acquire begins again when the file that it locked is not the one at the path
// any more: the holder before us retired or replaced it.
func (l Lock) acquire(ctx context.Context, mode Mode, waits bool) (context.Context, *FileLock, error) {
	if err := checkRank(ctx, l, mode, waits); err != nil {
		return ctx, nil, err
	}
	f, writable, err := l.openSomewhere()
	notice := announcement{lock: l, session: sessionOf(ctx)}
	defer notice.end()
	for ; ; f, writable, err = l.open() {
		if err != nil {
			return ctx, nil, err
		}
		if waits {
			err = l.wait(ctx, f, mode, &notice)
		} else {
			err = tryOrClose(f, mode)
		}
		if errors.Is(err, flock.ErrUnsupported) {
			notice.session.warnNoLocks(l.file.path)
			held := &FileLock{lock: l, mode: mode}
			return withHeld(ctx, held), held, nil
		}
		if err != nil {
			return ctx, nil, err
		}
		current, err := l.isCurrent(f)
		if current {
			held := &FileLock{lock: l, mode: mode, file: f}
			held.sign(notice.session, writable)
			return withHeld(ctx, held), held, nil
		}
		f.Close()
		if err != nil {
			return ctx, nil, err
		}
	}
}

func tryOrClose(f *os.File, mode Mode) error {
	err := flock.Try(f, mode)
	if err != nil {
		f.Close()
	}
	return err
}

// wait gives the notice before it blocks. It tries once more in between: what
// was held for an instant only (by somebody who looked who holds it) is no wait.
// After an error f is closed.
func (l Lock) wait(ctx context.Context, f *os.File, mode Mode, notice *announcement) error {
	err := flock.Try(f, mode)
	if errors.Is(err, ErrBusy) && l.Patience > 0 {
		notice.beginLater(ctx, func() Waiting { return l.waiting(f) })
		return flock.Lock(ctx, f, mode)
	}
	if errors.Is(err, ErrBusy) {
		w := l.waiting(f)
		if err = flock.Try(f, mode); errors.Is(err, ErrBusy) {
			notice.begin(ctx, w)
			return flock.Lock(ctx, f, mode)
		}
	}
	if err != nil {
		f.Close()
	}
	return err
}

func (l Lock) waiting(f *os.File) Waiting {
	w := Waiting{Lock: cmp.Or(l.Said, l.name), Progress: l.Progress}
	if holders := holdersOf(readSignature(f), readLockTable().of(f)); len(holders) > 0 {
		w.Holder, w.Others = holders[0], len(holders)-1
	}
	return w
}

// announcement is what is said about one acquisition: once, however often the
// lock file is replaced under the waiter.
type announcement struct {
	lock    Lock
	session *Session

	mu    sync.Mutex
	begun bool
	ended bool
	done  []func()
}

func (a *announcement) begin(ctx context.Context, w Waiting) {
	a.mu.Lock()
	defer a.mu.Unlock()
	if !a.begun {
		a.begun = true
		a.done = append(a.done, a.session.waiting(w), recordWait(ctx, a.lock))
	}
}

// beginLater looks who the holder is only when there is something to say: with
// many short waits in many processes that alone would be the most of the work.
func (a *announcement) beginLater(ctx context.Context, waiting func() Waiting) {
	a.mu.Lock()
	defer a.mu.Unlock()
	if !a.begun {
		a.begun = true
		later := time.AfterFunc(a.lock.Patience, func() { a.say(waiting()) })
		a.done = append(a.done, func() { later.Stop() }, recordWait(ctx, a.lock))
	}
}

func (a *announcement) say(w Waiting) {
	a.mu.Lock()
	defer a.mu.Unlock()
	if !a.ended {
		a.done = append(a.done, a.session.waiting(w))
	}
}

func (a *announcement) end() {
	a.mu.Lock()
	defer a.mu.Unlock()
	a.ended = true
	for _, done := range a.done {
		done()
	}
}

// openSomewhere is open, with l moved to where else its file may be if there is none.
func (l *Lock) openSomewhere() (f *os.File, writable bool, err error) {
	f, writable, err = l.open()
	if !errors.Is(err, ErrNoLockFile) || l.Elsewhere == nil {
		return f, writable, err
	}
	dir, ok := l.Elsewhere()
	if !ok {
		return nil, false, err
	}
	l.file = dir.Join(filepath.Base(l.file.path))
	return l.open()
}

// openAttempts bounds how often the directory of a lock file is made: who ends as
// the last there removes it while it is empty. Then it is missing, or was there
// when it was to be made and is not when it is looked at.
const openAttempts = 10

// open opens the lock file, makes it where it is missing, and is content with
// reading where writing is not allowed: flock works on such a descriptor too.
func (l Lock) open() (f *os.File, writable bool, err error) {
	create := os.O_CREATE
	if l.Existing {
		create = 0
	}
	f, err = os.OpenFile(l.file.path, os.O_RDWR|create, 0o666)
	for n := 0; (errors.Is(err, fs.ErrNotExist) || errors.Is(err, fs.ErrExist)) && !l.Existing && n < openAttempts; n++ {
		if err = os.MkdirAll(filepath.Dir(l.file.path), 0o777); err == nil {
			f, err = os.OpenFile(l.file.path, os.O_RDWR|create, 0o666)
		}
	}
	if err == nil {
		return f, true, nil
	}
	f, readErr := os.Open(l.file.path)
	switch {
	case readErr == nil:
		return f, false, nil
	case errors.Is(readErr, fs.ErrNotExist) && cannotCreate(err):
		return nil, false, fmt.Errorf("%w: %w", ErrNoLockFile, err)
	default:
		return nil, false, fmt.Errorf("cannot open the lock file of %s: %w", l.name, err)
	}
}

// isCurrent tells whether the file that was locked is still the one at the
// path. It cannot be taken for another: while it is open its inode is not given
// to a new file.
func (l Lock) isCurrent(f *os.File) (bool, error) {
	ours, err := f.Stat()
	if err != nil {
		return false, err
	}
	there, err := os.Stat(l.file.path)
	if errors.Is(err, fs.ErrNotExist) {
		return false, nil
	}
	return err == nil && os.SameFile(ours, there), err
}

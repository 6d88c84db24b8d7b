package lockfs

import (
	"context"
	"errors"
	"io/fs"
	"time"
)

// AcquireFairly takes l shared, but lets those go first who wait for it
// exclusively: shared holders that overlap would keep them out for ever (stock
// Cargo waited for 5.8 of 5.8 seconds beside a handful of them). turn is a lock
// of the rank below, held for the acquisition only, so that one of our processes
// at a time waits and not a crowd of them.
//
// Who waits can be seen on Linux alone; where nobody does, turn is not taken: of
// thirty processes on two busy cores each had it for some ten milliseconds, and the
// last waited for a second. Elsewhere turn keeps the crowd out of the moment between
// two holders, and that is all. To see it takes some ten milliseconds as well, so
// who finds l free does not look: it overlaps with nobody.
func (l Lock) AcquireFairly(ctx context.Context, turn Lock) (context.Context, *FileLock, error) {
	if tellsWaiters {
		if ctx, held, err := l.tryAlone(ctx); err == nil {
			return ctx, held, nil
		}
		if !l.exclusivelyWanted() {
			if ctx, held, err := l.Try(ctx, Shared); err == nil {
				return ctx, held, nil
			}
		}
	}
	taking, queue, err := turn.Acquire(ctx, Exclusive)
	switch {
	case err == nil:
		defer queue.Close()
	case errors.Is(err, ErrNoLockFile), errors.Is(err, fs.ErrPermission):
		taking = ctx // a home that we may only read: there is no queue
	default:
		return ctx, nil, err
	}
	if err := l.letPass(taking); err != nil {
		return ctx, nil, err
	}
	_, held, err := l.Acquire(taking, Shared)
	if err != nil {
		return ctx, nil, err
	}
	return withHeld(ctx, held), held, nil
}

// tryAlone takes l shared if nobody holds it in any way, which an exclusive lock finds out: it becomes a shared one.
func (l Lock) tryAlone(ctx context.Context) (context.Context, *FileLock, error) {
	alone, held, err := l.Try(ctx, Exclusive)
	if err != nil {
		return ctx, nil, err
	}
	if err := held.share(); err != nil {
		held.Close()
		return ctx, nil, err
	}
	return alone, held, nil
}

// lookAgain is how often a process that lets another one go first looks whether
// that one has had its turn. It is a look at a table, as no system tells.
const lookAgain = 2 * time.Millisecond

// unseen is how many looks in a row have to find no waiter. The kernel takes a
// waiter out of its table when it wakes it, and gives it the lock only when it
// runs: who looks in between finds the lock free and wanted by nobody.
const unseen = 2

// letPass returns when nobody waits for l exclusively any more: they have it, and
// then Acquire waits for them, or they gave up.
func (l Lock) letPass(ctx context.Context) error {
	if !l.exclusivelyWanted() {
		return nil
	}
	notice := announcement{lock: l, session: sessionOf(ctx)}
	defer notice.end()
	notice.beginLater(ctx, func() Waiting { return Waiting{Lock: l.name} })
	timer := time.NewTicker(lookAgain)
	defer timer.Stop()
	for free := 0; free < unseen; free++ {
		select {
		case <-timer.C:
		case <-ctx.Done():
			return context.Cause(ctx)
		}
		if l.exclusivelyWanted() {
			free = -1
		}
	}
	return nil
}

func (l Lock) exclusivelyWanted() bool {
	if !tellsWaiters {
		return false
	}
	f, err := l.file.Open()
	if err != nil {
		return false // nobody has made the lock file, so nobody waits
	}
	defer f.Close()
	for _, other := range readLockTable().of(f) {
		if other.waits && other.mode == Exclusive {
			return true
		}
	}
	return false
}

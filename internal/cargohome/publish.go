package cargohome

import (
	"context"
	"errors"
	"io/fs"
	"slices"
	"sync"

	"berth/internal/lockfs"
)

// Publish runs fn while stock Cargo's .package-cache is held shared: stock neither
// downloads nor unpacks then. fn takes no time: it looks again and renames. Calls
// that come while the lock is being waited for share one acquisition, in turn.
func (h *Home) Publish(ctx context.Context, fn func(*lockfs.FileLock) error) error {
	return h.publish.do(ctx, fn)
}

// publisher gathers what is to be published. The first who comes takes the lock
// for all who came by then; who is left waits for the next round, which one of them
// leads.
type publisher struct {
	home *Home

	mu      sync.Mutex
	leading bool
	waiting []*publication
}

type publication struct {
	fn   func(*lockfs.FileLock) error
	lead chan struct{} // closed: nobody leads, do it yourself
	done chan error
}

func (p *publisher) do(ctx context.Context, fn func(*lockfs.FileLock) error) error {
	mine := &publication{fn: fn, lead: make(chan struct{}), done: make(chan error, 1)}
	p.mu.Lock()
	p.waiting = append(p.waiting, mine)
	leads := !p.leading
	p.leading = true
	p.mu.Unlock()
	if !leads {
		select {
		case err := <-mine.done:
			return err
		case <-mine.lead:
		case <-ctx.Done():
			if p.leave(mine) {
				return context.Cause(ctx)
			}
			return <-mine.done // its round has begun, and takes no time
		}
	}
	p.round(ctx, mine)
	return <-mine.done
}

// leave takes back what nobody has begun to publish. Who was just told to lead hands that on.
func (p *publisher) leave(mine *publication) bool {
	p.mu.Lock()
	defer p.mu.Unlock()
	i := slices.Index(p.waiting, mine)
	if i < 0 {
		return false
	}
	p.waiting = slices.Delete(p.waiting, i, i+1)
	select {
	case <-mine.lead:
		p.next()
	default:
	}
	return true
}

// next has one of those who are left lead a round. The caller has mu.
func (p *publisher) next() {
	if p.leading = len(p.waiting) > 0; p.leading {
		close(p.waiting[0].lead)
	}
}

// round serves everybody who is waiting once the lock is there. If it cannot be
// had that is the leader's error alone: it may be the end of its context.
func (p *publisher) round(ctx context.Context, leader *publication) {
	held, err := p.home.acquirePublish(ctx)
	p.mu.Lock()
	round := slices.Clone(p.waiting)
	if err != nil {
		round = []*publication{leader}
	}
	p.waiting = slices.DeleteFunc(p.waiting, func(one *publication) bool { return slices.Contains(round, one) })
	p.mu.Unlock()
	for _, one := range round {
		result := err
		if err == nil {
			result = one.fn(held)
		}
		one.done <- result
	}
	held.Close()
	p.mu.Lock()
	defer p.mu.Unlock()
	p.next()
}

func (h *Home) acquirePublish(ctx context.Context) (*lockfs.FileLock, error) {
	lock := lockfs.NewStockLock(h.root.Join(".package-cache"), lockfs.RankPublish, "package cache")
	turn := h.Lock(lockfs.RankPublishTurn, "turn at the package cache", "publish")
	turn.Patience = brief
	_, held, err := lock.AcquireFairly(ctx, turn)
	if errors.Is(err, lockfs.ErrNoLockFile) {
		return nil, &ReadOnlyError{h.root.Display(), err}
	}
	return held, err
}

// ReadOnlyError says that something is missing in a home where nothing can be
// made.
type ReadOnlyError struct {
	Home string
	Err  error
}

func (e *ReadOnlyError) Error() string {
	return "cannot write below " + e.Home + ": " + e.Err.Error() +
		"; make it writable, or set CARGO_HOME to a directory that is"
}

func (e *ReadOnlyError) Unwrap() error { return e.Err }

// IsReadOnly tells whether err is one of writing where nothing may be written.
func IsReadOnly(err error) bool {
	return errors.Is(err, fs.ErrPermission) || errors.Is(err, lockfs.ErrNoLockFile) || isReadOnlyFilesystem(err)
}

package registry

import (
	"context"
	"errors"
	"sync/atomic"

	"golang.org/x/sync/errgroup"

	"berth/internal/archive"
	"berth/internal/crate"
	"berth/internal/lockfs"
	"berth/internal/openfiles"
)

// making has the missing crates of one call made. Archives come many at once; whatever is whole is unpacked by as many
// goroutines as there are cores. A crate's lock is let go in between: nobody waits for it while it is in a queue of
// ours, and whoever wants it sooner unpacks it. So bytes that arrive are never behind those that are unpacked, and what
// is killed has kept them.
type making struct {
	crates *Crates
	origin Origin
	group  *errgroup.Group
	waits  chan struct{} // for other processes
	whole  chan archived // closed when all crates are unpacked
	left   atomic.Int64
}

// archived is a crate whose archive is here.
type archived struct {
	*crate.Summary
	anew bool // because one that was here before was damaged
}

// makeAll begins with a crate of chance: processes that want the same crates begin at different ends.
func (c *Crates) makeAll(ctx context.Context, o Origin, missing []*crate.Summary) error {
	group, ctx := errgroup.WithContext(ctx)
	m := &making{crates: c, origin: o, group: group, waits: make(chan struct{}, openfiles.AtOnce(maxWaits, filesOfTransfer)), whole: make(chan archived, len(missing))}
	m.left.Store(int64(len(missing)))
	for range min(cap(c.cores), len(missing)) {
		group.Go(func() error { return m.unpackAll(ctx) })
	}
	for _, s := range rotate(missing) {
		if err := c.way.give(ctx, c.progress.waiting.Load); err != nil {
			return group.Wait()
		}
		select {
		case c.slots <- struct{}{}:
		case <-ctx.Done():
			return group.Wait()
		}
		group.Go(func() error {
			err := c.obtain(ctx, o, s, lockfs.TryEnsure)
			<-c.slots
			if errors.Is(err, lockfs.ErrBusy) {
				return m.await(ctx, archived{Summary: s}, c.obtain)
			}
			return m.queue(archived{Summary: s}, err)
		})
	}
	return group.Wait()
}

// queue never blocks: each crate is in the queue once at most.
func (m *making) queue(s archived, err error) error {
	if err == nil {
		m.whole <- s
	}
	return err
}

type step = func(ctx context.Context, o Origin, s *crate.Summary, how ensure) error

// await takes a step for which the lock is waited for. Each wait costs a thread, and may become a transfer.
func (m *making) await(ctx context.Context, s archived, do step) error {
	select {
	case m.waits <- struct{}{}:
		defer func() { <-m.waits }()
		return m.queue(s, do(ctx, m.origin, s.Summary, lockfs.Ensure))
	case <-ctx.Done():
		return context.Cause(ctx)
	}
}

func (m *making) unpackAll(ctx context.Context) error {
	for {
		select {
		case s, more := <-m.whole:
			if !more {
				return nil
			}
			if err := m.unpack(ctx, s); err != nil {
				return err
			}
		case <-ctx.Done():
			return context.Cause(ctx)
		}
	}
}

// unpack leaves a crate that somebody else is at to him, and one whose archive is damaged to a download.
func (m *making) unpack(ctx context.Context, s archived) error {
	c := m.crates
	if err := c.way.give(ctx, c.progress.waiting.Load); err != nil {
		return err
	}
	release, err := c.core(ctx)
	if err != nil {
		return err
	}
	c.way.begin(c.progress.waiting.Load())
	err = c.unpacking(ctx, m.origin, s.Summary, lockfs.TryEnsure)
	c.way.end(len(m.whole) > 0)
	release()
	switch {
	case errors.Is(err, lockfs.ErrBusy):
		m.group.Go(func() error { return m.await(ctx, s, c.left) })
	case errors.Is(err, errUnusable) && !s.anew:
		m.group.Go(func() error { return m.await(ctx, archived{s.Summary, true}, c.replace) })
	case errors.Is(err, errUnusable):
		return describe(s.ID, err)
	case err != nil:
		return err
	default:
		c.progress.done()
		c.used(m.origin, s.ID)
		if m.left.Add(-1) == 0 {
			close(m.whole)
		}
	}
	return nil
}

// obtain has the archive on this machine, or the crate unpacked.
func (c *Crates) obtain(ctx context.Context, o Origin, s *crate.Summary, how ensure) error {
	if isLocal(o) {
		return nil
	}
	there := func() bool { return c.archive(o, s.ID).Exists() || c.isUnpacked(o, s.ID) }
	return c.ensure(ctx, o, s, how, there, func(ctx context.Context, held *lockfs.FileLock, j job) error {
		return j.download(ctx, held)
	})
}

// replace has an archive that was found damaged downloaded, unless somebody else did so by now.
func (c *Crates) replace(ctx context.Context, o Origin, s *crate.Summary, how ensure) error {
	there := func() bool { return c.isUnpacked(o, s.ID) }
	return c.ensure(ctx, o, s, how, there, func(ctx context.Context, held *lockfs.FileLock, j job) error {
		if j.isWhole(c.archive(o, s.ID)) {
			return nil
		}
		return j.download(ctx, held)
	})
}

// left waits until somebody else has ended what he does with a crate.
func (c *Crates) left(ctx context.Context, o Origin, s *crate.Summary, how ensure) error {
	there := func() bool { return c.isUnpacked(o, s.ID) }
	return c.ensure(ctx, o, s, how, there, func(context.Context, *lockfs.FileLock, job) error { return nil })
}

// unpacking makes a crate of its archive.
func (c *Crates) unpacking(ctx context.Context, o Origin, s *crate.Summary, how ensure) error {
	there := func() bool { return c.isUnpacked(o, s.ID) }
	return c.ensure(ctx, o, s, how, there, func(ctx context.Context, held *lockfs.FileLock, j job) error {
		err := j.unpackArchive(ctx)
		if errors.As(err, new(*archive.CorruptError)) && !isLocal(o) {
			return errors.Join(err, held.Remove("registry.crate.discard", c.archive(o, s.ID)))
		}
		if err != nil {
			return err
		}
		return j.publish(ctx)
	})
}

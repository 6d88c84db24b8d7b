package registry

import (
	"context"
	"errors"
	"math/rand/v2"
	"net/url"
	"slices"
	"sync"
	"time"

	"berth/internal/cargohome"
	"berth/internal/crate"
	"berth/internal/download"
	"berth/internal/lockfs"
)

// patience is how long a wait for another process stays unsaid: most of them are over at once.
const patience = time.Second

// work is where the crates of one registry are made.
type work struct {
	crates   cargohome.Work // for archives
	sources  cargohome.Work // for what is unpacked
	archives *download.Dir
	scratch  *lockfs.Scratch  // of this process
	partials *lockfs.FileLock // shared: nobody discards what is gone on with; nil for a local registry
}

// work makes the directory in which crates are unpacked when the first one is, and clears what the dead left there.
func (c *Crates) work(ctx context.Context, o Origin) (*work, error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if w := c.works[o.Dir()]; w != nil {
		return w, nil
	}
	if err := c.home.PrepareRegistry(); err != nil {
		return nil, err
	}
	sources, crates := c.home.Sources(o.Dir()), c.home.Crates(o.Dir())
	err := sources.MkdirAll()
	if !isLocal(o) {
		err = errors.Join(err, crates.MkdirAll())
	}
	if err != nil {
		return nil, err
	}
	w := &work{crates: c.home.Work(crates), sources: c.home.Work(sources)}
	w.archives = download.NewDir(c.client, w.crates.Dir())
	if w.scratch, err = w.sources.Staging().New(ctx); err != nil {
		return nil, err
	}
	if !isLocal(o) {
		// Not told to the context: crates have locks of the same rank, and who has this one exclusively waits for nobody.
		if _, w.partials, err = partials(w.crates).Acquire(ctx, lockfs.Shared); err != nil {
			return nil, errors.Join(err, w.scratch.Close())
		}
	}
	c.works[o.Dir()] = w
	return w, nil
}

// partials is the lock on all bytes that are on their way: shared by who downloads, exclusive to discard some.
func partials(w cargohome.Work) lockfs.Lock {
	l := w.Lock(lockfs.RankCrate, "unfinished downloads", "partials")
	l.Patience = patience
	return l
}

// forgotten is how old bytes on their way must be before nobody will go on with them.
const forgotten = 7 * 24 * time.Hour

// sweep clears, once, what the dead left: what they were unpacking, and downloads that nobody has gone on with for long.
// What cannot be cleared is in nobody's way.
func (c *Crates) sweep(ctx context.Context, o Origin) {
	c.mu.Lock()
	done := c.swept[o.Dir()]
	c.swept[o.Dir()] = true
	c.mu.Unlock()
	if done {
		return
	}
	c.home.Work(c.home.Sources(o.Dir())).Staging().Clear(ctx)
	c.discardForgotten(ctx, c.home.Work(c.home.Crates(o.Dir())))
}

// discardForgotten does nothing while anybody downloads: he may go on with just what has been forgotten, or have been
// stopped for long.
func (c *Crates) discardForgotten(ctx context.Context, w cargohome.Work) {
	downloads := download.NewDir(c.client, w.Dir())
	entries, _ := downloads.List()
	entries = slices.DeleteFunc(entries, func(e download.Entry) bool { return time.Since(e.ModTime) < forgotten })
	if len(entries) == 0 {
		return
	}
	_, held, err := partials(w).Try(ctx, lockfs.Exclusive)
	if err != nil {
		return
	}
	defer held.Close()
	for _, e := range entries {
		downloads.DiscardHeld(held, e.SHA256)
	}
}

func (c *Crates) enter(crates int) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.users++
	c.progress.begin(crates)
}

// leave removes what is left in the scratch directories when the last one leaves.
func (c *Crates) leave() error {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.progress.end()
	if c.users--; c.users > 0 {
		return nil
	}
	var err error
	for name, w := range c.works {
		err = errors.Join(err, w.scratch.Close(), w.partials.Close())
		delete(c.works, name)
	}
	return err
}

// rotate begins somewhere in the middle.
func rotate(all []*crate.Summary) []*crate.Summary {
	at := rand.N(len(all))
	return append(append([]*crate.Summary(nil), all[at:]...), all[:at]...)
}

// turn lets the first transfer from a server begin alone: with HTTP/2 all others then go through its connection, where
// each of them would have made one of its own. begun is called when there is an answer, or none will come.
func (c *Crates) turn(ctx context.Context, address string) (begun func(), err error) {
	host := address
	if u, err := url.Parse(address); err == nil {
		host = u.Scheme + "://" + u.Host
	}
	c.mu.Lock()
	first := c.first[host]
	if first == nil {
		first = make(chan struct{})
		c.first[host] = first
		c.mu.Unlock()
		return sync.OnceFunc(func() { close(first) }), nil
	}
	c.mu.Unlock()
	select {
	case <-first:
		return func() {}, nil
	case <-ctx.Done():
		return nil, context.Cause(ctx)
	}
}

package registry

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"net/http"
	"os"
	"path"
	"strings"
	"time"

	"berth/internal/cargohome"
	"berth/internal/lockfs"
	"berth/internal/resolve"
	"berth/internal/source/index"
)

// ask is what the registry says of a crate now. Of a locked one it is left to the cache from then on: a thousand index
// files weigh a hundred megabytes, and who goes by a Cargo.lock wants one line of each.
func (r *Sparse) ask(ctx context.Context, query resolve.Query) (*index.File, error) {
	name := query.Name
	e := r.entry(name)
	e.mu.Lock()
	defer e.mu.Unlock()
	if e.fresh != nil {
		return e.fresh, nil
	}
	if e.asked {
		if file, _ := r.readCache(name); file.Len() > 0 {
			return file, nil
		}
	}
	if _, err := r.loadConfig(ctx, !query.Locked && !query.AtHand); err != nil {
		if r.env.Release.AnswersApart() && errors.As(err, new(*noConfigError)) {
			r.config.missing.Do(func() { r.env.Voice.Warn(err.Error()) })
			return index.Parse(r.as, nil), nil
		}
		return nil, err
	}
	r.asking.begin()
	defer r.asking.end()
	q := question{registry: r, name: name, path: index.Path(name)}
	if err := r.once(ctx, q.path, q.isAnswered, q.ask); err != nil {
		return nil, err
	}
	e.asked = true
	if !query.Locked || !q.cached {
		e.fresh = q.file
	}
	return q.file, nil
}

// question is an index file that is asked for.
type question struct {
	registry *Sparse
	name     string
	path     string
	file     *index.File
	cached   bool // the file is in the cache as well
}

// isAnswered tells whether another process has asked since this command began, or as good as; then the answer is taken.
func (q *question) isAnswered() bool {
	r := q.registry
	if r.isNews(q.absent()) {
		q.file = index.Parse(r.as, nil)
		return true
	}
	if !r.isNews(r.cacheFile(q.name)) {
		return false
	}
	r.reads <- struct{}{}
	data, err := r.cacheFile(q.name).ReadFile()
	<-r.reads
	if err != nil {
		return false
	}
	q.file, _, q.cached = index.ParseCache(r.as, data)
	return q.cached
}

// absent is the mark that the registry said that there is no such crate.
func (q *question) absent() lockfs.Filesystem {
	return q.registry.env.Home.Private("asked", q.registry.name, strings.ToLower(q.name))
}

// isNews tells whether a file was written, or marked as confirmed, lately enough for this command.
func (r *Sparse) isNews(file lockfs.Filesystem) bool {
	info, err := file.Stat()
	return err == nil && r.env.Company.isNews(info.ModTime(), r.env.Began)
}

// ask asks the server, with the version of what is in the cache. held is nil where nothing can be written.
func (q *question) ask(ctx context.Context, held *lockfs.FileLock) error {
	r := q.registry
	cached, version := r.readCache(q.name)
	header := http.Header{}
	if key, value, ok := strings.Cut(version, ": "); ok && cached.Len() > 0 {
		switch key {
		case "etag":
			header.Set("If-None-Match", value)
		case "last-modified":
			header.Set("If-Modified-Since", value)
		}
	}
	got, err := r.get(ctx, q.path, header)
	if err != nil {
		return err
	}
	r.env.Crates.way.answered(r.asking.all())
	switch got.status {
	case http.StatusNotModified:
		q.file, q.cached = cached, true
		q.confirm(held)
		return nil
	case http.StatusOK:
	default: // there is no such crate
		q.file = index.Parse(r.as, nil)
		return q.forget(held)
	}
	q.file = index.Parse(r.as, got.body)
	if q.file.Len() == 0 && len(bytes.TrimSpace(got.body)) > 0 {
		return fmt.Errorf("bad answer for %s: expected lines of an index, got %.60q; check the registry's URL and what is on the way to it", got.url, got.body)
	}
	return q.keep(held, got.version())
}

func (q *question) keep(held *lockfs.FileLock, version string) error {
	file := q.registry.cacheFile(q.name)
	if held == nil {
		return nil
	}
	err := file.Join("..").MkdirAll()
	if err == nil {
		err = q.registry.writeCache(held, file, q.file, version)
	}
	if err == nil {
		err = held.Remove("registry.index.known", q.absent())
	}
	q.cached = err == nil
	return q.registry.tolerate(err)
}

// confirm gives the cache the time of the answer, so that others know it.
func (q *question) confirm(held *lockfs.FileLock) {
	if held != nil {
		now := time.Now()
		os.Chtimes(held.Path(q.registry.cacheFile(q.name)), now, now) // without it others ask again
	}
}

func (q *question) forget(held *lockfs.FileLock) error {
	if held == nil {
		return nil
	}
	err := held.Remove("registry.index.forget", q.registry.cacheFile(q.name))
	if err == nil {
		err = q.absent().Join("..").MkdirAll()
	}
	if err == nil {
		err = held.WriteUnsynced("registry.index.absent", q.absent(), nil)
	}
	return q.registry.tolerate(err)
}

// once asks for a file of the index, unless that has been done. It is done under the file's lock, so that of several
// processes one asks; where there can be no lock it is asked without.
func (r *Sparse) once(ctx context.Context, file string, answered func() bool, ask func(context.Context, *lockfs.FileLock) error) error {
	r.env.Company.enter(ctx)
	if answered() {
		return nil
	}
	if err := r.env.Crates.way.give(ctx, r.asking.all); err != nil {
		return err
	}
	lock := r.work().Lock(lockfs.RankIndexFile, "index file of "+path.Base(file), "index", r.name, path.Base(file))
	lock.Said, lock.Patience = "the index of "+r.real.RegistryName(), patience
	select {
	case r.slots <- struct{}{}:
	case <-ctx.Done():
		return context.Cause(ctx)
	}
	defer func() { <-r.slots }()
	under, held, err := lock.Try(ctx, lockfs.Exclusive)
	if errors.Is(err, lockfs.ErrBusy) {
		<-r.slots
		under, held, err = r.await(ctx, lock)
	}
	switch {
	case errors.Is(err, lockfs.ErrNoLockFile), err != nil && cargohome.IsReadOnly(err):
		under, held = ctx, nil
	case err != nil:
		return err
	}
	defer held.Close()
	if answered() {
		return nil
	}
	return ask(under, held)
}

// await waits for a lock and comes back with a slot, also after an error. Only so many do so at once, as each wait costs a thread
// and each lock an open file.
func (r *Sparse) await(ctx context.Context, lock lockfs.Lock) (context.Context, *lockfs.FileLock, error) {
	select {
	case r.waits <- struct{}{}:
		defer func() { <-r.waits }()
	case <-ctx.Done():
		r.slots <- struct{}{}
		return ctx, nil, context.Cause(ctx)
	}
	under, held, err := lock.Acquire(ctx, lockfs.Exclusive)
	r.slots <- struct{}{} // those who have one end, with ctx at the latest, and wait for no lock
	return under, held, err
}

package registry

import (
	"context"
	"fmt"
	"net/http"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"berth/internal/cargohome"
	"berth/internal/crate"
	"berth/internal/dialect"
	"berth/internal/download"
	"berth/internal/gitdb"
	"berth/internal/openfiles"
	"berth/internal/resolve"
	"berth/internal/semver"
	"berth/internal/source/index"
)

// Env is what the registries of one command have in common.
type Env struct {
	Home   *cargohome.Home
	Client *download.Client
	Voice  Voice
	Crates *Crates
	// Offline is the flag or setting that forbids the network; empty where it is allowed.
	Offline string
	// Began is when the command began: an answer that another process got since then is as good as one of our own.
	Began time.Time
	// Release is the Cargo that is followed.
	Release dialect.Release
	// Git does git's work for registries whose index is a repository, as patiently as Patience says.
	Git      func() gitdb.Engine
	Patience func() (gitdb.Patience, error)
	// Company is those that ask at the same time; nil where only what came since Began is taken from others.
	Company *Company
	// Authorize is asked for the value of the Authorization header where a registry wants one; nil for none. refused is
	// the answer that wanted another one; nil at first.
	Authorize func(ctx context.Context, registry crate.SourceID, refused http.Header) (string, error)
}

// maxRequests is how many index files are asked for at once, each over a connection, with a lock and the file in the cache open.
const (
	maxRequests    = 64
	filesOfRequest = 3
)

// maxReads is how many files of the cache are read at once: each read has a thread and the memory for the largest file.
const maxReads = 8

// Sparse is a registry whose index is read by HTTP. It may be used by any number of goroutines.
type Sparse struct {
	shelf
	base string

	slots    chan struct{} // for requests
	waits    chan struct{} // for other processes
	asking   asking
	reads    chan struct{} // of the cache
	updating sync.Once
	config   sparseConfig
	// authorization is sent with each request once the registry has asked for it.
	authorization atomic.Pointer[string]

	mu    sync.Mutex
	files map[string]*entry

	known sync.Map // from lockedKey to *crate.Summary

	bodies sync.Pool // of *bytes.Buffer: what is read from the network
}

// NewSparse is the registry real, which speaks in the name of another if it stands in for that.
func NewSparse(env Env, real, as crate.SourceID) (*Sparse, error) {
	base := strings.TrimPrefix(real.URL(), "sparse+")
	if !strings.HasSuffix(base, "/") {
		return nil, fmt.Errorf("the URL of a sparse registry ends in a slash, expected %s/, got %[1]s; change it in .cargo/config.toml", real.URL())
	}
	r := &Sparse{base: base, files: map[string]*entry{}, asking: asking{voice: env.Voice}}
	r.shelf.open(env, real, as)
	r.slots = make(chan struct{}, openfiles.AtOnce(maxRequests, filesOfRequest))
	r.waits = make(chan struct{}, openfiles.AtOnce(maxWaits, 1))
	r.reads = make(chan struct{}, openfiles.AtOnce(maxReads, 1))
	return r, nil
}

// entry is what is known of one index file in this command.
type entry struct {
	mu    sync.Mutex
	asked bool
	fresh *index.File // what the registry says now; nil where that is only in the cache
	known *index.File // what the cache said; nil where nobody wanted to know, or nothing is there
}

func (r *Sparse) entry(name string) *entry {
	key := strings.ToLower(name)
	r.mu.Lock()
	defer r.mu.Unlock()
	e := r.files[key]
	if e == nil {
		e = &entry{}
		r.files[key] = e
	}
	return e
}

// Query finds the versions of a crate. What Cargo.lock names and the cache has is taken from there; everything else is
// asked for, once.
func (r *Sparse) Query(ctx context.Context, q resolve.Query) ([]*crate.Summary, error) {
	if !isFileName(q.Name) {
		return nil, nil
	}
	r.note()
	switch {
	case r.env.Offline != "":
		return r.downloaded(r.cached(q)), nil
	case q.Locked:
		if found := r.cached(q); len(found) > 0 {
			return found, nil
		}
	case q.AtHand:
		if file := r.entry(q.Name).atHand(r, q.Name); file.Len() > 0 {
			return file.Match(q.Name, q.Matches), nil
		}
	}
	file, err := r.ask(ctx, q)
	if err != nil {
		return nil, err
	}
	return file.Match(q.Name, q.Matches), nil
}

// cached answers from what is on the disk, or was asked already. The text of an index file is not kept for that: of a
// Cargo.lock each file is wanted once.
func (r *Sparse) cached(q resolve.Query) []*crate.Summary {
	e := r.entry(q.Name)
	if !q.Locked { // of a crate that is open many requirements are asked for
		return e.atHand(r, q.Name).Match(q.Name, q.Matches)
	}
	e.mu.Lock()
	file := e.fresh
	e.mu.Unlock()
	if file == nil { // also where it was asked for a Cargo.lock's sake
		return r.locked(q)
	}
	return file.Match(q.Name, q.Matches)
}

// atHand is what was asked already in this command, or is on the disk.
func (e *entry) atHand(r *Sparse, name string) *index.File {
	e.mu.Lock()
	defer e.mu.Unlock()
	if e.fresh != nil {
		return e.fresh
	}
	if e.known == nil {
		e.known, _ = r.readCache(name)
	}
	return e.known
}

// lockedKey is a version that Cargo.lock names.
type lockedKey struct {
	name    string
	version semver.Version
}

// locked is what the cache has of a version that Cargo.lock names. It is kept: a command may resolve twice.
func (r *Sparse) locked(q resolve.Query) []*crate.Summary {
	key := lockedKey{q.Name, q.Version}
	if s, ok := r.known.Load(key); ok {
		return []*crate.Summary{s.(*crate.Summary)}
	}
	r.reads <- struct{}{}
	defer func() { <-r.reads }()
	buf := r.cacheBuffer()
	defer r.caches.Put(buf)
	data, err := r.cacheFile(q.Name).AppendFile((*buf)[:0])
	if *buf = data; err != nil {
		return nil
	}
	found := index.MatchCache(r.as, data, q.Name, q.Version)
	if len(found) > 0 {
		r.known.Store(key, found[0])
	}
	return found
}

// Similar are the crates whose name has - and _ changed; registries have no others to tell.
func (r *Sparse) Similar(ctx context.Context, q resolve.Query) ([]string, error) {
	return similar(q.Name, func(name string) (*index.File, error) {
		if r.env.Offline != "" || q.AtHand {
			if file := r.entry(name).atHand(r, name); file.Len() > 0 || r.env.Offline != "" {
				return file, nil
			}
		}
		return r.ask(ctx, resolve.Query{Name: name, AtHand: q.AtHand})
	})
}

// Rejected are versions that --offline leaves out.
func (r *Sparse) Rejected(_ context.Context, q resolve.Query) ([]resolve.Rejected, error) {
	if r.env.Offline == "" {
		return nil, nil
	}
	file, _ := r.readCache(q.Name)
	return r.rejected(file, q), nil
}

// Fetch has the crates unpacked.
func (r *Sparse) Fetch(ctx context.Context, wanted []*crate.Summary) error {
	return r.env.Crates.Fetch(ctx, r, wanted)
}

// Directory has one crate unpacked and is where.
func (r *Sparse) Directory(ctx context.Context, s *crate.Summary) (string, error) {
	return r.env.Crates.directory(ctx, r, s)
}

// Unpack unpacks one crate into a directory; see [Crates.Unpack].
func (r *Sparse) Unpack(ctx context.Context, s *crate.Summary, dir string, keep func(rel string) bool) error {
	return r.env.Crates.Unpack(ctx, r, s, dir, keep)
}

// Locate is where config.json says that archives are.
func (r *Sparse) Locate(ctx context.Context, s *crate.Summary) (Location, error) {
	config, err := r.loadConfig(ctx, false)
	if err != nil {
		return Location{}, err
	}
	return r.location(ctx, config, s)
}

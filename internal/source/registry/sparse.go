package registry

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"berth/internal/cargohome"
	"berth/internal/crate"
	"berth/internal/download"
	"berth/internal/lastuse"
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
	// Authorize is asked for the value of the Authorization header where a registry wants one; nil for none. refused is
	// the answer that wanted another one; nil at first.
	Authorize func(ctx context.Context, registry crate.SourceID, refused http.Header) (string, error)
}

// maxRequests is how many index files are asked for at once.
const maxRequests = 64

// maxReads is how many files of the cache are read at once: each read has a thread and the memory for the largest file.
const maxReads = 8

// Sparse is a registry whose index is read by HTTP. It may be used by any number of goroutines.
type Sparse struct {
	env  Env
	real crate.SourceID // who is asked
	as   crate.SourceID // in whose name it answers
	base string
	name string

	slots    chan struct{} // for requests
	waits    chan struct{} // for other processes
	reads    chan struct{} // of the cache
	updating sync.Once
	config   sparseConfig
	// authorization is sent with each request once the registry has asked for it.
	authorization atomic.Pointer[string]
	unwritable    sync.Once
	work          func() cargohome.Work

	mu    sync.Mutex
	files map[string]*entry
	have  func() map[string]bool
	used  sync.Once

	known sync.Map // from lockedKey to *crate.Summary

	bodies sync.Pool // of *bytes.Buffer: what is read from the network
	caches sync.Pool // of *[]byte: what is written into the cache, or read from it
	zips   sync.Pool // of *gzip.Reader
}

// NewSparse is the registry real, which speaks in the name of another if it stands in for that.
func NewSparse(env Env, real, as crate.SourceID) (*Sparse, error) {
	base := strings.TrimPrefix(real.URL(), "sparse+")
	if !strings.HasSuffix(base, "/") {
		return nil, fmt.Errorf("the URL of a sparse registry ends in a slash, expected %s/, got %[1]s; change it in .cargo/config.toml", real.URL())
	}
	r := &Sparse{env: env, real: real, as: as, base: base, name: real.DirName(), files: map[string]*entry{}}
	r.slots, r.waits, r.reads = make(chan struct{}, maxRequests), make(chan struct{}, maxWaits), make(chan struct{}, maxReads)
	r.work = sync.OnceValue(func() cargohome.Work { return env.Home.Work(env.Home.Index(r.name)) })
	r.have = sync.OnceValue(r.archives)
	return r, nil
}

// Dir is the registry's name below registry/.
func (r *Sparse) Dir() string { return r.name }

// entry is what is known of one index file in this command.
type entry struct {
	mu    sync.Mutex
	asked bool
	fresh *index.File // what the registry says now; nil where that is only in the cache
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
	if crate.CheckPackageName(q.Name) != nil || !isASCII(q.Name) {
		return nil, nil // it could not be the name of a file either
	}
	r.used.Do(func() { r.env.Home.Used(lastuse.Use{Kind: lastuse.Index, Parent: r.name}) })
	if q.Locked || r.env.Offline != "" {
		if found := r.cached(q); len(found) > 0 || r.env.Offline != "" {
			return found, nil
		}
	}
	file, err := r.ask(ctx, q.Name, !q.Locked)
	if err != nil {
		return nil, err
	}
	return file.Match(q.Name, q.Matches), nil
}

func isASCII(s string) bool {
	for i := range len(s) {
		if s[i] >= 0x80 {
			return false
		}
	}
	return true
}

// cached answers from what is on the disk, or was asked already. The text of an index file is not kept for that: of a
// Cargo.lock each file is wanted once.
func (r *Sparse) cached(q resolve.Query) []*crate.Summary {
	e := r.entry(q.Name)
	e.mu.Lock()
	file := e.fresh
	if file == nil && !q.Locked { // offline: of a crate that is open many requirements are asked for
		file, _ = r.readCache(q.Name)
		e.fresh = file
	}
	e.mu.Unlock()
	var found []*crate.Summary
	if file == nil { // also where it was asked for a Cargo.lock's sake
		found = r.locked(q)
	} else {
		found = file.Match(q.Name, q.Matches)
	}
	if r.env.Offline == "" {
		return found
	}
	return r.downloaded(found)
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
	buf, ok := r.caches.Get().(*[]byte)
	if !ok {
		buf = new([]byte)
	}
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

// downloaded are those whose archives are here, if there are any: with --offline others are looked at only where there is
// nothing else.
func (r *Sparse) downloaded(all []*crate.Summary) []*crate.Summary {
	var some []*crate.Summary
	for _, s := range all {
		if r.have()[s.ID.FileName()+".crate"] {
			some = append(some, s)
		}
	}
	if len(some) == 0 {
		return all
	}
	return some
}

// archives are the names of all archives of the registry that are on this machine.
func (r *Sparse) archives() map[string]bool {
	entries, _ := r.env.Home.Crates(r.name).ReadDir()
	names := make(map[string]bool, len(entries))
	for _, e := range entries {
		if info, err := e.Info(); err == nil && info.Size() > 0 {
			names[e.Name()] = true
		}
	}
	return names
}

// Rejected are versions that --offline leaves out.
func (r *Sparse) Rejected(_ context.Context, q resolve.Query) ([]resolve.Rejected, error) {
	if r.env.Offline == "" {
		return nil, nil
	}
	file, _ := r.readCache(q.Name)
	var list []resolve.Rejected
	for _, s := range file.Match(q.Name, q.Matches) {
		if !r.have()[s.ID.FileName()+".crate"] {
			list = append(list, resolve.Rejected{Version: s.ID.Version.String(), Why: "is not downloaded, and " + r.env.Offline + " was given"})
		}
	}
	return list, nil
}

// Similar are the crates whose name has - and _ changed; registries have no others to tell.
func (r *Sparse) Similar(ctx context.Context, q resolve.Query) ([]string, error) {
	var names []string
	for _, name := range []string{strings.ReplaceAll(q.Name, "-", "_"), strings.ReplaceAll(q.Name, "_", "-"), q.Name} {
		found, err := r.byAnyCase(ctx, name)
		if err != nil {
			return nil, err
		}
		for _, n := range found {
			if n != q.Name {
				names = append(names, n)
			}
		}
	}
	return names, nil
}

// byAnyCase are the names that the index file of a name is of.
func (r *Sparse) byAnyCase(ctx context.Context, name string) ([]string, error) {
	if crate.CheckPackageName(name) != nil || !isASCII(name) {
		return nil, nil
	}
	file, err := r.latest(ctx, name)
	if err != nil {
		return nil, err
	}
	return file.Names(), nil
}

func (r *Sparse) latest(ctx context.Context, name string) (*index.File, error) {
	if r.env.Offline != "" {
		file, _ := r.readCache(name)
		return file, nil
	}
	return r.ask(ctx, name, true)
}

// Fetch has the crates unpacked.
func (r *Sparse) Fetch(ctx context.Context, wanted []*crate.Summary) error {
	return r.env.Crates.Fetch(ctx, r, wanted)
}

// Directory has one crate unpacked and is where.
func (r *Sparse) Directory(ctx context.Context, s *crate.Summary) (string, error) {
	if err := r.env.Crates.have(ctx, r, []*crate.Summary{s}); err != nil {
		return "", err
	}
	return r.env.Crates.Directory(r, s.ID), nil
}

// Locate is where config.json says that archives are.
func (r *Sparse) Locate(ctx context.Context, s *crate.Summary) (Location, error) {
	config, err := r.loadConfig(ctx, false)
	if err != nil {
		return Location{}, err
	}
	at := Location{URL: config.DownloadURL(s.ID.Name, s.ID.Version.String(), s.Checksum)}
	if !config.AuthRequired {
		return at, nil
	}
	token, err := r.token(ctx, nil)
	if err != nil {
		return Location{}, err
	}
	at.Header = http.Header{"Authorization": {token}}
	return at, nil
}

// errNoToken says that a registry wants a token and nobody has one for it.
var errNoToken = errors.New("no token")

func (r *Sparse) token(ctx context.Context, refused http.Header) (string, error) {
	if r.env.Authorize == nil {
		return "", fmt.Errorf("%s wants a token: %w", r.real, errNoToken)
	}
	return r.env.Authorize(ctx, r.real, refused)
}

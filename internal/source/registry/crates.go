package registry

import (
	"context"
	"errors"
	"runtime"
	"sync"

	"berth/internal/archive"
	"berth/internal/cargohome"
	"berth/internal/crate"
	"berth/internal/download"
	"berth/internal/figures"
	"berth/internal/lastuse"
	"berth/internal/lockfs"
	"berth/internal/openfiles"
)

// Voice is how this package speaks.
type Voice interface {
	Status(verb, text string)
	Warn(text string)
	// Bar draws what state says while downloads are under way, until done is called; nil where nothing is drawn.
	Bar(state func() BarState) (done func())
	// Asking is the same while index files are asked for.
	Asking(state func() AskState) (done func())
}

// BarState is how far the downloads of a command are.
type BarState struct {
	Crates int   // still to come
	Total  int   // of the command, with those that have come
	Bytes  int64 // of these, as far as servers have said
}

// AskState is how far the questions for index files of one registry are.
type AskState struct{ Complete, Pending int }

// Origin says where archives of one registry are to be had.
type Origin interface {
	// Dir is the registry's name below registry/cache and registry/src.
	Dir() string
	// Locate is asked when the archive of a crate is not on this machine.
	Locate(ctx context.Context, s *crate.Summary) (Location, error)
}

// Location is where an archive is.
type Location struct {
	URL    string
	Header map[string][]string
	From   crate.SourceID    // the registry that has it, which may stand in for the crate's
	File   lockfs.Filesystem // of a local registry; then there is no URL
}

// What is done at once, and how many files each of it has open. Transfers are mostly waiting; unpacking keeps the cores busy; each
// wait for another process costs a thread.
const (
	maxTransfers = 32
	maxWaits     = 16

	filesOfTransfer = 4 // the crate's lock, a connection, what has come, its version
	filesOfUnpack   = 5 // the crate's lock, the archive, a file out of it in two directories
)

// Crates downloads and unpacks the crates of all registries of one home. It may be used by any number of goroutines.
type Crates struct {
	home    *cargohome.Home
	client  *download.Client
	voice   Voice
	offline string

	unpack   archive.Crates
	progress progress
	slots    chan struct{} // for transfers
	cores    chan struct{} // for unpacking
	way      *way

	unpacked sync.Map // by directory: what was seen to be there
	ours     sync.Map // by checksum: archives that came just now

	mu    sync.Mutex
	users int // calls of Fetch that are under way
	works map[string]*work
	swept map[string]bool
	first map[string]chan struct{} // by host: closed when its first transfer has begun
}

// NewCrates makes a Crates; nothing is touched. offline is the flag or setting that forbids the network, or empty.
func NewCrates(home *cargohome.Home, client *download.Client, voice Voice, offline string) *Crates {
	c := &Crates{
		home: home, client: client, voice: voice, offline: offline, works: map[string]*work{}, swept: map[string]bool{}, first: map[string]chan struct{}{},
		slots: make(chan struct{}, openfiles.AtOnce(maxTransfers, filesOfTransfer)),
		cores: make(chan struct{}, openfiles.AtOnce(runtime.GOMAXPROCS(0)+1, filesOfUnpack)), // one may wait for the disk
	}
	c.way = newWay(home, runtime.GOMAXPROCS(0))
	c.progress.voice = voice
	return c
}

// directory has one crate unpacked and is where.
func (c *Crates) directory(ctx context.Context, o Origin, s *crate.Summary) (string, error) {
	if err := c.have(ctx, o, []*crate.Summary{s}); err != nil {
		return "", err
	}
	return c.Directory(o, s.ID), nil
}

// Directory is where the crate is or will be unpacked.
func (c *Crates) Directory(o Origin, id crate.PackageID) string {
	return c.source(o, id).Display()
}

func (c *Crates) source(o Origin, id crate.PackageID) lockfs.Filesystem {
	return c.home.Sources(o.Dir()).Join(id.FileName())
}

func (c *Crates) archive(o Origin, id crate.PackageID) lockfs.Filesystem {
	return c.home.Crates(o.Dir()).Join(id.FileName() + ".crate")
}

// Fetch has the crates unpacked on this machine. What is there costs one small file to read. What another process is at
// is left to it; what neither it nor anybody has is downloaded, many at once, and unpacked as soon as it is whole.
//
// Nobody collects what is old from then on, as long as this process lives, and what is used is noted.
func (c *Crates) Fetch(ctx context.Context, o Origin, wanted []*crate.Summary) error {
	err := c.have(ctx, o, wanted)
	c.home.SaveUsed(ctx) // what cannot be noted today is noted the next time
	return err
}

// have is Fetch without the notes, for single crates.
func (c *Crates) have(ctx context.Context, o Origin, wanted []*crate.Summary) error {
	if err := c.home.KeepReading(ctx); err != nil {
		return err
	}
	c.sweep(ctx, o)
	missing := c.missing(o, wanted)
	if len(missing) == 0 {
		return nil
	}
	c.enter(len(missing))
	return errors.Join(c.makeAll(ctx, o, missing), c.leave())
}

// missing are the crates that are not unpacked; what is, is used now.
func (c *Crates) missing(o Origin, wanted []*crate.Summary) []*crate.Summary {
	seen := map[crate.PackageKey]bool{}
	var missing []*crate.Summary
	for _, s := range wanted {
		if seen[s.ID.Key()] {
			continue
		}
		seen[s.ID.Key()] = true
		if c.isUnpacked(o, s.ID) {
			c.used(o, s.ID)
		} else {
			missing = append(missing, s)
		}
	}
	return missing
}

func (c *Crates) used(o Origin, id crate.PackageID) {
	c.home.Used(lastuse.Use{Kind: lastuse.Crate, Parent: o.Dir(), Name: id.FileName() + ".crate"})
	c.home.Used(lastuse.Use{Kind: lastuse.Source, Parent: o.Dir(), Name: id.FileName()})
}

type ensure = func(context.Context, lockfs.Lock, func() (bool, error), func(context.Context, *lockfs.FileLock) error) error

// ensure has something made of a crate under its lock, if it is not there.
func (c *Crates) ensure(ctx context.Context, o Origin, s *crate.Summary, how ensure, there func() bool, make func(context.Context, *lockfs.FileLock, job) error) error {
	w, err := c.work(ctx, o)
	if err != nil {
		return describe(s.ID, err)
	}
	present := func() (bool, error) { return there(), nil }
	err = how(ctx, c.lock(w, o, s), present, func(ctx context.Context, held *lockfs.FileLock) error {
		return make(ctx, held, job{crates: c, work: w, origin: o, summary: s})
	})
	switch {
	case err == nil, errors.Is(err, lockfs.ErrBusy), errors.Is(err, errUnusable):
		return err
	case errors.Is(err, lockfs.ErrNoLockFile), cargohome.IsReadOnly(err):
		err = &cargohome.ReadOnlyError{Home: c.home.Root().Display(), Err: err}
	}
	return describe(s.ID, err)
}

// core waits until one more crate may be unpacked.
func (c *Crates) core(ctx context.Context) (release func(), err error) {
	select {
	case c.cores <- struct{}{}:
		return func() { <-c.cores }, nil
	case <-ctx.Done():
		return nil, context.Cause(ctx)
	}
}

// lock goes by the archive, not by the registry: bytes on their way are named by their checksum, and two registries may
// have the same crate.
func (c *Crates) lock(w *work, o Origin, s *crate.Summary) lockfs.Lock {
	bytes := s.Checksum[:min(len(s.Checksum), 16)]
	if bytes == "" {
		bytes = o.Dir()
	}
	l := w.crates.Lock(lockfs.RankCrate, "crate "+s.ID.FileName(), "crate", bytes+"-"+s.ID.FileName())
	l.Said, l.Patience = "crates that it downloads", patience
	if s.Checksum != "" {
		l.Progress = func() string { return figures.Bytes(w.archives.Size(s.Checksum)) + " of " + s.ID.FileName() }
	}
	return l
}

// describe says which crate an error is about.
func describe(id crate.PackageID, err error) error {
	return &crateError{id, err}
}

type crateError struct {
	id  crate.PackageID
	err error
}

func (e *crateError) Headline() string { return "failed to download `" + e.id.String() + "`" }
func (e *crateError) Error() string    { return e.Headline() + ": " + e.err.Error() }
func (e *crateError) Unwrap() error    { return e.err }

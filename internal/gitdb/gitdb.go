// Package gitdb keeps git databases that many processes fetch into and read from at once, and makes work trees out
// of them.
//
// # Which git
//
// The git command does the work where one is found on PATH: it is twice as fast as the library, needs half the memory,
// and knows the user's ssh, credential helpers and url.<x>.insteadOf. Where there is none, a program of its own does the
// same by the library go-git (cmd/berth-git, package library), one process a call; it is looked for beside this program
// and on PATH. Both leave the same files behind, and either goes on where the other stopped.
//
// # What holds
//
// A fetch lands in a directory of its own, which borrows the database's objects, and is added to the database only when
// it is whole: packs first, then all references in one step. So a reader needs no lock and never waits for a fetch, a
// killed fetch leaves nothing in the database, and one that was killed after its last byte is published by the next
// process, not fetched again. One database is fetched into by one process at a time; who waited while another fetched
// the same references, begun after the wait, has them.
//
// A work tree is complete when it appears. Nothing is ever shallow, and no object is ever thrown away: a commit that a
// lock file names stays when its branch was rewritten.
//
// # What does not hold
//
// Stock Cargo fetches and collects garbage in the same databases in place. Publishing keeps it out (Guard); reading does
// not. A pack that vanishes under a reader because stock packed anew is looked for again.
package gitdb

import (
	"context"
	"errors"
	"fmt"

	"berth/internal/lockfs"
	"berth/internal/redact"
)

// Engine does git's work on one repository, named by its git directory.
type Engine interface {
	// Fetch gets what w names from url into the repository at dir, references moved by force, and nothing else.
	Fetch(ctx context.Context, dir, url string, w Wants) error
	// Commit is the commit that name means in dir, tags peeled; ErrNoRevision if it is none there.
	Commit(ctx context.Context, dir, name string) (string, error)
	// Abbreviate is the shortest beginning of a commit's name, of 7 digits or more, that no other object has.
	Abbreviate(ctx context.Context, dir, commit string) (string, error)
	// File is the content of a file of a commit; fs.ErrNotExist if it has none there.
	File(ctx context.Context, dir, commit, path string) ([]byte, error)
	// Tree opens the files of a commit; ErrNoRevision if it or its directory cannot be read.
	Tree(ctx context.Context, dir, commit string) (Tree, error)
	// Submodule is the commit that a submodule of a commit is at, "" where path is something else.
	Submodule(ctx context.Context, dir, commit, path string) (string, error)
	// CheckOut writes the files of commit into tree and points HEAD of dir at it.
	CheckOut(ctx context.Context, dir, tree, commit string) error
	// Repack makes one pack of many and loses nothing.
	Repack(ctx context.Context, dir string) error
}

// Tree is the files of a commit, many of which are read one after another. It may be used by many goroutines, and goes
// on working while others fetch. Whoever opened it closes it; with the process it closes by itself.
type Tree interface {
	// Blob is the name of the object that a file's content is, "" where there is no such file.
	Blob(path string) (string, error)
	// Read is the content of a blob.
	Read(blob string) ([]byte, error)
	Close() error
}

// Wants is what a fetch is for.
type Wants struct {
	Refs []string // refspecs
	Tags bool     // all tags as well
}

// ErrNoRevision says that a name means no commit in a repository.
var ErrNoRevision = errors.New("no such revision")

// Guard runs fn while the stock tool is kept out of its own directories; fn takes milliseconds.
type Guard func(ctx context.Context, fn func(*lockfs.FileLock) error) error

// Place is where one database and what belongs to it lie.
type Place struct {
	Databases lockfs.Filesystem // the bare repository lies in it, in the stock layout
	Name      string            // of the repository there
	Work      lockfs.Filesystem // ours, on the same file system where that can be: fetches that are whole and not yet published, and which there were
	Key       string            // the database's name there
	Staging   lockfs.Staging    // where fetches land, on the file system of Work
	Lock      lockfs.Lock       // exclusive for a fetch
	Guard     Guard
	// HasTree is for a database that is the .git of a directory with a work tree, for all that anybody knows.
	HasTree bool
}

func (p Place) database() lockfs.Filesystem { return p.Databases.Join(p.Name) }
func (p Place) arrived() lockfs.Filesystem  { return p.Work.Join(p.Key) }
func (p Place) record() lockfs.Filesystem   { return p.Work.Join(p.Key + ".json") }

// Database is one bare database.
type Database struct {
	place  Place
	engine Engine
	dir    string
}

// Open describes a database; nothing is touched, and it need not be there.
func Open(place Place, engine Engine) *Database {
	return &Database{place: place, engine: engine, dir: place.database().Display()}
}

// Exists tells whether there is a repository.
func (d *Database) Exists() bool {
	at := d.place.database()
	return at.Join("HEAD").Exists() && at.Join("objects").Exists() && at.Join("refs").Exists() // else git takes it for none
}

// Commit is the commit that name means, see Engine.
func (d *Database) Commit(ctx context.Context, name string) (string, error) {
	if !d.Exists() {
		return "", ErrNoRevision
	}
	return d.engine.Commit(ctx, d.dir, name)
}

// Abbreviate shortens the name of a commit, see Engine.
func (d *Database) Abbreviate(ctx context.Context, commit string) (string, error) {
	return d.engine.Abbreviate(ctx, d.dir, commit)
}

// File reads a file of a commit, see Engine.
func (d *Database) File(ctx context.Context, commit, path string) ([]byte, error) {
	return d.engine.File(ctx, d.dir, commit, path)
}

// Tree opens the files of a commit, see Engine.
func (d *Database) Tree(ctx context.Context, commit string) (Tree, error) {
	if !d.Exists() {
		return nil, ErrNoRevision
	}
	return d.engine.Tree(ctx, d.dir, commit)
}

// Submodule is the commit of a submodule, see Engine.
func (d *Database) Submodule(ctx context.Context, commit, path string) (string, error) {
	return d.engine.Submodule(ctx, d.dir, commit, path)
}

// FetchError is a fetch that did not succeed.
type FetchError struct {
	URL  string // as it may be shown
	Said string // what git said, in its words, without credentials
	// Kind tells what would help.
	Kind FailureKind
}

// FailureKind sorts failures by what would help.
type FailureKind int

// The kinds of failure.
const (
	Other    FailureKind = iota
	Network              // may pass by itself
	Missing              // the server has no such repository or reference
	Denied               // credentials are wanted, or are wrong
	Damaged              // the local database is
	NoDisk               // full
	Stranger             // whoever answers has not shown to be the right host
)

// NewFetchError says that a fetch from address failed in these words, credentials taken out. Where kind is Other the
// words decide.
func NewFetchError(address, said string, kind FailureKind) *FetchError {
	said = withoutSecrets(said, address)
	if kind == Other {
		kind = kindOf(said)
	}
	return &FetchError{URL: redact.Strict(address), Said: said, Kind: kind}
}

func (e *FetchError) Error() string {
	hint := map[FailureKind]string{
		Network: "; check the network and the proxy, or go on with --offline if all is there already",
		Denied:  "; see whether `git ls-remote` of this URL works, which uses the same credentials",
		NoDisk:  "; make room and run this again",
	}[e.Kind]
	return fmt.Sprintf("failed to fetch %s: %s%s", e.URL, e.Said, hint)
}

// Package git is the source of git dependencies: from a repository and a reference to a directory with the files of one
// commit, in the stock layout below CARGO_HOME/git.
//
// # What holds
//
// A commit that is checked out costs no git, no lock and no network: the checkout's HEAD and its .cargo-ok are read, and
// that is all. A commit whose objects are there is checked out without network. Only a branch, a tag, the default branch
// and a name that is no commit are asked for, each time they are not locked. A commit that is missing is asked for by
// itself where Cargo.lock names it and the server allows that, else all branches and tags are fetched as stock does it. A
// branch or a tag that the repository has no more stays what it was. Submodules are fetched before the checkout begins, so
// that no lock on a checkout is held over the network.
//
// A checkout appears whole, submodules and all; one without .cargo-ok (stock was killed) is made again. Stock uses ours
// and we use stock's.
//
// # What does not hold
//
// What somebody changed in a checkout is not found out, as with stock.
package git

import (
	"context"
	"errors"
	"fmt"
	"net/url"
	"strings"
	"sync"

	"berth/internal/cargohome"
	"berth/internal/crate"
	"berth/internal/gitdb"
	"berth/internal/lastuse"
	"berth/internal/lockfs"
	"berth/internal/openfiles"
	"berth/internal/redact"
)

// Voice is how this package speaks.
type Voice interface {
	Status(verb, text string)
	Warn(text string)
}

// Policy is what the user allows.
type Policy struct {
	Offline  string                         // the flag or setting that forbids the network, empty where it is allowed
	Patience func() (gitdb.Patience, error) // asked before the network is used
}

// Source fetches and checks out for one CARGO_HOME.
type Source struct {
	home   *cargohome.Home
	engine func() gitdb.Engine
	policy Policy
	voice  Voice
	clear  sync.Once
	turns  sync.Map // of chan struct{}, by the repository's name in the home
	slots  chan struct{}
}

// maxRepositories is how many repositories are fetched from or checked out at once, and filesOfRepository how many files each
// has open: locks, and what git is started with.
const (
	maxRepositories   = 32
	filesOfRepository = 12
)

// New makes a Source; nothing is touched, and the engine is asked for only where git is needed.
func New(home *cargohome.Home, engine func() gitdb.Engine, policy Policy, voice Voice) *Source {
	slots := make(chan struct{}, openfiles.Alone(maxRepositories, filesOfRepository))
	return &Source{home: home, engine: engine, policy: policy, voice: voice, slots: slots}
}

// Checkout is a commit of a repository on the disk.
type Checkout struct {
	Dir    string         // an absolute path
	Source crate.SourceID // locked to the commit
	Warn   func(string)   // for who looks into it
}

// OfflineError says that something would have to be fetched and may not.
type OfflineError struct {
	URL, What, Flag string
}

func (e *OfflineError) Error() string {
	return fmt.Sprintf("%s of git repository %s is not on this machine, and %s forbids to fetch it; run this once without %s", e.What, e.URL, e.Flag, e.Flag)
}

// RevisionError says that a repository has not what was asked for.
type RevisionError struct {
	URL, What string
	Hint      string
}

func (e *RevisionError) Error() string {
	return fmt.Sprintf("%s was not found in git repository %s%s", e.What, e.URL, e.Hint)
}

// Checkout has the commit that id means on the disk.
func (s *Source) Checkout(ctx context.Context, id crate.SourceID) (Checkout, error) {
	s.clear.Do(func() { s.home.Staging().Clear(ctx) }) // what the dead left is in nobody's way
	repo := s.repository(id.URL(), id.GitName(), "repository")
	if commit := lockedCommit(id); commit != "" {
		if short, ok := s.find(repo.ident, commit); ok {
			return s.done(id, repo, commit, short), nil
		}
	}
	select {
	case s.slots <- struct{}{}:
		defer func() { <-s.slots }()
	case <-ctx.Done():
		return Checkout{}, context.Cause(ctx)
	}
	commit, err := s.revision(ctx, repo, id)
	if err != nil {
		return Checkout{}, describe(id, err)
	}
	short, err := s.ensure(ctx, repo, commit)
	if err != nil {
		return Checkout{}, describe(id, err)
	}
	return s.done(id, repo, commit, short), nil
}

func (s *Source) done(id crate.SourceID, repo *repository, commit, short string) Checkout {
	s.home.Used(lastuse.Use{Kind: lastuse.GitDB, Parent: repo.ident})
	s.home.Used(lastuse.Use{Kind: lastuse.Checkout, Parent: repo.ident, Name: short})
	return Checkout{Dir: s.home.Checkouts(repo.ident).Join(short).Display(), Source: id.WithPrecise(commit), Warn: s.voice.Warn}
}

// describe says which dependency an error is about, unless it says so itself.
func describe(id crate.SourceID, err error) error {
	var (
		offline  *OfflineError
		revision *RevisionError
		fetch    *gitdb.FetchError
	)
	if errors.As(err, &offline) || errors.As(err, &revision) || errors.As(err, &fetch) {
		return err
	}
	return fmt.Errorf("git repository %s: %w", redact.Strict(id.URL()), err)
}

// repository is one repository and its database.
type repository struct {
	shown string // its address as it was written
	url   string // as git is told
	ident string // its directories' name
	scope string // repository or submodule, for people
	db    *gitdb.Database
}

func (s *Source) repository(address, ident, scope string) *repository {
	place := gitdb.Place{
		Databases: s.home.Root().Join("git", "db"), Name: ident,
		Work: s.home.Private("git"), Key: ident,
		Staging: s.home.Staging(),
		Lock:    s.home.Lock(lockfs.RankGitDatabase, "git database "+ident, "git-db", ident),
		Guard:   s.guard,
	}
	return &repository{address, withPathOnly(address), ident, scope, gitdb.Open(place, gitdb.Lazy(s.engine))}
}

// withPathOnly is an address of a server without what stands behind its path, which is never sent; git would take it for
// part of the path.
func withPathOnly(address string) string {
	u, err := url.Parse(address)
	if err != nil || u.Scheme != "http" && u.Scheme != "https" {
		return address
	}
	if end := strings.IndexAny(address, "?#"); end >= 0 {
		return address[:end]
	}
	return address
}

// inTurn does something under a repository's locks while no other goroutine does: a dependency on a branch and one on a tag
// are looked for at the same time, and who waits for a lock says for whom, which would be this very command.
func (s *Source) inTurn(ctx context.Context, repo *repository, do func() error) error {
	found, _ := s.turns.LoadOrStore(repo.ident, make(chan struct{}, 1))
	turn := found.(chan struct{})
	select {
	case turn <- struct{}{}:
	case <-ctx.Done():
		return context.Cause(ctx)
	}
	defer func() { <-turn }()
	return do()
}

func (s *Source) fetch(ctx context.Context, repo *repository, r gitdb.Request) error {
	return s.inTurn(ctx, repo, func() error { return repo.db.Fetch(ctx, r) })
}

// guard prepares git/ as stock has it, then keeps stock out.
func (s *Source) guard(ctx context.Context, fn func(*lockfs.FileLock) error) error {
	if err := s.home.PrepareGit(); err != nil {
		return err
	}
	return s.home.Publish(ctx, fn)
}

package git

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"

	"berth/internal/crate"
	"berth/internal/gitdb"
	"berth/internal/lockfs"
)

// readyName is the file that says that a checkout is whole, to stock too.
const readyName = ".cargo-ok"

// find looks for a checkout of commit that is whole: its directory is named by the first 7 digits or, where those were
// not enough when it was made, by more.
func (s *Source) find(ident, commit string) (short string, ok bool) {
	for n := 7; n <= len(commit); n++ {
		tree := s.home.Checkouts(ident).Join(commit[:n])
		if n > 7 && !tree.Exists() {
			continue
		}
		if isReady(tree.Display(), commit) {
			return commit[:n], true
		}
		if n == 7 && !s.hasLonger(ident, commit) {
			return "", false
		}
	}
	return "", false
}

// hasLonger tells whether any checkout's name is longer than usual, and begins as commit does.
func (s *Source) hasLonger(ident, commit string) bool {
	entries, err := s.home.Checkouts(ident).ReadDir()
	if err != nil {
		return false
	}
	for _, e := range entries {
		if name := e.Name(); len(name) > 7 && len(name) <= len(commit) && name == commit[:len(name)] {
			return true
		}
	}
	return false
}

func isReady(tree, commit string) bool {
	if _, err := os.Lstat(filepath.Join(tree, readyName)); err != nil {
		return false
	}
	return gitdb.Head(tree) == commit
}

// module is a submodule in its place, with its own.
type module struct {
	path   string
	repo   *repository
	commit string
	below  []module
}

// unreadableError is a commit that a database has, and that git cannot read.
type unreadableError struct {
	repo    *repository
	damaged fs.FileInfo // its database
	commit  string
	err     error
}

func (e *unreadableError) Error() string { return e.err.Error() }
func (e *unreadableError) Unwrap() error { return e.err }

// unreadable leaves alone what is no damage: a full disk and the like, and the end of ctx.
func unreadable(ctx context.Context, repo *repository, commit string, err error) error {
	var path *fs.PathError
	var link *os.LinkError
	var unwritten *gitdb.UnwrittenError
	if err == nil || ctx.Err() != nil || errors.As(err, &path) || errors.As(err, &link) || errors.As(err, &unwritten) {
		return err
	}
	return &unreadableError{repo, repo.db.Identity(), commit, err}
}

// ensure has a whole checkout of commit, whose objects are in the database. A database that turns out to be damaged is
// fetched anew, once.
func (s *Source) ensure(ctx context.Context, repo *repository, commit string) (string, error) {
	renewed := map[string]bool{}
	for {
		short, err := s.attempt(ctx, repo, commit)
		var damage *unreadableError
		if !errors.As(err, &damage) || renewed[damage.repo.ident] || s.policy.Offline != "" {
			return short, err
		}
		renewed[damage.repo.ident] = true
		if again := s.renew(ctx, damage); again != nil {
			return "", fmt.Errorf("the database in %s is damaged (%w), and could not be fetched anew: %w", s.home.GitDB(damage.repo.ident).Display(), err, again)
		}
	}
}

// renew fetches a database from nothing, and commit too where no branch and no tag has it.
func (s *Source) renew(ctx context.Context, d *unreadableError) error {
	ref := crate.GitRef{Kind: crate.Rev, Name: d.commit}
	err := s.inTurn(ctx, d.repo, func() error {
		return d.repo.db.Renew(ctx, d.damaged, s.request(d.repo, wantsOf(ref), ref, nil))
	})
	if err != nil {
		return err
	}
	return s.haveCommit(ctx, d.repo, d.commit, ref)
}

func (s *Source) attempt(ctx context.Context, repo *repository, commit string) (string, error) {
	if short, ok := s.find(repo.ident, commit); ok {
		return short, nil
	}
	short, err := repo.db.Abbreviate(ctx, commit)
	if err != nil {
		return "", unreadable(ctx, repo, commit, err)
	}
	below, err := s.modules(ctx, repo, commit, 0)
	if err != nil {
		return "", err
	}
	return short, s.inTurn(ctx, repo, func() error { return s.make(ctx, repo, short, commit, below) })
}

// make makes the checkout, unless somebody else has.
func (s *Source) make(ctx context.Context, repo *repository, short, commit string, below []module) error {
	tree := s.home.Checkouts(repo.ident).Join(short)
	lock := s.home.Lock(lockfs.RankGitCheckout, "checkout "+short+" of git repository "+repo.ident, "git-checkout", repo.ident, short)
	present := func() (bool, error) { return isReady(tree.Display(), commit), nil }
	return lockfs.Ensure(ctx, lock, present, func(ctx context.Context, held *lockfs.FileLock) error {
		scratch, err := s.home.Staging().New(ctx)
		if err != nil {
			return err
		}
		defer scratch.Close()
		made := scratch.Dir.Join("checkout")
		if err := fill(ctx, held.Path(made), module{repo: repo, commit: commit, below: below}); err != nil {
			return err
		}
		return s.guard(ctx, func(*lockfs.FileLock) error {
			if there, err := present(); there || err != nil {
				return err // stock made it meanwhile
			}
			return s.publish(held, scratch, made, tree, repo.ident)
		})
	})
}

// fill checks out m and its submodules at tree, and says of each that it is whole.
func fill(ctx context.Context, tree string, m module) error {
	if err := m.repo.db.CheckOut(ctx, tree, m.commit); err != nil {
		return unreadable(ctx, m.repo, m.commit, err)
	}
	for _, sub := range m.below {
		dir := filepath.Join(tree, filepath.FromSlash(sub.path))
		if err := noLinks(tree, sub.path); err != nil {
			return err
		}
		if err := fill(ctx, dir, sub); err != nil {
			return fmt.Errorf("submodule %s: %w", sub.path, err)
		}
	}
	ready := filepath.Join(tree, readyName)
	if err := os.RemoveAll(ready); err != nil { // the repository may have one of its own
		return err
	}
	return os.WriteFile(ready, nil, 0o666)
}

// noLinks refuses a submodule whose place is reached through a link: on a file system that takes upper for lower case,
// a repository can have both.
func noLinks(tree, path string) error {
	for dir := filepath.FromSlash(path); dir != "."; dir = filepath.Dir(dir) {
		info, err := os.Lstat(filepath.Join(tree, dir))
		if err == nil && !info.IsDir() {
			return fmt.Errorf("submodule %s: expected a directory at %s", path, filepath.ToSlash(dir))
		}
	}
	return nil
}

// publish puts the checkout in its place; what a dead maker left there is moved away first.
func (s *Source) publish(held *lockfs.FileLock, scratch *lockfs.Scratch, made, tree lockfs.Filesystem, ident string) error {
	if err := s.home.Checkouts(ident).MkdirAll(); err != nil {
		return err
	}
	if tree.Exists() {
		if err := gitdb.Move(held, "git.checkout.retired", tree, scratch.Dir, "retired"); err != nil {
			return err
		}
	}
	return gitdb.Move(held, "git.checkout.published", made, s.home.Checkouts(ident), tree.Base())
}

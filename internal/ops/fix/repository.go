package fix

import (
	"context"
	"errors"
	"strings"

	"berth/internal/worktree"
)

// Allowed is what may be at stake.
type Allowed struct {
	NoVCS  bool // there is no commit to go back to
	Staged bool
	Dirty  bool // also what is staged
}

var errNoVCS = errors.New("no VCS found for this package and `cargo fix` can potentially perform destructive changes; " +
	"if you'd like to suppress this error pass `--allow-no-vcs`")

// CheckRepository refuses to change what no commit has: isIn tells whether the directory is in a repository at all.
func CheckRepository(ctx context.Context, dir string, environ []string, allowed Allowed, isIn func() bool) error {
	switch {
	case allowed.NoVCS:
		return nil
	case !isIn():
		return errNoVCS
	case allowed.Dirty:
		return nil
	}
	repo, err := worktree.Discover(dir, environ)
	if err != nil || repo == nil {
		return err
	}
	uncommitted, err := repo.Uncommitted(ctx)
	if errors.Is(err, worktree.ErrNoGit) {
		return errors.New("there is no git command on PATH to tell whether everything is committed; install git, or pass `--allow-dirty`")
	}
	if err != nil {
		return err
	}
	return refuse(uncommitted, allowed)
}

func refuse(uncommitted []worktree.Uncommitted, allowed Allowed) error {
	var dirty, staged strings.Builder
	for _, u := range uncommitted {
		switch {
		case !u.Staged:
			dirty.WriteString("  * " + u.Path + " (dirty)\n")
		case !allowed.Staged:
			staged.WriteString("  * " + u.Path + " (staged)\n")
		}
	}
	list := dirty.String() + staged.String()
	if list == "" {
		return nil
	}
	return errors.New("the working directory of this package has uncommitted changes, and `cargo fix` can potentially perform destructive changes; " +
		"if you'd like to suppress this error pass `--allow-dirty`, or commit the changes to these files:\n\n" + list + "\n")
}

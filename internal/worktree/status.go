package worktree

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"os/exec"
	"path"
	"path/filepath"
	"slices"
	"strings"
)

// ErrNoGit says that there is no git command to ask.
var ErrNoGit = errors.New("no git command on PATH")

// Change is a path that is not as the last commit has it: changed, new, gone or ignored. A directory stands for all in it.
type Change struct {
	Path    string // below the root, with slashes
	Ignored bool
}

// Changes lists what differs at and below the given paths; none are all. Submodules count only where another commit of
// theirs was staged.
func (r *Repo) Changes(ctx context.Context, paths ...string) ([]Change, error) {
	args := []string{"status", "--porcelain", "-z", "--untracked-files=all", "--ignored=matching", "--no-renames", "--ignore-submodules=dirty", "--"}
	for _, p := range paths {
		args = append(args, ":(top,literal)"+p)
	}
	out, err := r.git(ctx, args...)
	if err != nil {
		return nil, err
	}
	var changes []Change
	for entry := range strings.SplitSeq(string(out), "\x00") {
		if len(entry) > 3 {
			changes = append(changes, Change{strings.TrimSuffix(entry[3:], "/"), strings.HasPrefix(entry, "!!")})
		}
	}
	return changes, nil
}

// Uncommitted is a path that is not as the last commit has it, with a slash at the end where it stands for a directory
// of which nothing was ever added.
type Uncommitted struct {
	Path   string
	Staged bool // all that differs is in the index
}

// Uncommitted lists what a commit would have to include for nothing to get lost, by path.
func (r *Repo) Uncommitted(ctx context.Context) ([]Uncommitted, error) {
	out, err := r.git(ctx, "status", "--porcelain", "-z", "--untracked-files=normal", "--no-renames")
	if err != nil {
		return nil, err
	}
	var found []Uncommitted
	for entry := range strings.SplitSeq(string(out), "\x00") {
		if len(entry) > 3 {
			found = append(found, Uncommitted{entry[3:], entry[1] == ' '})
		}
	}
	slices.SortFunc(found, func(a, b Uncommitted) int { return strings.Compare(a.Path, b.Path) })
	return found, nil
}

// HasCommit tells whether anything was ever committed.
func (r *Repo) HasCommit(ctx context.Context) (bool, error) {
	_, err := r.git(ctx, "rev-parse", "--quiet", "--verify", "HEAD^{commit}")
	var exit *exec.ExitError
	if errors.As(err, &exit) && exit.ExitCode() == 1 {
		return false, nil
	}
	return err == nil, err
}

// git runs git on this repository.
func (r *Repo) git(ctx context.Context, args ...string) ([]byte, error) {
	program, err := exec.LookPath("git")
	if err != nil {
		return nil, ErrNoGit
	}
	cmd := exec.CommandContext(ctx, program, append([]string{"-c", "core.fsmonitor=false", "-c", "safe.directory=*", "--no-optional-locks"}, args...)...)
	cmd.Dir = r.Root
	cmd.Env = append(slices.DeleteFunc(slices.Clone(r.environ), func(entry string) bool {
		name, _, _ := strings.Cut(entry, "=")
		return strings.HasPrefix(name, "GIT_") && !strings.HasPrefix(name, "GIT_CONFIG_")
	}), "LC_ALL=C", "GIT_DIR="+r.dir, "GIT_WORK_TREE="+r.Root)
	var said bytes.Buffer
	cmd.Stderr = &said
	out, err := cmd.Output()
	if err != nil {
		return nil, fmt.Errorf("git %s of %s: %w: %s", args[0], r.Root, err, bytes.TrimSpace(said.Bytes()))
	}
	return out, nil
}

// Modules are the repositories of the submodules that are checked out.
func (r *Repo) Modules() ([]*Repo, error) {
	var found []*Repo
	for _, e := range r.entries {
		if !e.isModule() {
			continue
		}
		sub, err := Open(filepath.Join(r.Root, filepath.FromSlash(path.Clean(e.name))), r.environ)
		if err != nil {
			return nil, err
		}
		if sub != nil {
			found = append(found, sub)
		}
	}
	return found, nil
}

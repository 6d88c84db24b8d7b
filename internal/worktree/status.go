package worktree

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"os/exec"
	"path"
	"path/filepath"
	"slices"
	"strings"

	git "github.com/go-git/go-git/v5"
	"github.com/go-git/go-git/v5/plumbing"
	"github.com/go-git/go-git/v5/plumbing/filemode"
	"github.com/go-git/go-git/v5/plumbing/format/index"
	"github.com/go-git/go-git/v5/plumbing/object"
)

// Change is a path that is not as the last commit has it: changed, new, gone or ignored. A directory stands for all in it.
type Change struct {
	Path    string // below the root, with slashes
	Ignored bool
}

// Changes lists what differs at and below the given paths; none are all. Submodules count only where another commit of
// theirs was staged.
func (r *Repo) Changes(ctx context.Context, paths ...string) ([]Change, error) {
	program, err := exec.LookPath("git")
	if err != nil {
		return r.compare(paths)
	}
	return r.ask(ctx, program, paths)
}

// ask has git look.
func (r *Repo) ask(ctx context.Context, program string, paths []string) ([]Change, error) {
	args := []string{
		"-c", "core.fsmonitor=false", "-c", "safe.directory=*", "--no-optional-locks", "status", "--porcelain", "-z",
		"--untracked-files=all", "--ignored=matching", "--no-renames", "--ignore-submodules=dirty", "--",
	}
	for _, p := range paths {
		args = append(args, ":(top,literal)"+p)
	}
	cmd := exec.CommandContext(ctx, program, args...)
	cmd.Dir = r.Root
	cmd.Env = append(slices.DeleteFunc(slices.Clone(r.environ), func(entry string) bool {
		name, _, _ := strings.Cut(entry, "=")
		return strings.HasPrefix(name, "GIT_") && !strings.HasPrefix(name, "GIT_CONFIG_")
	}), "LC_ALL=C", "GIT_DIR="+r.dir, "GIT_WORK_TREE="+r.Root)
	var said bytes.Buffer
	cmd.Stderr = &said
	out, err := cmd.Output()
	if err != nil {
		return nil, fmt.Errorf("git status of %s: %w: %s", r.Root, err, bytes.TrimSpace(said.Bytes()))
	}
	var changes []Change
	for entry := range strings.SplitSeq(string(out), "\x00") {
		if len(entry) > 3 {
			changes = append(changes, Change{strings.TrimSuffix(entry[3:], "/"), strings.HasPrefix(entry, "!!")})
		}
	}
	return changes, nil
}

// compare looks by itself.
func (r *Repo) compare(paths []string) ([]Change, error) {
	committed, err := r.committed()
	if err != nil {
		return nil, err
	}
	changed := map[string]bool{}
	for _, e := range r.entries {
		if within(e.Name, paths) && (committed[e.Name] != identity{e.Mode, e.Hash} || r.differs(e)) {
			changed[e.Name] = true
		}
	}
	for name := range committed {
		if within(name, paths) && !r.Tracked(name) {
			changed[name] = true
		}
	}
	var changes []Change
	for name := range changed {
		changes = append(changes, Change{Path: name})
	}
	err = r.Walk("", true, func(item Item) error {
		if !item.Tracked && (within(item.Path, paths) || item.Ignored && contains(item.Path, paths)) {
			changes = append(changes, Change{item.Path, item.Ignored})
		}
		return nil
	})
	slices.SortFunc(changes, func(a, b Change) int { return strings.Compare(a.Path, b.Path) })
	return changes, err
}

func within(name string, paths []string) bool {
	return len(paths) == 0 || slices.ContainsFunc(paths, func(p string) bool { return p == "" || name == p || strings.HasPrefix(name, p+"/") })
}

// contains: name is a directory that one of the paths lies in.
func contains(name string, paths []string) bool {
	return slices.ContainsFunc(paths, func(p string) bool { return strings.HasPrefix(p, name+"/") })
}

type identity struct {
	mode filemode.FileMode
	hash plumbing.Hash
}

// committed are the files of the last commit.
func (r *Repo) committed() (map[string]identity, error) {
	files := map[string]identity{}
	repo, err := git.PlainOpenWithOptions(r.Root, &git.PlainOpenOptions{EnableDotGitCommonDir: true})
	if err != nil {
		return nil, err
	}
	head, err := repo.Head()
	if errors.Is(err, plumbing.ErrReferenceNotFound) {
		return files, nil
	}
	if err != nil {
		return nil, err
	}
	commit, err := repo.CommitObject(head.Hash())
	if err != nil {
		return nil, err
	}
	tree, err := commit.Tree()
	if err != nil {
		return nil, err
	}
	walker := object.NewTreeWalker(tree, true, nil)
	defer walker.Close()
	for {
		name, entry, err := walker.Next()
		if err != nil {
			if errors.Is(err, io.EOF) {
				return files, nil
			}
			return nil, err
		}
		if entry.Mode != filemode.Dir {
			files[name] = identity{entry.Mode, entry.Hash}
		}
	}
}

// differs tells whether the file of an entry is not what the index says.
func (r *Repo) differs(e *index.Entry) bool {
	if e.Stage != 0 {
		return true
	}
	full := filepath.Join(r.Root, filepath.FromSlash(e.Name))
	info, err := os.Lstat(full)
	if e.Mode == filemode.Submodule || e.SkipWorktree {
		return false
	}
	if err != nil {
		return true
	}
	switch {
	case e.Mode == filemode.Symlink:
		target, err := os.Readlink(full)
		return err != nil || plumbing.ComputeHash(plumbing.BlobObject, []byte(filepath.ToSlash(target))) != e.Hash
	case !info.Mode().IsRegular() || executable(info) != (e.Mode == filemode.Executable) && hasExecutable:
		return true
	case uint32(info.Size()) == e.Size && info.ModTime().Equal(e.ModifiedAt):
		return false
	}
	data, err := os.ReadFile(full)
	if err != nil {
		return true
	}
	if plumbing.ComputeHash(plumbing.BlobObject, data) == e.Hash {
		return false
	}
	crlf := strings.ToLower(r.setting("core", "autocrlf"))
	return crlf != "true" && crlf != "input" || plumbing.ComputeHash(plumbing.BlobObject, bytes.ReplaceAll(data, []byte("\r\n"), []byte("\n"))) != e.Hash
}

func executable(info fs.FileInfo) bool { return info.Mode()&0o100 != 0 }

// Head is the commit that is checked out; "" in a repository without one.
func (r *Repo) Head() (string, error) {
	repo, err := git.PlainOpenWithOptions(r.Root, &git.PlainOpenOptions{EnableDotGitCommonDir: true})
	if err != nil {
		return "", err
	}
	head, err := repo.Head()
	if errors.Is(err, plumbing.ErrReferenceNotFound) {
		return "", nil
	}
	if err != nil {
		return "", err
	}
	return head.Hash().String(), nil
}

// Modules are the repositories of the submodules that are checked out.
func (r *Repo) Modules() ([]*Repo, error) {
	var found []*Repo
	for _, e := range r.entries {
		if e.Mode != filemode.Submodule {
			continue
		}
		sub, err := Open(filepath.Join(r.Root, filepath.FromSlash(path.Clean(e.Name))), r.environ)
		if err != nil {
			return nil, err
		}
		if sub != nil {
			found = append(found, sub)
		}
	}
	return found, nil
}

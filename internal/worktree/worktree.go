// Package worktree reads the repository that a user's package lies in: which files git tracks or ignores, and which
// differ from the last commit.
//
// What holds: nothing is written, not even git's index, and listing needs no git command: the index and the ignore files
// are read here. Which files differ from the last commit is asked of git, since its filters and line ends are its own.
//
// Where it ends: conditional includes (includeIf) of git's configuration are not followed when core.excludesFile is looked
// up, and a repository without a work tree is none.
package worktree

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
)

// Repo is a repository with a work tree.
type Repo struct {
	Root string // of the work tree, as it was reached

	dir     string // the git directory
	common  string // that of the main work tree, where this is another one
	environ []string
	entries []entry // sorted by name
}

// Discover finds the repository that a directory lies in; nil where there is none.
func Discover(dir string, environ []string) (*Repo, error) {
	for at := dir; ; {
		if r, err := Open(at, environ); r != nil || err != nil {
			return r, err
		}
		parent := filepath.Dir(at)
		if parent == at {
			return nil, nil
		}
		at = parent
	}
}

// Open is the repository whose work tree's root is dir; nil where there is none.
func Open(dir string, environ []string) (*Repo, error) {
	git, ok := gitDir(filepath.Join(dir, ".git"))
	if !ok {
		return nil, nil
	}
	r := &Repo{Root: dir, dir: git, common: git, environ: environ}
	if text, err := os.ReadFile(filepath.Join(git, "commondir")); err == nil {
		if r.common = strings.TrimSpace(string(text)); !filepath.IsAbs(r.common) {
			r.common = filepath.Join(git, r.common)
		}
	}
	if err := r.readIndex(); err != nil {
		return nil, fmt.Errorf("git index %s: %w", filepath.Join(git, "index"), err)
	}
	return r, nil
}

// gitDir is the directory that .git is or names.
func gitDir(path string) (string, bool) {
	info, err := os.Stat(path)
	if err != nil {
		return "", false
	}
	if !info.IsDir() {
		text, err := os.ReadFile(path)
		target, ok := strings.CutPrefix(string(text), "gitdir: ")
		if err != nil || !ok {
			return "", false
		}
		if target = strings.TrimRight(target, "\r\n"); !filepath.IsAbs(target) {
			target = filepath.Join(filepath.Dir(path), target)
		}
		path = target
	}
	if _, err := os.Lstat(filepath.Join(path, "HEAD")); err != nil {
		return "", false
	}
	for _, name := range []string{"objects", "commondir"} {
		if _, err := os.Stat(filepath.Join(path, name)); err == nil {
			return path, true
		}
	}
	return "", false
}

func (r *Repo) readIndex() error {
	data, err := os.ReadFile(filepath.Join(r.dir, "index"))
	if errors.Is(err, fs.ErrNotExist) {
		return nil // nothing was ever added
	}
	if err != nil {
		return err
	}
	hash := 20
	if strings.EqualFold(r.setting("extensions", "objectformat"), "sha256") {
		hash = 32
	}
	own, s, err := parseIndex(data, hash)
	if r.entries = own; err != nil || s.shared == "" {
		return err
	}
	if data, err = os.ReadFile(filepath.Join(r.dir, "sharedindex."+s.shared)); err != nil {
		return err
	}
	shared, _, err := parseIndex(data, hash)
	if err != nil {
		return err
	}
	r.entries, err = s.merge(shared, own)
	return err
}

func (r *Repo) find(name string) (int, bool) {
	return slices.BinarySearchFunc(r.entries, name, func(e entry, name string) int { return strings.Compare(e.name, name) })
}

// Tracked tells whether a file, by its path below Root with slashes, is in the index.
func (r *Repo) Tracked(name string) bool {
	_, ok := r.find(name)
	return ok
}

// TrackedBelow are the tracked paths below a directory, "" for all; those in conflict are left out.
func (r *Repo) TrackedBelow(dir string) []string {
	var names []string
	for _, e := range r.below(dir) {
		if e.stage == 0 {
			names = append(names, e.name)
		}
	}
	return names
}

func (r *Repo) below(dir string) []entry {
	if dir == "" {
		return r.entries
	}
	from, _ := r.find(dir + "/")
	to := from
	for to < len(r.entries) && strings.HasPrefix(r.entries[to].name, dir+"/") {
		to++
	}
	return r.entries[from:to]
}

// isModule tells whether the index has a submodule at name.
func (r *Repo) isModule(name string) bool {
	i, ok := r.find(name)
	return ok && r.entries[i].isModule()
}

// WasLink tells whether the index has a symbolic link at name.
func (r *Repo) WasLink(name string) bool {
	i, ok := r.find(name)
	return ok && r.entries[i].isLink()
}

// Relative is path below the work tree's root, with slashes, links followed; false if it is not there.
func (r *Repo) Relative(path string) (string, bool) {
	real, err := filepath.EvalSymlinks(path)
	if err != nil {
		return "", false
	}
	root, err := filepath.EvalSymlinks(r.Root)
	if err != nil {
		return "", false
	}
	rel, err := filepath.Rel(root, real)
	if err != nil || !filepath.IsLocal(rel) {
		return "", false
	}
	return filepath.ToSlash(rel), true
}

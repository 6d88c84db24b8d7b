// Package path lists the files of a package in a directory, and finds the packages below one.
//
// What holds: the list is stock's. With package.include it is what that matches of everything in the directory. Without
// it, where Cargo.toml is tracked by git, it is what git tracks or would add; else everything but hidden files; less
// package.exclude in both. Packages in directories below are left out, and so is target. Cargo.toml and Cargo.lock are
// always in it where they are.
//
// Where it ends: a directory that somebody changes while it is listed is listed as each part was when it was read.
package path

import (
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"

	"berth/internal/gitignore"
	"berth/internal/worktree"
)

// Package is what its manifest says of its files.
type Package struct {
	Dir              string // absolute
	Include, Exclude []string
}

// Options are the same for all packages.
type Options struct {
	Environ []string          // where git's configuration is looked for
	Warn    func(text string) // may be nil
}

// Entry is a file of a package.
type Entry struct {
	Path  string // absolute
	Rel   string // below the package, with slashes
	Links bool   // it is a symbolic link, or was reached through one
	// Text may be the text of a symbolic link: git tracks one there, and the file system has a plain file.
	Text bool
}

// List lists the files of a package, in no order. The error of a pattern is a *gitignore.PatternError.
func List(p Package, o Options) ([]Entry, error) {
	l := &lister{pkg: p, options: o, include: gitignore.New(gitignore.Cargo), exclude: gitignore.New(gitignore.Cargo)}
	repo, err := l.repository()
	if err != nil {
		return nil, err
	}
	if err := l.patterns(repo != nil); err != nil {
		return nil, err
	}
	if repo != nil {
		err = l.tracked(repo)
	} else {
		err = l.walk(p.Dir, true)
	}
	if err != nil {
		return nil, fmt.Errorf("failed to determine list of files in %s: %w", p.Dir, err)
	}
	return l.found, nil
}

type lister struct {
	pkg              Package
	options          Options
	include, exclude *gitignore.Set
	found            []Entry
}

// repository is the one that tracks the package's Cargo.toml; with include git is not asked.
func (l *lister) repository() (*worktree.Repo, error) {
	if len(l.pkg.Include) > 0 {
		return nil, nil
	}
	repo, err := worktree.Discover(l.pkg.Dir, l.options.Environ)
	if repo == nil || err != nil {
		return nil, err
	}
	manifest, ok := repo.Relative(filepath.Join(l.pkg.Dir, "Cargo.toml"))
	if !ok || !repo.Tracked(manifest) {
		return nil, nil
	}
	return repo, nil
}

func (l *lister) patterns(inGit bool) error {
	if len(l.pkg.Include) == 0 && !inGit {
		l.exclude.Add(".*")
	}
	for _, pattern := range l.pkg.Exclude {
		if err := l.exclude.Add(pattern); err != nil {
			return err
		}
	}
	for _, pattern := range l.pkg.Include {
		if err := l.include.Add(pattern); err != nil {
			return err
		}
	}
	return nil
}

// wants tells whether a file belongs to the package, or a directory may hold some that do.
func (l *lister) wants(path string, dir bool) bool {
	rel, ok := l.relative(path)
	switch {
	case !ok:
		return false
	case rel == "Cargo.toml" || rel == "Cargo.lock":
		return true
	case len(l.pkg.Include) == 0:
		return l.exclude.MatchWithParents(rel, dir) != gitignore.Ignored
	default:
		return dir || l.include.MatchWithParents(rel, false) == gitignore.Ignored
	}
}

func (l *lister) relative(path string) (string, bool) {
	rel, ok := strings.CutPrefix(path, l.pkg.Dir)
	if !ok || rel != "" && !os.IsPathSeparator(rel[0]) {
		return "", false
	}
	return filepath.ToSlash(strings.TrimLeft(rel, string(filepath.Separator))), true
}

func (l *lister) add(e Entry) {
	e.Rel, _ = l.relative(e.Path)
	l.found = append(l.found, e)
}

// tracked lists what git tracks or would add, of the package's repository or of one within it.
func (l *lister) tracked(repo *worktree.Repo) error {
	prefix := ""
	if rel, err := filepath.Rel(repo.Root, l.pkg.Dir); err == nil && filepath.IsLocal(rel) && rel != "." {
		prefix = filepath.ToSlash(rel)
	}
	t := &tracker{lister: l, repo: repo, first: len(l.found)}
	target := strings.TrimPrefix(prefix+"/target", "/")
	err := repo.Walk(prefix, false, func(item worktree.Item) error {
		if item.Path == target || strings.HasPrefix(item.Path, target+"/") || !item.Tracked && item.Path == "Cargo.lock" {
			return nil
		}
		return t.visit(item)
	})
	if err != nil {
		return err
	}
	for _, name := range repo.TrackedBelow(target) {
		if err := t.visit(worktree.Item{Path: name, Tracked: true}); err != nil {
			return err
		}
	}
	return nil
}

// tracker drops the packages that it finds below, whatever of them came before.
type tracker struct {
	*lister
	repo     *worktree.Repo
	first    int
	packages []string
}

func (t *tracker) visit(item worktree.Item) error {
	path := filepath.Join(t.repo.Root, filepath.FromSlash(item.Path))
	if dir := filepath.Dir(path); filepath.Base(path) == "Cargo.toml" && dir != t.pkg.Dir {
		kept := t.found[:t.first]
		for _, e := range t.found[t.first:] {
			if !isBelow(e.Path, dir) {
				kept = append(kept, e)
			}
		}
		t.found = kept
		t.packages = append(t.packages, dir)
		return nil
	}
	for _, dir := range t.packages {
		if isBelow(path, dir) {
			return nil
		}
	}
	link := item.Type&fs.ModeSymlink != 0
	if item.Repository || item.Type.IsDir() || link && isDir(path) {
		return t.directory(path)
	}
	if t.wants(path, false) {
		t.add(Entry{Path: path, Links: link, Text: item.Tracked && !link && t.repo.WasLink(item.Path)})
	}
	return nil
}

// directory is a repository within the repository, or what a link leads to.
func (t *tracker) directory(path string) error {
	repo, err := worktree.Open(path, t.options.Environ)
	if err != nil {
		return err
	}
	if repo != nil {
		return t.lister.tracked(repo)
	}
	return t.walk(path, false)
}

func isBelow(path, dir string) bool {
	rest, ok := strings.CutPrefix(path, dir)
	return ok && (rest == "" || os.IsPathSeparator(rest[0]))
}

func isDir(path string) bool {
	info, err := os.Stat(path)
	return err == nil && info.IsDir()
}

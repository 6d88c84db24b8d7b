package worktree

import (
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"strings"

	"berth/internal/diskread"
	"berth/internal/gitignore"
)

// Item is something in the work tree.
type Item struct {
	Path       string // below the root, with slashes
	Type       fs.FileMode
	Repository bool // a submodule, or a repository that somebody cloned there
	Tracked    bool
	Ignored    bool // and not tracked; a directory stands for all in it
}

// layer are the patterns of one directory.
type layer struct {
	dir string
	set *gitignore.Set
}

// walker lists a work tree.
type walker struct {
	repo    *Repo
	layers  []layer // of directories, the outermost first
	base    []*gitignore.Set
	ignored bool // list what is ignored too
	emit    func(Item) error
}

// Walk calls emit for each file below dir ("" is the root) that git tracks or would add: no directories, but for
// repositories within this one. With ignored, also for what is ignored. What is neither file nor link is passed over.
func (r *Repo) Walk(dir string, ignored bool, emit func(Item) error) error {
	w := &walker{repo: r, ignored: ignored, emit: emit}
	for _, file := range []string{filepath.Join(r.common, "info", "exclude"), r.globalIgnores()} {
		if data, err := diskread.File(file); err == nil {
			w.base = append(w.base, gitignore.Parse(data))
		}
	}
	inIgnored := false
	at := ""
	if dir != "" {
		for part := range strings.SplitSeq(dir, "/") {
			w.enter(at)
			at = path.Join(at, part)
			inIgnored = inIgnored || w.isIgnored(at, true)
		}
	}
	return w.walk(at, inIgnored)
}

// Ignored tells whether git ignores a path, tracked or not.
func (r *Repo) Ignored(name string) bool {
	w := &walker{repo: r}
	for _, file := range []string{filepath.Join(r.common, "info", "exclude"), r.globalIgnores()} {
		if data, err := diskread.File(file); err == nil {
			w.base = append(w.base, gitignore.Parse(data))
		}
	}
	at := ""
	for part := range strings.SplitSeq(path.Dir(name), "/") {
		w.enter(at)
		if part == "." {
			break
		}
		if at = path.Join(at, part); w.isIgnored(at, true) {
			return true
		}
	}
	if at != "" {
		w.enter(at)
	}
	return w.isIgnored(name, false)
}

// enter adds the patterns of a directory.
func (w *walker) enter(dir string) {
	data, err := diskread.File(filepath.Join(w.repo.Root, filepath.FromSlash(dir), ".gitignore"))
	if err == nil {
		w.layers = append(w.layers, layer{dir, gitignore.Parse(data)})
	}
}

func (w *walker) isIgnored(name string, dir bool) bool {
	for i := len(w.layers) - 1; i >= 0; i-- {
		rel := name
		if w.layers[i].dir != "" {
			rel = strings.TrimPrefix(name, w.layers[i].dir+"/")
		}
		if v := w.layers[i].set.Match(rel, dir); v != gitignore.None {
			return v == gitignore.Ignored
		}
	}
	for _, set := range w.base {
		if v := set.Match(name, dir); v != gitignore.None {
			return v == gitignore.Ignored
		}
	}
	return false
}

func (w *walker) walk(dir string, inIgnored bool) error {
	entries, err := os.ReadDir(filepath.Join(w.repo.Root, filepath.FromSlash(dir)))
	if err != nil {
		if dir != "" && os.IsPermission(err) {
			return nil
		}
		return err
	}
	before := len(w.layers)
	w.enter(dir)
	defer func() { w.layers = w.layers[:before] }()
	for _, e := range entries {
		if e.Name() == ".git" {
			continue
		}
		if err := w.visit(path.Join(dir, e.Name()), e, inIgnored); err != nil {
			return err
		}
	}
	return nil
}

func (w *walker) visit(name string, e fs.DirEntry, inIgnored bool) error {
	full := filepath.Join(w.repo.Root, filepath.FromSlash(name))
	if !e.IsDir() {
		if !e.Type().IsRegular() && e.Type()&fs.ModeSymlink == 0 {
			return nil
		}
		tracked := w.repo.Tracked(name)
		ignored := !tracked && (inIgnored || w.isIgnored(name, e.Type()&fs.ModeSymlink != 0 && isDir(full)))
		if ignored && !w.ignored {
			return nil
		}
		return w.emit(Item{Path: name, Type: e.Type(), Tracked: tracked, Ignored: ignored})
	}
	if w.repo.isModule(name) {
		return w.emit(Item{Path: name, Type: e.Type(), Repository: true, Tracked: true})
	}
	ignored := inIgnored || w.isIgnored(name, true)
	hasTracked := len(w.repo.below(name)) > 0
	_, repository := gitDir(filepath.Join(full, ".git"))
	switch {
	case ignored && !hasTracked:
		if !w.ignored {
			return nil
		}
		return w.emit(Item{Path: name, Type: e.Type(), Repository: repository, Ignored: true})
	case repository && !hasTracked:
		return w.emit(Item{Path: name, Type: e.Type(), Repository: true})
	default:
		return w.walk(name, ignored)
	}
}

func isDir(path string) bool {
	info, err := os.Stat(path)
	return err == nil && info.IsDir()
}

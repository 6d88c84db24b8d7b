package workspace

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"

	"berth/internal/manifest"
)

// listed is a directory that the root lists, and the pattern that it came by.
type listed struct{ dir, pattern string }

func (w *Workspace) addMember(m *manifest.Manifest) {
	w.isMember[m.Path] = true
	if m.Package != nil {
		w.members = append(w.members, m)
	}
}

// findMembers: those that are listed, the root itself, and what they depend on by path, each right after the one that
// names it first.
func (w *Workspace) findMembers() error {
	root := w.Root.Workspace
	members, err := w.expand(root.Members, "members")
	if err != nil {
		return err
	}
	paths := make([]string, len(members))
	for i, m := range members {
		paths[i] = filepath.Join(m.dir, "Cargo.toml")
	}
	w.loader.loadAll(paths)
	for i, m := range members {
		if err := w.follow(paths[i], false); err != nil {
			by := ""
			if m.pattern != "" {
				by = fmt.Sprintf(" by %q", m.pattern)
			}
			return fmt.Errorf("%w\nnote: it is a member of the workspace `%s`, listed%s in `workspace.members`", err, w.loader.display(w.Root.Path), by)
		}
	}
	if err := w.follow(w.Root.Path, false); err != nil {
		return err
	}
	return w.findDefaults(members)
}

// follow makes a package a member, with all that it depends on by path.
func (w *Workspace) follow(path string, asDependency bool) error {
	if w.isMember[path] {
		return nil
	}
	if asDependency && !isBelow(w.Dir(), filepath.Dir(path)) {
		// Elsewhere on the disk it is a member only if it says so itself.
		root, err := w.loader.findRoot(path)
		if err != nil || root != w.Root.Path {
			return err
		}
	}
	if excluded(w.Root.Workspace, path) {
		return nil
	}
	m, err := w.loader.load(path)
	if err != nil {
		return err
	}
	w.addMember(m)
	if m.Package == nil {
		return nil
	}
	for _, d := range m.Package.Summary.Deps {
		if !d.Source.IsPath() {
			continue
		}
		if err := w.follow(filepath.Join(d.Source.Dir(), "Cargo.toml"), true); err != nil {
			return fmt.Errorf("%w\nnote: dependency `%s` of `%s` is to be there", err, d.Name, w.loader.display(path))
		}
	}
	return nil
}

// findDefaults: default-members of the root are of effect only where the command is called for the root.
func (w *Workspace) findDefaults(members []listed) error {
	root := w.Root.Workspace
	switch {
	case w.Current.Path != w.Root.Path:
		w.defaults = []*manifest.Manifest{w.Current}
		return nil
	case root.DefaultMembers == nil && w.IsVirtual():
		w.defaults = w.members
		return nil
	case root.DefaultMembers == nil:
		w.defaults = []*manifest.Manifest{w.Current}
		return nil
	}
	defaults, err := w.expand(root.DefaultMembers, "default-members")
	if err != nil {
		return err
	}
	for _, d := range defaults {
		path := filepath.Join(d.dir, "Cargo.toml")
		if w.isMember[path] {
			m, err := w.loader.load(path)
			if err != nil {
				return err
			}
			if m.Package != nil {
				w.defaults = append(w.defaults, m)
			}
			continue
		}
		if isListed(members, d.dir) && excluded(root, d.dir) {
			continue
		}
		return fmt.Errorf("package `%s` is listed in default-members but is not a member\nfor workspace at `%s`", d.dir, w.Root.Path)
	}
	return nil
}

func isListed(members []listed, dir string) bool {
	for _, m := range members {
		if m.dir == dir {
			return true
		}
	}
	return false
}

// expand finds the directories that patterns of the root name. A pattern that fits nothing stands for itself, and is
// missed when the manifest in it is read.
func (w *Workspace) expand(patterns []string, key string) ([]listed, error) {
	var list []listed
	for _, pattern := range patterns {
		found, err := expandGlob(w.Dir(), filepath.ToSlash(pattern), w.loader.opts.Looked)
		if err != nil {
			return nil, fmt.Errorf("`workspace.%s` of `%s` has %q: %w", key, w.loader.display(w.Root.Path), pattern, err)
		}
		if len(found) == 0 {
			list = append(list, listed{dir: within(w.Dir(), pattern)})
			continue
		}
		by := ""
		if strings.ContainsAny(pattern, "*?[") {
			by = pattern
		}
		for _, dir := range found {
			// Some systems leave files of their own everywhere, such as .DS_Store.
			info, err := os.Stat(dir)
			if err != nil {
				info = nil
			}
			w.loader.opts.Looked.Saw(dir, info)
			if info != nil && info.IsDir() {
				list = append(list, listed{dir, by})
			}
		}
	}
	return list, nil
}

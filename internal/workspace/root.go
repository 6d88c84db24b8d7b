package workspace

import (
	"path/filepath"
	"slices"

	"berth/internal/manifest"
)

// FindRoot is the manifest of the root of the workspace that the package at path is in; path itself where it is in none. Where the root lists the
// package the other members are not looked at, so that a broken one does not stand in the way.
func FindRoot(path string, o Options) (string, error) {
	l := &loader{opts: o, read: map[string]*entry{}, roots: map[string]*manifest.Workspace{}}
	current, err := l.load(path)
	if err != nil {
		return "", err
	}
	if current.Workspace != nil {
		if current.Workspace.DefaultMembers == nil {
			return path, nil
		}
	} else {
		root, err := l.findRoot(path)
		if err != nil {
			return "", err
		}
		if root != "" && l.lists(root, path) {
			return root, nil
		}
	}
	w, err := Load(path, o)
	if err != nil {
		return "", err
	}
	return w.Root.Path, nil
}

// lists tells whether a root has the package among its members in so many words or patterns.
func (l *loader) lists(root, path string) bool {
	m, err := l.load(root)
	if err != nil || m.Workspace == nil || excluded(m.Workspace, path) {
		return false
	}
	w := &Workspace{Root: m, loader: l}
	members, err := w.expand(m.Workspace.Members, "members")
	return err == nil && slices.ContainsFunc(members, func(d listed) bool { return filepath.Clean(d.dir) == filepath.Dir(path) })
}

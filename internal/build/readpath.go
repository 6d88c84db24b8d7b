package build

import (
	"path/filepath"
	"slices"
	"strings"

	"berth/internal/buildscript"
	"berth/internal/unit"
)

// underRoot begins the name of a file below the root of the workspace, so that a project that was moved finds it.
const underRoot = "~/"

// nameOf leaves what the path has of `..` as it is: behind a link it leads elsewhere than it seems to.
func (b *builder) nameOf(path string) string {
	if below, ok := strings.CutPrefix(path, withSeparator(b.Compiler.Root)); ok && buildscript.Within(path, b.Compiler.Root) {
		return underRoot + filepath.ToSlash(below)
	}
	return path
}

func (b *builder) pathOf(name string) string {
	if below, ok := strings.CutPrefix(name, underRoot); ok {
		return inside(b.Compiler.Root, filepath.FromSlash(below))
	}
	return name
}

// inside is the path of what a name leads to from a directory, `..` and all.
func inside(dir, name string) string {
	switch {
	case filepath.IsAbs(name):
		return name
	case !hasParent(name):
		return filepath.Join(dir, name)
	}
	return withSeparator(dir) + name
}

func withSeparator(dir string) string {
	return strings.TrimSuffix(dir, string(filepath.Separator)) + string(filepath.Separator)
}

// hasParent tells whether a path has a `..` in it.
func hasParent(path string) bool {
	return slices.Contains(strings.Split(filepath.ToSlash(path), "/"), "..")
}

// wayTo is how stock calls what a compiler or a script of a package reads: by the way that it was told, unless that leads into
// the package again.
func wayTo(u *unit.Unit, path string) string {
	if !hasParent(path) {
		return filepath.Clean(path)
	}
	real, err := filepath.EvalSymlinks(path)
	if err != nil {
		return path
	}
	if below, err := filepath.Rel(realPath(u.Package.Dir), real); err == nil && filepath.IsLocal(below) {
		return filepath.Join(u.Package.Dir, below)
	}
	return path
}

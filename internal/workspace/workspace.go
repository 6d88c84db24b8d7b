// Package workspace loads what a command works on: the package of a Cargo.toml, the workspace that it belongs to, all
// members of that, and on demand the packages in other directories that they depend on.
//
// What holds: a Workspace is only returned when its parts agree on what the root and who the members are. Each manifest
// is read once, however often it is asked for, and members are read side by side. Nothing is written and no lock is
// held: a manifest that is edited meanwhile is read as it was or as it is, as editors replace files in one step.
//
// Where it ends: it knows nothing of registries, Cargo.lock or the network.
package workspace

import (
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"

	"berth/internal/crate"
	"berth/internal/looked"
	"berth/internal/manifest"
	"berth/internal/semver"
)

// Options are the same for all of a run.
type Options struct {
	Home     string // CARGO_HOME: the search for a root ends there
	Cwd      string // paths in messages are relative to it
	LockPath string // that of Cargo.lock, where it is not beside the root manifest
	Manifest manifest.Options
	Looked   *looked.List // notes what is seen on the disk; nil for nobody who wants to know
}

// Workspace is what a command works on. Where a package is in no workspace, it alone is one.
type Workspace struct {
	Current  *manifest.Manifest // that the command was called for
	Root     *manifest.Manifest // of the workspace; may be the same
	Resolver manifest.Resolver  // in force
	Warnings []string           // of what the parts say that is of no effect

	loader   *loader
	single   bool // there is no [workspace]
	members  []*manifest.Manifest
	isMember map[string]bool // by path
	defaults []*manifest.Manifest
}

// FindManifest is the Cargo.toml in a directory or above it.
func FindManifest(cwd string, seen *looked.List) (string, error) {
	lower := ""
	for at, below := cwd, ""; at != below; at, below = filepath.Dir(at), at {
		path := filepath.Join(at, "Cargo.toml")
		if sees(seen, path) {
			return path, nil
		}
		if wrong := filepath.Join(at, "cargo.toml"); lower == "" && exists(wrong) {
			lower = wrong
		}
	}
	if lower != "" {
		return "", fmt.Errorf("could not find `Cargo.toml` in `%s` or any parent directory\nhelp: there is `%s`, which must be called Cargo.toml", cwd, lower)
	}
	return "", fmt.Errorf("could not find `Cargo.toml` in `%s` or any parent directory", cwd)
}

// ManifestPath is the absolute path of what --manifest-path names.
func ManifestPath(cwd, flag string) (string, error) {
	path := flag
	if !filepath.IsAbs(path) {
		path = filepath.Join(cwd, path)
	}
	path = filepath.Clean(path)
	info, err := os.Stat(path)
	switch {
	case err != nil:
		return "", fmt.Errorf("manifest path `%s` does not exist", flag)
	case info.IsDir():
		if child := filepath.Join(path, "Cargo.toml"); exists(child) {
			return "", fmt.Errorf("manifest path `%s` is a directory but expected a file\nhelp: %s exists", flag, child)
		}
		return "", fmt.Errorf("manifest path `%s` is a directory but expected a file", flag)
	case filepath.Base(path) != "Cargo.toml":
		return "", fmt.Errorf("the manifest-path must be a path to a Cargo.toml file: `%s`", path)
	}
	return path, nil
}

func exists(path string) bool {
	_, err := os.Stat(path)
	return err == nil
}

// sees is exists of what a plan depends on.
func sees(seen *looked.List, path string) bool {
	info, err := os.Stat(path)
	if err != nil {
		seen.Saw(path, nil)
		return false
	}
	seen.Saw(path, info)
	return true
}

// Load loads the workspace of the manifest at an absolute path.
func Load(path string, o Options) (*Workspace, error) {
	l := newLoader(o, crate.SourceID{})
	w := &Workspace{loader: l, isMember: map[string]bool{}}
	var err error
	if w.Current, err = l.load(path); err != nil {
		return nil, err
	}
	root, err := l.findRoot(path)
	if err != nil {
		return nil, err
	}
	if root == "" {
		w.Root, w.single = w.Current, true
		w.addMember(w.Current)
		w.defaults = w.members
		w.setResolver()
		return w, nil
	}
	if w.Root, err = l.load(root); err != nil {
		return nil, fmt.Errorf("%w\nnote: `%s` has it as the root of its workspace", err, l.display(path))
	}
	if w.Root.Workspace == nil {
		return nil, fmt.Errorf("`package.workspace` of `%s` names `%s` as the root, which has no [workspace] table", path, root)
	}
	if err := w.findMembers(); err != nil {
		return nil, err
	}
	w.setResolver()
	return w, w.check()
}

// setResolver: what the root says; else its edition says; a workspace without a package has none, and stays with 1.
func (w *Workspace) setResolver() {
	switch {
	case w.Root.Resolver != 0:
		w.Resolver = w.Root.Resolver
	case w.Root.Package != nil:
		w.Resolver = w.Root.Package.Edition.Resolver()
	default:
		w.Resolver = 1
	}
}

// Dir is the directory of the root: Cargo.lock and, by default, target lie there.
func (w *Workspace) Dir() string { return filepath.Dir(w.Root.Path) }

// Members are the manifests of all packages of the workspace, in the order in which Cargo lists them.
func (w *Workspace) Members() []*manifest.Manifest { return w.members }

// DefaultMembers are those that a command is for that names none.
func (w *Workspace) DefaultMembers() []*manifest.Manifest { return w.defaults }

// IsMember tells whether the package is one of the workspace.
func (w *Workspace) IsMember(id crate.PackageID) bool {
	return slices.ContainsFunc(w.members, func(m *manifest.Manifest) bool { return m.Package.ID().Same(id) })
}

// IsVirtual tells whether the command was called for a workspace and not for a package.
func (w *Workspace) IsVirtual() bool { return w.Current.Package == nil }

// CurrentPackage is the package that the command was called for.
func (w *Workspace) CurrentPackage() (*manifest.Manifest, error) {
	if w.IsVirtual() {
		return nil, fmt.Errorf("manifest path `%s` is a virtual manifest, but this command requires running against an actual package in this workspace", w.Current.Path)
	}
	return w.Current, nil
}

// LoadDir is the package in a directory: a member, or one that a member depends on by its path.
func (w *Workspace) LoadDir(dir string) (*manifest.Manifest, error) {
	m, err := w.loader.load(filepath.Join(dir, "Cargo.toml"))
	if err == nil && m.Package == nil {
		err = fmt.Errorf("`%s` is a workspace without a package, and cannot be depended on", m.Path)
	}
	return m, err
}

// Packages are all that were read to find out what belongs to the workspace, in the order of their paths: the members, and
// those beside and above them that could have been.
func (w *Workspace) Packages() []*manifest.Manifest {
	var list []*manifest.Manifest
	for _, path := range w.loader.paths() {
		if m, err := w.loader.load(path); err == nil && m.Package != nil {
			list = append(list, m)
		}
	}
	return list
}

// HasFile tells whether a file lies beside a manifest.
func (w *Workspace) HasFile(m *manifest.Manifest, name string) bool {
	_, err := fs.Stat(w.loader.opts.Looked.FS(filepath.Dir(m.Path)), name)
	return err == nil
}

// RustVersion is the lowest that a member states, zero where none does.
func (w *Workspace) RustVersion() semver.Partial {
	var lowest semver.Partial
	for _, m := range w.members {
		v := m.Package.Summary.RustVersion
		if !v.IsZero() && (lowest.IsZero() || lessPartial(v, lowest)) {
			lowest = v
		}
	}
	return lowest
}

// lessPartial: what is not stated is below what is.
func lessPartial(a, b semver.Partial) bool {
	if c := a.Version().Compare(b.Version()); c != 0 {
		return c < 0
	}
	return a.Parts < b.Parts
}

// ManifestWarnings are the warnings of the manifests, with the paths where there are several. Fatal ones are the error:
// those packages can be looked at, but not be built.
func (w *Workspace) ManifestWarnings() (warnings []string, err error) {
	for _, m := range w.inOrderOfPath() {
		for _, warning := range m.Warnings {
			switch {
			case warning.Fatal:
				return warnings, fmt.Errorf("failed to parse manifest at `%s`\n\nCaused by:\n  %s", m.Path, warning.Message)
			case w.single:
				warnings = append(warnings, warning.Message)
			default:
				warnings = append(warnings, m.Path+": "+warning.Message)
			}
		}
	}
	return warnings, nil
}

func (w *Workspace) inOrderOfPath() []*manifest.Manifest {
	list := w.Packages()
	if w.Root.Package == nil {
		list = append(list, w.Root)
	}
	slices.SortFunc(list, func(a, b *manifest.Manifest) int { return comparePaths(a.Path, b.Path) })
	return list
}

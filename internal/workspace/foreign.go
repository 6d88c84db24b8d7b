package workspace

import (
	"cmp"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"berth/internal/crate"
	"berth/internal/manifest"
	"berth/internal/tomldoc"
)

// Foreign reads packages that are not the user's own: unpacked ones of a registry, and those of a git checkout, whose
// path dependencies lie in the same checkout and come from the same source.
type Foreign struct {
	loader *loader
	root   string
}

// OpenForeign is the packages below a directory, as packages of a source. Nothing is read yet.
func OpenForeign(root string, source crate.SourceID, o Options) *Foreign {
	return &Foreign{newLoader(o, source), root}
}

// At is the package in the root itself.
func (f *Foreign) At() (*manifest.Manifest, error) {
	m, err := f.loader.load(filepath.Join(f.root, "Cargo.toml"))
	if err == nil && m.Package == nil {
		err = fmt.Errorf("`%s` is the manifest of a workspace; expected that of a package", m.Path)
	}
	return m, err
}

// Found is the packages below a directory.
type Found struct {
	Packages  []*manifest.Manifest
	Twice     map[crate.PackageKey][]string // the manifests of packages that are there once more
	Malformed []error                       // of each manifest that is no TOML, or no manifest by its types
}

// Find is every package anywhere below the root, in order of name, version and path. A manifest that cannot be read is
// passed over, as what lies in somebody's repository is not always meant to be built; only where there is no package at
// all that is the error. Of packages that are there twice the first in order of paths counts.
func (f *Foreign) Find() (Found, error) {
	s := &search{loader: f.loader, visited: map[string]bool{}}
	if err := s.walk(f.root, true); err != nil {
		return Found{}, err
	}
	if len(s.found) == 0 {
		if s.broken != nil {
			return Found{}, s.broken
		}
		return Found{}, fmt.Errorf("could not find `Cargo.toml` in `%s`", f.root)
	}
	slices.SortStableFunc(s.found, func(a, b *manifest.Manifest) int {
		return cmp.Or(a.Package.ID().Compare(b.Package.ID()), strings.Compare(a.Path, b.Path))
	})
	found := Found{Twice: map[crate.PackageKey][]string{}, Malformed: s.malformed}
	for _, m := range s.found {
		if n := len(found.Packages); n > 0 && found.Packages[n-1].Package.ID().Same(m.Package.ID()) {
			key := m.Package.ID().Key()
			found.Twice[key] = append(found.Twice[key], m.Path)
			continue
		}
		found.Packages = append(found.Packages, m)
	}
	return found, nil
}

type search struct {
	loader    *loader
	visited   map[string]bool
	found     []*manifest.Manifest
	broken    error // the last
	malformed []error
}

// walk looks into every directory but hidden ones, submodules and the results of builds.
func (s *search) walk(dir string, top bool) error {
	seen := s.loader.opts.Looked
	if !top && (strings.HasPrefix(filepath.Base(dir), ".") || sees(seen, filepath.Join(dir, ".git"))) {
		return nil
	}
	if filepath.Base(dir) == "target" && sees(seen, filepath.Join(filepath.Dir(dir), "Cargo.toml")) {
		return nil
	}
	if sees(seen, filepath.Join(dir, "Cargo.toml")) {
		s.visit(dir)
	}
	seen.ReadDir(dir)
	entries, err := os.ReadDir(dir)
	if err != nil && !os.IsPermission(err) {
		return fmt.Errorf("cannot read the directory `%s`: %w", dir, err)
	}
	for _, e := range entries {
		if e.IsDir() {
			if err := s.walk(filepath.Join(dir, e.Name()), false); err != nil {
				return err
			}
		}
	}
	return nil
}

// visit reads the package in a directory, and those that it depends on by path: they may lie in submodules.
func (s *search) visit(dir string) {
	if s.visited[dir] {
		return
	}
	s.visited[dir] = true
	m, err := s.loader.load(filepath.Join(dir, "Cargo.toml"))
	if err != nil {
		s.broken = err
		var at *tomldoc.Error
		if errors.As(err, &at) && at.Malformed {
			s.malformed = append(s.malformed, err)
		}
		return
	}
	if m.Package == nil {
		return
	}
	s.found = append(s.found, m)
	for _, beside := range m.Package.Beside {
		s.visit(beside)
	}
}

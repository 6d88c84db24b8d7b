// Package directory is the source of vendored packages: a directory with a package in each directory below it, as cargo
// vendor makes it.
//
// What holds: nothing is written, fetched or locked. What a package's .cargo-checksum.json says is the checksum that a
// Cargo.lock has; the listed files are compared with it when the package is built (Verify).
//
// Where it ends: directories that change while they are read are read as they are found.
package directory

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"

	"berth/internal/crate"
	"berth/internal/diskread"
	"berth/internal/manifest"
	"berth/internal/workspace"
)

// Source is one such directory. It may be used by many goroutines.
type Source struct {
	dir  string
	as   crate.SourceID
	opts workspace.Options

	once     sync.Once
	packages map[string][]*vendored // by name
	err      error
}

type vendored struct {
	manifest *manifest.Manifest
	dir      string
	files    map[string]string
	listing  []byte // the text that they are from

	once sync.Once // the files are compared once a run
	err  error
}

// New is the directory, whose packages are said to be of the source that it stands in for.
func New(dir string, as crate.SourceID, opts workspace.Options) *Source {
	return &Source{dir: dir, as: as, opts: opts}
}

// Versions are all packages of a name.
func (s *Source) Versions(name string) ([]*crate.Summary, error) {
	s.once.Do(func() { s.err = s.load() })
	var found []*crate.Summary
	for _, v := range s.packages[name] {
		found = append(found, v.manifest.Package.Summary)
	}
	return found, s.err
}

// Names are the names of all packages.
func (s *Source) Names() ([]string, error) {
	s.once.Do(func() { s.err = s.load() })
	return slices.Sorted(maps.Keys(s.packages)), s.err
}

// Dir is where a package lies.
func (s *Source) Dir(id crate.PackageID) (string, error) {
	v, err := s.find(id)
	if err != nil {
		return "", err
	}
	return v.dir, nil
}

func (s *Source) find(id crate.PackageID) (*vendored, error) {
	s.once.Do(func() { s.err = s.load() })
	for _, v := range s.packages[id.Name] {
		if v.manifest.Package.Version() == id.Version {
			return v, nil
		}
	}
	if s.err != nil {
		return nil, s.err
	}
	return nil, fmt.Errorf("package `%s v%s` is not in the directory `%s`; run cargo vendor again", id.Name, id.Version, s.dir)
}

func (s *Source) load() error {
	entries, err := os.ReadDir(s.dir)
	if err != nil {
		return fmt.Errorf("cannot read the directory source `%s`: %w", s.dir, err)
	}
	s.packages = map[string][]*vendored{}
	for _, e := range entries {
		dir := filepath.Join(s.dir, e.Name())
		if strings.HasPrefix(e.Name(), ".") || !exists(filepath.Join(dir, "Cargo.toml")) {
			continue // what is checked out halfway, and the user's own files
		}
		v, err := s.read(dir)
		if err != nil {
			return err
		}
		name := v.manifest.Package.Name()
		s.packages[name] = append(s.packages[name], v)
	}
	return nil
}

func exists(path string) bool {
	_, err := os.Stat(path)
	return err == nil
}

const listingName = ".cargo-checksum.json"

// checksums is what a .cargo-checksum.json says.
type checksums struct {
	Files   map[string]string `json:"files"`
	Package *string           `json:"package"`
}

func (s *Source) read(dir string) (*vendored, error) {
	m, err := workspace.OpenForeign(dir, s.as, s.opts).At()
	if err != nil {
		return nil, err
	}
	path := filepath.Join(dir, listingName)
	text, err := diskread.File(path)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, fmt.Errorf("`%s` is missing: the package in `%s` was not put there by cargo vendor, or is not whole; vendor it again", path, dir)
	}
	if err != nil {
		return nil, err
	}
	var sums checksums
	if err := json.Unmarshal(text, &sums); err != nil {
		return nil, fmt.Errorf("`%s`: expected the checksums of a vendored package: %w", path, err)
	}
	if sums.Files == nil { // nothing would be compared
		return nil, fmt.Errorf("`%s`: expected the checksums of a vendored package, and there is no `files`", path)
	}
	if sums.Package != nil {
		summary := *m.Package.Summary
		summary.Checksum = *sums.Package
		vendoredPackage := *m.Package
		vendoredPackage.Summary = &summary
		changed := *m
		changed.Package = &vendoredPackage
		m = &changed
	}
	return &vendored{manifest: m, dir: dir, files: sums.Files, listing: text}, nil
}

// Verify compares the files of a package with their checksums, when it is first asked.
func (s *Source) Verify(id crate.PackageID) error {
	v, err := s.find(id)
	if err != nil {
		return err
	}
	v.once.Do(func() { v.err = v.verify() })
	return v.err
}

func (v *vendored) verify() error {
	for _, name := range slices.Sorted(maps.Keys(v.files)) {
		path := filepath.Join(v.dir, filepath.FromSlash(name))
		if !filepath.IsLocal(filepath.FromSlash(name)) {
			return fmt.Errorf("`%s` lists the file %q, which is not in the package", filepath.Join(v.dir, listingName), name)
		}
		data, err := diskread.File(path)
		if err != nil {
			return fmt.Errorf("failed to calculate checksum of `%s`: %w", path, err)
		}
		if sum := sha256.Sum256(data); hex.EncodeToString(sum[:]) != v.files[name] {
			return fmt.Errorf("the listed checksum of `%s` has changed:\nexpected: %s\nactual:   %x\n\nvendored packages are not to be edited: use [patch] with a copy of your own, or vendor it again",
				path, v.files[name], sum)
		}
	}
	return nil
}

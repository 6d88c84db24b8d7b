package witness

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"berth/internal/dist"
)

// Seen is one toolchain as it was seen.
type Seen struct {
	Name       string
	Release    string
	Components []string
}

func (s Seen) String() string {
	return fmt.Sprintf("%s: %s with %s", s.Name, s.Release, strings.Join(s.Components, ", "))
}

// Look sees every toolchain of the home. The error joins what is wrong with
// them; links of the user's that lead out of the home are passed over.
func (r *Releases) Look(home string) ([]Seen, error) {
	entries, err := os.ReadDir(filepath.Join(home, "toolchains"))
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	var all []Seen
	var wrong []error
	for _, e := range entries {
		if r.PointersOnly && e.IsDir() {
			continue
		}
		seen, err := r.LookAt(home, e.Name())
		if err != nil {
			wrong = append(wrong, fmt.Errorf("toolchain %s: %w", e.Name(), err))
		} else if seen != nil {
			all = append(all, *seen)
		}
	}
	return all, errors.Join(wrong...)
}

// LookAt sees one toolchain; nil if there is none of that name.
func (r *Releases) LookAt(home, name string) (*Seen, error) {
	link := filepath.Join(home, "toolchains", name)
	for {
		root, err := openRoot(link)
		if errors.Is(err, fs.ErrNotExist) || errors.Is(err, errGone) {
			return nil, nil
		}
		if err != nil {
			return nil, err
		}
		seen, wrong := r.read(root, name)
		same := root.isAt(link)
		root.Close()
		if same || wrong == nil {
			return seen, wrong
		}
	}
}

// root is an open directory, which keeps its inode from being given to another.
type root struct {
	*os.File
	path string
}

var errGone = errors.New("the pointer leads to nothing")

func openRoot(link string) (*root, error) {
	path, err := filepath.EvalSymlinks(link)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, errGone
	}
	if err != nil {
		return nil, err
	}
	f, err := os.Open(path)
	if err != nil {
		return nil, err
	}
	return &root{f, path}, nil
}

// isAt tells whether the name still stands for this very directory.
func (r *root) isAt(link string) bool {
	ours, err1 := r.Stat()
	there, err2 := os.Stat(link)
	return err1 == nil && err2 == nil && os.SameFile(ours, there)
}

func (r *Releases) read(root *root, name string) (*Seen, error) {
	rustlib := filepath.Join(root.path, "lib", "rustlib")
	data, err := os.ReadFile(filepath.Join(rustlib, dist.ManifestFile))
	if err != nil {
		return nil, err
	}
	manifest, err := dist.ParseManifest(data)
	if err != nil {
		return nil, err
	}
	day, err := manifest.Day()
	if err != nil {
		return nil, err
	}
	version, err := manifest.Version()
	if err != nil {
		return nil, err
	}
	seen := &Seen{Name: name, Release: release(day.Format(time.DateOnly), version)}
	if seen.Components, err = components(rustlib); err != nil {
		return nil, err
	}
	return seen, r.hold(root.path, seen)
}

// components are those of the components file; the configuration must agree.
func components(rustlib string) ([]string, error) {
	data, err := os.ReadFile(filepath.Join(rustlib, dist.ComponentsFile))
	if err != nil {
		return nil, err
	}
	list, err := dist.ParseComponents(data)
	if err != nil {
		return nil, err
	}
	if data, err = os.ReadFile(filepath.Join(rustlib, dist.ConfigFile)); err != nil {
		return nil, err
	}
	config, err := dist.ParseConfig(data)
	if err != nil {
		return nil, err
	}
	var configured []string
	for _, c := range config.Components {
		configured = append(configured, c.Name())
	}
	slices.Sort(list)
	slices.Sort(configured)
	if !slices.Equal(list, configured) {
		return nil, fmt.Errorf("the components file has %q, the configuration %q", list, configured)
	}
	return list, nil
}

// hold compares each component with the release, and looks for what is of none.
func (r *Releases) hold(dir string, seen *Seen) error {
	digests, ok := r.Digests[seen.Release]
	if !ok {
		return fmt.Errorf("it says that it is %q, which was never published", seen.Release)
	}
	covered := map[string]bool{}
	for _, f := range []string{dist.VersionFile, dist.ComponentsFile, dist.ConfigFile, dist.ManifestFile} {
		covered["lib/rustlib/"+f] = true
	}
	for _, name := range seen.Components {
		record := "lib/rustlib/" + dist.FilesPrefix + name
		covered[record] = true
		digest, err := componentAt(dir, record, covered)
		if err != nil {
			return fmt.Errorf("component %s: %w", name, err)
		}
		if digest != digests[name] {
			return fmt.Errorf("component %s is not that of %s", name, seen.Release)
		}
	}
	return nothingElse(dir, covered)
}

// componentAt is the digest of the files that a component's record lists.
func componentAt(dir, record string, covered map[string]bool) (string, error) {
	data, err := os.ReadFile(filepath.Join(dir, filepath.FromSlash(record)))
	if err != nil {
		return "", err
	}
	var lines []string
	for _, entry := range strings.Fields(string(data)) {
		_, start, ok := strings.Cut(entry, ":")
		if !ok {
			return "", fmt.Errorf("its record has the line %q", entry)
		}
		err := filepath.WalkDir(filepath.Join(dir, filepath.FromSlash(start)), func(p string, d fs.DirEntry, err error) error {
			if err != nil || d.IsDir() {
				return err
			}
			rel, _ := filepath.Rel(dir, p)
			rel = path.Clean(filepath.ToSlash(rel))
			covered[rel] = true
			line, err := lineOf(p, rel, d)
			lines = append(lines, line)
			return err
		})
		if err != nil {
			return "", err
		}
	}
	return digestLines(lines), nil
}

func lineOf(file, rel string, d fs.DirEntry) (string, error) {
	info, err := d.Info()
	if err != nil {
		return "", err
	}
	data, err := os.ReadFile(file)
	return fileLine(rel, info.Mode(), data), err
}

func nothingElse(dir string, covered map[string]bool) error {
	return filepath.WalkDir(dir, func(p string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		if rel, _ := filepath.Rel(dir, p); !covered[filepath.ToSlash(rel)] {
			return fmt.Errorf("%s belongs to no component", rel)
		}
		return nil
	})
}

// Watch looks again and again until ctx ends, and returns how often it saw how
// many toolchains, and the first thing that was wrong.
func (r *Releases) Watch(ctx context.Context, home string) (looks, toolchains int, err error) {
	for ctx.Err() == nil {
		seen, err := r.Look(home)
		if err != nil {
			return looks, toolchains, err
		}
		looks++
		toolchains += len(seen)
	}
	return looks, toolchains, nil
}

// Package plainindex reads a folder of index files for the resolver, as plainly as can be: what tests hold against stock
// Cargo is then the resolver alone, and no cache, network or lock.
package plainindex

import (
	"bytes"
	"context"
	"encoding/json"
	"os"
	"path/filepath"
	"sync"

	"berth/internal/crate"
	"berth/internal/resolve"
	"berth/internal/semver"
	"berth/internal/testkit/cratekit"
)

// Registry is the public registry, out of the folder index/ of a cratekit.Tree, and packages of the disk.
type Registry struct {
	Paths []*crate.Summary // packages of the disk, by their source
	dir   string
	mu    sync.Mutex
	files map[string][]*crate.Summary
}

// New reads index files below dir when they are asked for.
func New(dir string, paths ...*crate.Summary) *Registry {
	return &Registry{dir: dir, files: map[string][]*crate.Summary{}, Paths: paths}
}

// Query is resolve.Registry.
func (r *Registry) Query(_ context.Context, q resolve.Query) ([]*crate.Summary, error) {
	all := r.Paths
	if !q.Source.IsPath() {
		var err error
		if all, err = r.load(q.Name); err != nil {
			return nil, err
		}
	}
	var found []*crate.Summary
	for _, s := range all {
		if s.ID.Name == q.Name && s.ID.Source.Same(q.Source) && q.Matches(s.ID.Version) {
			found = append(found, s)
		}
	}
	return found, nil
}

// Path is the package of the disk with that source, nil if there is none.
func (r *Registry) Path(source crate.SourceID) *crate.Summary {
	for _, s := range r.Paths {
		if s.ID.Source.Same(source) {
			return s
		}
	}
	return nil
}

func (r *Registry) load(name string) ([]*crate.Summary, error) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if sums, ok := r.files[name]; ok {
		return sums, nil
	}
	data, err := os.ReadFile(filepath.Join(r.dir, filepath.FromSlash(cratekit.IndexPath(name))))
	if err != nil && !os.IsNotExist(err) {
		return nil, err
	}
	var sums []*crate.Summary
	for line := range bytes.Lines(data) {
		s, err := Summary(line, crate.PublicSource())
		if err != nil {
			return nil, err
		}
		if s != nil && s.ID.Name == name {
			sums = append(sums, s)
		}
	}
	r.files[name] = sums
	return sums, nil
}

// indexLine is what a line of an index says.
type indexLine struct {
	Name      string              `json:"name"`
	Vers      string              `json:"vers"`
	Deps      []indexDep          `json:"deps"`
	Cksum     string              `json:"cksum"`
	Features  map[string][]string `json:"features"`
	Features2 map[string][]string `json:"features2,omitempty"`
	Yanked    bool                `json:"yanked"`
	Links     string              `json:"links,omitempty"`
	Rust      string              `json:"rust_version,omitempty"`
	V         int                 `json:"v,omitempty"`
}

type indexDep struct {
	Name            string   `json:"name"`
	Req             string   `json:"req"`
	Features        []string `json:"features"`
	Optional        bool     `json:"optional"`
	DefaultFeatures bool     `json:"default_features"`
	Target          string   `json:"target,omitempty"`
	Kind            string   `json:"kind"`
	Package         string   `json:"package,omitempty"`
}

// Summary reads a line of an index; nil for lines that stock passes over.
func Summary(line []byte, source crate.SourceID) (*crate.Summary, error) {
	l := indexLine{}
	if err := json.Unmarshal(line, &l); err != nil {
		return nil, err
	}
	v, err := semver.Parse(l.Vers)
	if err != nil || l.V > 2 {
		return nil, nil
	}
	s := &crate.Summary{ID: crate.PackageID{Name: l.Name, Version: v, Source: source}, Checksum: l.Cksum, Links: l.Links, Yanked: l.Yanked}
	if l.Rust != "" {
		if s.RustVersion, err = semver.ParsePartial(l.Rust); err != nil {
			return nil, nil
		}
	}
	for _, d := range l.Deps {
		dep, err := d.dependency(source)
		if err != nil {
			return nil, nil
		}
		s.Deps = append(s.Deps, dep)
	}
	for name, values := range l.Features2 {
		if l.Features == nil {
			l.Features = map[string][]string{}
		}
		l.Features[name] = append(l.Features[name], values...)
	}
	if s.Features, err = crate.NewFeatures(l.Features, s.Deps); err != nil {
		return nil, nil
	}
	return s, nil
}

func (d *indexDep) dependency(source crate.SourceID) (*crate.Dependency, error) {
	req, err := semver.ParseReq(d.Req)
	if err != nil {
		return nil, err
	}
	c := &crate.Dependency{Name: d.Name, Req: req, HasReq: true, Source: source, Optional: d.Optional, DefaultFeatures: d.DefaultFeatures, Platform: d.Target}
	if d.Package != "" {
		c.Name, c.Rename = d.Package, d.Name
	}
	for _, f := range d.Features {
		if f != "" {
			c.Features = append(c.Features, f)
		}
	}
	switch d.Kind {
	case "dev":
		c.Kind = crate.Dev
	case "build":
		c.Kind = crate.Build
	}
	return c, nil
}

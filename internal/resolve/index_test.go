package resolve

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"sync"

	"berth/internal/crate"
	"berth/internal/semver"
)

// indexRegistry reads a folder of index files, as plainly as possible.
type indexRegistry struct {
	dir    string
	source crate.SourceID
	mu     sync.Mutex
	files  map[string][]*crate.Summary
	paths  []*crate.Summary // packages of the disk
}

func newIndexRegistry(dir string, paths ...*crate.Summary) *indexRegistry {
	return &indexRegistry{dir: dir, source: crate.PublicSource(), files: map[string][]*crate.Summary{}, paths: paths}
}

func (r *indexRegistry) Query(_ context.Context, q Query) ([]*crate.Summary, error) {
	all := r.paths
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

func (r *indexRegistry) load(name string) ([]*crate.Summary, error) {
	r.mu.Lock()
	sums, ok := r.files[name]
	r.mu.Unlock()
	if ok {
		return sums, nil
	}
	data, err := os.ReadFile(filepath.Join(r.dir, indexPath(name)))
	if err != nil && !os.IsNotExist(err) {
		return nil, err
	}
	for line := range bytes.Lines(data) {
		s, err := r.parse(line)
		if err != nil {
			return nil, err
		}
		if s != nil && s.ID.Name == name {
			sums = append(sums, s)
		}
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	if have, ok := r.files[name]; ok {
		return have, nil
	}
	r.files[name] = sums
	return sums, nil
}

func indexPath(name string) string {
	lower := strings.ToLower(name)
	switch len(lower) {
	case 1, 2:
		return fmt.Sprint(len(lower), "/", lower)
	case 3:
		return "3/" + lower[:1] + "/" + lower
	}
	return lower[:2] + "/" + lower[2:4] + "/" + lower
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

// parse gives nil for lines that stock passes over.
func (r *indexRegistry) parse(line []byte) (*crate.Summary, error) {
	l := indexLine{}
	if err := json.Unmarshal(line, &l); err != nil {
		return nil, err
	}
	v, err := semver.Parse(l.Vers)
	if err != nil || l.V > 2 {
		return nil, nil
	}
	s := &crate.Summary{ID: crate.PackageID{Name: l.Name, Version: v, Source: r.source}, Checksum: l.Cksum, Links: l.Links, Yanked: l.Yanked}
	if l.Rust != "" {
		if s.RustVersion, err = semver.ParsePartial(l.Rust); err != nil {
			return nil, nil
		}
	}
	for _, d := range l.Deps {
		dep, err := d.dependency(r.source)
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

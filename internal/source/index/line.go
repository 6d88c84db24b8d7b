package index

import (
	"encoding/json"
	"slices"
	"time"

	"berth/internal/cfgexpr"
	"berth/internal/crate"
	"berth/internal/semver"
)

// newestFormat is the value of "v" up to which lines are understood.
const newestFormat = 2

// record is a line of an index file
// (https://doc.rust-lang.org/cargo/reference/registry-index.html).
type record struct {
	Name        string       `json:"name"`
	Version     string       `json:"vers"`
	Deps        []dependency `json:"deps"`
	Checksum    string       `json:"cksum"`
	Features    features     `json:"features"`
	Features2   features     `json:"features2"`
	Yanked      bool         `json:"yanked"`
	Links       string       `json:"links"`
	RustVersion string       `json:"rust_version"`
	Published   string       `json:"pubtime"`
	Format      int          `json:"v"`
}

// published is the form of a time in a line: in whole seconds.
const published = "2006-01-02T15:04:05Z"

type dependency struct {
	Name            string   `json:"name"`
	Req             string   `json:"req"`
	Features        []string `json:"features"`
	Optional        bool     `json:"optional"`
	DefaultFeatures *bool    `json:"default_features"`
	Target          string   `json:"target"`
	Kind            string   `json:"kind"`
	Registry        string   `json:"registry"`
	Package         string   `json:"package"`
	Public          bool     `json:"public"`
}

func slowVersion(text []byte) (semver.Version, bool) {
	var r struct {
		Version string `json:"vers"`
	}
	if json.Unmarshal(text, &r) != nil {
		return semver.Version{}, false
	}
	v, err := semver.Parse(r.Version)
	return v, err == nil
}

// features are a table of features as it stands in the line.
type features []crate.DeclaredFeature

// UnmarshalJSON reads an object; of two keys that are the same the later counts.
func (f *features) UnmarshalJSON(text []byte) error {
	var table map[string][]string
	if err := json.Unmarshal(text, &table); err != nil {
		return err
	}
	for name, values := range table {
		*f = append(*f, crate.DeclaredFeature{Name: name, Values: values})
	}
	return nil
}

// read reads a line by the short way or by the long one.
func (r *record) read(text []byte) bool {
	if r.scan(string(text)) {
		return true
	}
	*r = record{}
	return json.Unmarshal(text, r) == nil
}

// parseLine is the summary of a line, nil if it is to be passed over.
func parseLine(source crate.SourceID, text []byte) *crate.Summary {
	var r record
	if !r.read(text) || r.Format > newestFormat {
		return nil
	}
	version, err := semver.Parse(r.Version)
	if err != nil || !isDigest(r.Checksum) {
		return nil
	}
	s := &crate.Summary{ID: crate.PackageID{Name: r.Name, Version: version, Source: source}, Checksum: r.Checksum, Links: r.Links, Yanked: r.Yanked}
	if r.RustVersion != "" {
		if s.RustVersion, err = semver.ParsePartial(r.RustVersion); err != nil || s.RustVersion.Pre != "" || s.RustVersion.Build != "" {
			return nil
		}
	}
	if r.Published != "" {
		if s.Published, err = time.Parse(published, r.Published); err != nil {
			return nil
		}
	}
	deps := make([]crate.Dependency, len(r.Deps))
	s.Deps = make([]*crate.Dependency, len(r.Deps))
	for i := range r.Deps {
		if s.Deps[i] = &deps[i]; !r.Deps[i].fill(s.Deps[i], source) {
			return nil
		}
	}
	if s.Features, err = crate.MakeFeatures(r.allFeatures(), s.Deps); err != nil {
		return nil
	}
	return s
}

// isDigest tells whether s is a SHA-256 in hexadecimal digits; nothing else is ever compared with what is downloaded.
func isDigest(s string) bool {
	for _, c := range []byte(s) {
		if (c < '0' || c > '9') && (c < 'a' || c > 'f') {
			return false
		}
	}
	return len(s) == 64
}

// allFeatures: what older Cargos must not see stands apart, in features2.
func (r *record) allFeatures() []crate.DeclaredFeature {
	all := r.Features
	for _, more := range r.Features2 {
		if i := slices.IndexFunc(all, func(f crate.DeclaredFeature) bool { return f.Name == more.Name }); i >= 0 {
			all[i].Values = slices.Concat(all[i].Values, more.Values)
		} else {
			all = append(all, more)
		}
	}
	return all
}

// fill makes the dependency; false where the line is to be passed over.
func (d *dependency) fill(dep *crate.Dependency, source crate.SourceID) bool {
	req, err := semver.ParseReq(d.Req)
	if err != nil {
		return false
	}
	*dep = crate.Dependency{Name: d.Name, Req: req, HasReq: true, Source: source, Optional: d.Optional, DefaultFeatures: true, Public: d.Public}
	if d.Package != "" {
		dep.Name, dep.Rename = d.Package, d.Name
	}
	if d.DefaultFeatures != nil {
		dep.DefaultFeatures = *d.DefaultFeatures
	}
	if d.Registry != "" {
		if dep.Source, err = crate.RegistrySource(d.Registry, ""); err != nil {
			return false
		}
		if dep.Source.IsPublic() {
			dep.Source = crate.PublicSource()
		}
	}
	switch d.Kind {
	case "dev":
		dep.Kind = crate.Dev
	case "build":
		dep.Kind = crate.Build
	}
	if d.Target != "" {
		platform, err := cfgexpr.Parse(d.Target)
		if err != nil {
			return false
		}
		dep.Platform = platform.String()
	}
	for _, f := range d.Features {
		if f != "" { // old registries published such
			dep.Features = append(dep.Features, f)
		}
	}
	return true
}

package index

import (
	"encoding/json"

	"berth/internal/cfgexpr"
	"berth/internal/crate"
	"berth/internal/semver"
)

// newestFormat is the value of "v" up to which lines are understood.
const newestFormat = 2

// record is a line of an index file
// (https://doc.rust-lang.org/cargo/reference/registry-index.html).
type record struct {
	Name        string              `json:"name"`
	Version     string              `json:"vers"`
	Deps        []dependency        `json:"deps"`
	Checksum    string              `json:"cksum"`
	Features    map[string][]string `json:"features"`
	Features2   map[string][]string `json:"features2"`
	Yanked      bool                `json:"yanked"`
	Links       string              `json:"links"`
	RustVersion string              `json:"rust_version"`
	Format      int                 `json:"v"`
}

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

// parseLine is the summary of a line, nil if it is to be passed over.
func parseLine(source crate.SourceID, text []byte) *crate.Summary {
	var r record
	if json.Unmarshal(text, &r) != nil || r.Format > newestFormat {
		return nil
	}
	version, err := semver.Parse(r.Version)
	if err != nil || !isDigest(r.Checksum) {
		return nil
	}
	s := &crate.Summary{ID: crate.PackageID{Name: r.Name, Version: version, Source: source}, Checksum: r.Checksum, Links: r.Links, Yanked: r.Yanked}
	if r.RustVersion != "" {
		if s.RustVersion, err = semver.ParsePartial(r.RustVersion); err != nil {
			return nil
		}
	}
	s.Deps = make([]*crate.Dependency, len(r.Deps))
	for i := range r.Deps {
		if s.Deps[i] = r.Deps[i].dependency(source); s.Deps[i] == nil {
			return nil
		}
	}
	if s.Features, err = crate.NewFeatures(r.allFeatures(), s.Deps); err != nil {
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
func (r *record) allFeatures() map[string][]string {
	if len(r.Features2) == 0 {
		return r.Features
	}
	all := make(map[string][]string, len(r.Features)+len(r.Features2))
	for name, values := range r.Features {
		all[name] = values
	}
	for name, values := range r.Features2 {
		all[name] = append(all[name][:len(all[name]):len(all[name])], values...)
	}
	return all
}

func (d *dependency) dependency(source crate.SourceID) *crate.Dependency {
	req, err := semver.ParseReq(d.Req)
	if err != nil {
		return nil
	}
	dep := &crate.Dependency{Name: d.Name, Req: req, HasReq: true, Source: source, Optional: d.Optional, DefaultFeatures: true, Public: d.Public}
	if d.Package != "" {
		dep.Name, dep.Rename = d.Package, d.Name
	}
	if d.DefaultFeatures != nil {
		dep.DefaultFeatures = *d.DefaultFeatures
	}
	if d.Registry != "" {
		if dep.Source, err = crate.RegistrySource(d.Registry, ""); err != nil {
			return nil
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
			return nil
		}
		dep.Platform = platform.String()
	}
	for _, f := range d.Features {
		if f != "" { // old registries published such
			dep.Features = append(dep.Features, f)
		}
	}
	return dep
}

package cratekit

import (
	"cmp"
	"encoding/json"
	"strings"
)

// line is one version in an index file.
type line struct {
	Name        string              `json:"name"`
	Vers        string              `json:"vers"`
	Deps        []lineDep           `json:"deps"`
	Cksum       string              `json:"cksum"`
	Features    map[string][]string `json:"features"`
	Features2   map[string][]string `json:"features2,omitempty"`
	Yanked      bool                `json:"yanked"`
	Links       string              `json:"links,omitempty"`
	RustVersion string              `json:"rust_version,omitempty"`
	PubTime     string              `json:"pubtime,omitempty"`
	V           int                 `json:"v,omitempty"`
}

type lineDep struct {
	Name            string   `json:"name"`
	Req             string   `json:"req"`
	Features        []string `json:"features"`
	Optional        bool     `json:"optional"`
	DefaultFeatures bool     `json:"default_features"`
	Target          *string  `json:"target"`
	Kind            string   `json:"kind"`
	Registry        string   `json:"registry,omitempty"`
	Package         string   `json:"package,omitempty"`
	Public          bool     `json:"public,omitempty"`
}

// Line is the version's line in the index, without a line end. checksum is the archive's.
func (c Crate) Line(checksum string) ([]byte, error) {
	l := line{
		Name: c.Name, Vers: c.Version, Deps: []lineDep{}, Cksum: cmp.Or(c.Checksum, checksum), Features: map[string][]string{},
		Yanked: c.Yanked, Links: c.Links, RustVersion: c.RustVersion, PubTime: c.PubTime, V: c.IndexVersion,
	}
	for _, d := range c.Deps {
		l.Deps = append(l.Deps, d.line())
	}
	for name, values := range c.Features {
		if !needsVersion2(values) {
			l.Features[name] = values
			continue
		}
		if l.Features2 == nil {
			l.Features2 = map[string][]string{}
		}
		l.Features2[name] = values
	}
	if l.V == 0 && l.Features2 != nil {
		l.V = 2
	}
	return marshal(l)
}

// needsVersion2: old Cargos cannot read these, so they stand in a field that those skip.
func needsVersion2(values []string) bool {
	for _, value := range values {
		if strings.HasPrefix(value, "dep:") || strings.Contains(value, "?/") {
			return true
		}
	}
	return false
}

func (d Dep) line() lineDep {
	l := lineDep{
		Name: d.Name, Req: d.req(), Features: d.Features, Optional: d.Optional, DefaultFeatures: !d.NoDefault, Kind: cmp.Or(d.Kind, "normal"),
		Registry: d.Registry, Package: d.Package, Public: d.Public,
	}
	if l.Features == nil {
		l.Features = []string{}
	}
	if d.Target != "" {
		l.Target = &d.Target
	}
	return l
}

// marshal leaves < and > as they are, as the public registry does.
func marshal(l line) ([]byte, error) {
	var b strings.Builder
	encoder := json.NewEncoder(&b)
	encoder.SetEscapeHTML(false)
	err := encoder.Encode(l)
	return []byte(strings.TrimSuffix(b.String(), "\n")), err
}

package cratekit

import (
	"fmt"
	"maps"
	"slices"

	"github.com/pelletier/go-toml/v2"
)

// FromManifest is the crate that the text of a Cargo.toml describes, with that text in its archive. Only what an index line says is read, and
// as in a published manifest: no workspace, no paths.
func FromManifest(text string, files map[string]string) (Crate, error) {
	var doc document
	if err := toml.Unmarshal([]byte(text), &doc); err != nil {
		return Crate{}, fmt.Errorf("a crate's Cargo.toml: %w", err)
	}
	p := doc.Package
	if p.Name == "" || p.Version == "" {
		return Crate{}, fmt.Errorf("a crate's Cargo.toml: package.name %q and package.version %q, expected both", p.Name, p.Version)
	}
	c := Crate{
		Name: p.Name, Version: p.Version, Links: p.Links, RustVersion: p.RustVersion, Edition: p.Edition, Description: p.Description,
		Features: doc.Features, Manifest: text, Files: files,
	}
	err := doc.tables.addTo(&c, "")
	for _, target := range slices.Sorted(maps.Keys(doc.Target)) {
		if err == nil {
			err = doc.Target[target].addTo(&c, target)
		}
	}
	return c, err
}

type document struct {
	Package struct {
		Name        string
		Version     string
		Links       string
		RustVersion string `toml:"rust-version"`
		Edition     string
		Description string
	}
	Features map[string][]string
	Target   map[string]tables
	tables
}

// tables are the dependency tables, of all targets or of one. A value is a requirement or a table.
type tables struct {
	Dependencies      map[string]any
	DevDependencies   map[string]any `toml:"dev-dependencies"`
	BuildDependencies map[string]any `toml:"build-dependencies"`
}

func (t tables) addTo(c *Crate, target string) error {
	for _, kind := range []struct {
		name string
		deps map[string]any
	}{{"", t.Dependencies}, {"dev", t.DevDependencies}, {"build", t.BuildDependencies}} {
		for _, name := range slices.Sorted(maps.Keys(kind.deps)) {
			d, err := parseDep(kind.deps[name])
			if err != nil {
				return fmt.Errorf("dependency %s of %s: %w", name, c.Name, err)
			}
			d.Name, d.Kind, d.Target = name, kind.name, target
			c.Deps = append(c.Deps, d)
		}
	}
	return nil
}

func parseDep(value any) (Dep, error) {
	if req, ok := value.(string); ok {
		return Dep{Req: req}, nil
	}
	text, err := toml.Marshal(value)
	if err != nil {
		return Dep{}, err
	}
	spec := struct {
		Version         string
		Package         string
		RegistryIndex   string `toml:"registry-index"`
		Features        []string
		Optional        bool
		DefaultFeatures *bool `toml:"default-features"`
		Public          bool
	}{}
	if err := toml.Unmarshal(text, &spec); err != nil {
		return Dep{}, err
	}
	return Dep{
		Package: spec.Package, Req: spec.Version, Features: spec.Features, Optional: spec.Optional, Registry: spec.RegistryIndex,
		NoDefault: spec.DefaultFeatures != nil && !*spec.DefaultFeatures, Public: spec.Public,
	}, nil
}

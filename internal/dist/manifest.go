package dist

import (
	"fmt"
	"maps"
	"slices"
	"time"
)

// anyTarget is how files spell that a component belongs to no target.
const anyTarget = "*"

// Manifest is a channel manifest, version 2: one release of a channel. It is read only.
type Manifest struct {
	Date     string
	Packages map[string]*Package
	Renames  map[string]string // the name that people use, and the package that it stands for now
	Profiles map[Profile][]string

	display map[string]string // the other way: a package and the name that people use
}

// Package is one package of a release.
type Package struct {
	Version string
	Targets map[string]*Build // under "*" alone, if it is the same for all
}

// Build is a package for one target.
type Build struct {
	Archives   []Archive   // best first; none: it cannot be had
	Components []Component // what it is made of; only package rust has them
}

// Archive is one file of a build.
type Archive struct {
	URL    string // as the manifest has it: see MirrorURL
	Hash   string // SHA-256, 64 lower-case hexadecimal digits
	Format Format
}

// Format is how an archive is compressed.
type Format int

// The formats, in the order in which they are preferred.
const (
	Zstd Format = iota
	XZ
	Gzip
	formats
)

func (f Format) String() string { return [...]string{"zst", "xz", "gz"}[f] }

// Available says whether there is anything to fetch.
func (b *Build) Available() bool { return len(b.Archives) > 0 }

// Wildcard says whether the package is the same for every target.
func (p *Package) Wildcard() bool {
	_, ok := p.Targets[anyTarget]
	return ok && len(p.Targets) == 1
}

// Build is the package for target ("" for none). A package that is the same for all answers for any target.
func (p *Package) Build(target string) (*Build, bool) {
	if p.Wildcard() {
		return p.Targets[anyTarget], true
	}
	if target == "" {
		return nil, false
	}
	b, ok := p.Targets[target]
	return b, ok
}

// build is the build behind a component, nil if the manifest has none.
func (m *Manifest) build(c Component) *Build {
	p, ok := m.Packages[c.Pkg]
	if !ok {
		return nil
	}
	b, _ := p.Build(c.Target)
	return b
}

// Archive is the file to fetch for a component; false where the manifest has none.
func (m *Manifest) Archive(c Component) (Archive, bool) {
	b := m.build(c)
	if b == nil || !b.Available() {
		return Archive{}, false
	}
	return b.Archives[0], true
}

// Version is the release's version as package rust has it: "1.95.0 (59807616e 2026-04-14)".
func (m *Manifest) Version() (string, error) {
	p, ok := m.Packages["rust"]
	if !ok {
		return "", errNoRust
	}
	return p.Version, nil
}

// Day is the manifest's date.
func (m *Manifest) Day() (time.Time, error) {
	day, err := time.Parse(time.DateOnly, m.Date)
	if err != nil {
		return time.Time{}, fmt.Errorf("channel manifest: expected a date like 2026-04-16, got %s", quoteShort(m.Date))
	}
	return day, nil
}

// Offered lists the components that the release has for host, in the manifest's order.
func (m *Manifest) Offered(host string) ([]Component, error) {
	p, ok := m.Packages["rust"]
	if !ok {
		return nil, errNoRust
	}
	b, ok := p.Build(host)
	if !ok {
		return nil, &NoHostError{Host: host}
	}
	return b.Components, nil
}

// Equal says whether two manifests mean the same, however they were written. An update to an equal manifest replaces
// nothing. That a component is an extension does not count, as nowhere.
func (m *Manifest) Equal(o *Manifest) bool {
	if m == nil || o == nil {
		return m == o
	}
	return m.Date == o.Date &&
		maps.Equal(m.Renames, o.Renames) &&
		maps.EqualFunc(m.Profiles, o.Profiles, slices.Equal[[]string]) &&
		maps.EqualFunc(m.Packages, o.Packages, (*Package).equal)
}

func (p *Package) equal(o *Package) bool {
	return p.Version == o.Version && maps.EqualFunc(p.Targets, o.Targets, (*Build).equal)
}

func (b *Build) equal(o *Build) bool {
	return slices.Equal(b.Archives, o.Archives) && slices.EqualFunc(b.Components, o.Components, Component.Equal)
}

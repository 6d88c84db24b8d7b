package crate

import "berth/internal/semver"

// Summary is what the resolver needs to know of a package.
type Summary struct {
	ID          PackageID
	Deps        []*Dependency
	Features    Features
	Checksum    string // SHA-256 of the .crate in small hexadecimal digits; empty where there is none
	Links       string
	RustVersion semver.Partial // zero where the package states none
	Yanked      bool
}

// WithSource is s as a package of another source, with the dependencies on that
// source taken along: what source replacement does.
func (s *Summary) WithSource(from, to SourceID) *Summary {
	c := *s
	if c.ID.Source.Same(from) {
		c.ID.Source = to
	}
	c.Deps = make([]*Dependency, len(s.Deps))
	for i, d := range s.Deps {
		if d.Source.Same(from) {
			moved := *d
			moved.Source = to
			d = &moved
		}
		c.Deps[i] = d
	}
	return &c
}

package crate

import (
	"cmp"
	"strings"

	"berth/internal/semver"
)

// PackageID names one package: a version of a name from a source.
type PackageID struct {
	Name    string
	Version semver.Version
	Source  SourceID
}

// PackageKey is equal for PackageIDs of the same package; a map's key.
type PackageKey struct {
	Name    string
	Version semver.Version
	Source  SourceKey
}

// Key is equal for PackageIDs of the same package.
func (p PackageID) Key() PackageKey { return PackageKey{p.Name, p.Version, p.Source.Key()} }

// Same tells whether p and o are the same package.
func (p PackageID) Same(o PackageID) bool { return p.Key() == o.Key() }

// Compare is the order of packages in a Cargo.lock.
func (p PackageID) Compare(o PackageID) int {
	return cmp.Or(strings.Compare(p.Name, o.Name), p.Version.Compare(o.Version), p.Source.Compare(o.Source))
}

// String is the package as messages name it: `name v1.2.3`, and the source in
// parentheses where it is not the public registry.
func (p PackageID) String() string {
	text := p.Name + " v" + p.Version.String()
	if !p.Source.IsPublic() {
		text += " (" + p.Source.String() + ")"
	}
	return text
}

// FileName is the name of the package's directory below registry/src, and with
// .crate that of its archive.
func (p PackageID) FileName() string { return p.Name + "-" + p.Version.String() }

// Spec is the package id specification that cargo metadata and JSON messages
// give as the package's id.
func (p PackageID) Spec() string {
	s := p.Source
	text := s.protocol() + s.URL()
	if s.IsGit() {
		if query := s.GitRef().Query(true); query != "" {
			text += "?" + query
		}
	}
	if lastSegment(s.URL()) == p.Name {
		return text + "#" + p.Version.String()
	}
	return text + "#" + p.Name + "@" + p.Version.String()
}

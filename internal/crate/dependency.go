package crate

import "berth/internal/semver"

// DepKind is the table that a dependency stands in.
type DepKind uint8

const (
	Normal DepKind = iota
	Dev
	Build
)

// String is the kind as cargo metadata and index lines write it.
func (k DepKind) String() string { return [...]string{"normal", "dev", "build"}[k] }

// Dependency is a requirement of one package on another. It is never changed
// once it is made; a copy with changes is another one.
type Dependency struct {
	Name            string // of the package
	Rename          string // the key in the manifest where it is another name, else empty
	Req             semver.Req
	Source          SourceID
	Kind            DepKind
	Optional        bool
	DefaultFeatures bool
	Features        []string
	Platform        string // cfg(…) or a triple, in the form in which Cargo prints it; empty for all platforms
	Public          bool
	Registry        SourceID // the registry that a path or git dependency is published to, where the manifest names one
	HasReq          bool     // a path or git dependency that states a version; always for registries
}

// NameInManifest is the dependency's key in its table: what features and the
// package's code call it.
func (d *Dependency) NameInManifest() string {
	if d.Rename != "" {
		return d.Rename
	}
	return d.Name
}

// MatchesID tells whether the package is what d asks for.
func (d *Dependency) MatchesID(p PackageID) bool {
	return d.Name == p.Name && d.Source.Same(p.Source) && d.MatchesVersion(p.Version)
}

// MatchesVersion tells whether a version of the right name and source is what d
// asks for. Without a stated version every one is, pre-releases too.
func (d *Dependency) MatchesVersion(v semver.Version) bool {
	return !d.HasReq || d.Req.Matches(v)
}

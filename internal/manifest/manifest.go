// Package manifest reads Cargo.toml: bytes and a path become a Manifest that holds everything that Cargo makes of it,
// with defaults filled in, workspace inheritance resolved and targets discovered.
//
// What holds: a Manifest is only returned when the file says nothing that Cargo 1.95 refuses. The error otherwise is a
// *tomldoc.Error wherever something in the text is to blame: it shows file, line, column and the line itself, and the
// nearest right name for one that was misspelled. Warnings are data; who reads a published package drops them, as
// nobody can mend those. Nothing here touches the disk: directories are seen through an fs.FS, so that the same code
// reads a package in a git tree or in an archive.
//
// Where it ends: what a file's keys mean for a whole workspace (members, profiles in force, patches in use) is the
// workspace's matter, and whether a license or a category exists is the registry's.
package manifest

import (
	"berth/internal/crate"
	"berth/internal/semver"
	"berth/internal/tomldoc"
)

// Manifest is one Cargo.toml. It is never changed once it is read.
type Manifest struct {
	Path          string // of the file, absolute
	Doc           *tomldoc.Document
	Package       *Package   // nil for a virtual manifest
	Workspace     *Workspace // the [workspace] table, nil where there is none
	WorkspacePath string     // package.workspace, empty where there is none
	Inherited     *Workspace // that of another manifest, which values of this one come from; nil where none does
	Resolver      Resolver   // as stated here, zero where it is not
	Profiles      []Profile  // by name
	Patches       []Patch
	Replaces      []Replace
	CargoFeatures []string
	Warnings      []Warning
}

// Package is what a manifest says of its package.
type Package struct {
	Summary *crate.Summary
	Dir     string // absolute
	Edition Edition
	Targets []Target

	Authors, Keywords, Categories               []string
	License, LicenseFile, Description           *string
	Readme, Homepage, Repository, Documentation *string
	Links, DefaultRun                           *string
	Metadata                                    *tomldoc.Value // of package.metadata, nil where there is none
	Badges                                      []Badge
	Publish                                     *[]string // registries that it may be published to; nil for all
	Include, Exclude                            []string
	BuildScripts                                []string // relative to Dir
	Beside                                      []string // directories of path dependencies of a package that is not the user's own: in the same checkout
	HasVersion                                  bool     // or else it counts as 0.0.0
	Lints                                       []Lint
	LintFlags                                   []string // for rustc
	Metabuild                                   []string
	DefaultTarget, ForcedTarget                 string
	HasHints                                    bool
	MostlyUnused                                *tomldoc.Value // hints.mostly-unused, whatever it is
}

// ID is the package's identity.
func (p *Package) ID() crate.PackageID { return p.Summary.ID }

// Name is the package's name.
func (p *Package) Name() string { return p.Summary.ID.Name }

// Version is the package's version.
func (p *Package) Version() semver.Version { return p.Summary.ID.Version }

// Lib is the library target, nil where there is none.
func (p *Package) Lib() *Target {
	if len(p.Targets) > 0 && p.Targets[0].Kind == Lib {
		return &p.Targets[0]
	}
	return nil
}

// Badge is one table of [badges].
type Badge struct {
	Name  string
	Pairs [][2]string
}

// Warning is something that Cargo takes but that is not right.
type Warning struct {
	Message string
	At      tomldoc.Position // zero where no single place is to blame
	// Fatal: the manifest was read, but nothing can be built or fetched for it.
	Fatal bool
}

// Resolver is a version of the resolver's rules, zero where none is stated.
type Resolver uint8

// parseResolver reads the key resolver.
func parseResolver(text string) (Resolver, bool) {
	if len(text) == 1 && text >= "1" && text <= "3" {
		return Resolver(text[0] - '0'), true
	}
	return 0, false
}

// String is the resolver as manifests state it.
func (r Resolver) String() string { return string('0' + rune(r)) }

// Edition is a year, 0 for the one that does not exist yet.
type Edition uint16

const (
	Edition2015   Edition = 2015
	Edition2018   Edition = 2018
	Edition2021   Edition = 2021
	Edition2024   Edition = 2024
	EditionFuture Edition = 9999
)

// String is the edition as rustc takes it.
func (e Edition) String() string {
	if e == EditionFuture {
		return "future"
	}
	return string([]byte{byte('0' + e/1000), byte('0' + e/100%10), byte('0' + e/10%10), byte('0' + e%10)})
}

// Resolver is what packages of the edition resolve with where nothing is stated.
func (e Edition) Resolver() Resolver {
	switch {
	case e >= Edition2024:
		return 3
	case e >= Edition2021:
		return 2
	}
	return 1
}

// first is the release of Rust that had the edition first, zero for 2015.
func (e Edition) first() semver.Version {
	switch e {
	case Edition2018:
		return semver.Version{Major: 1, Minor: 31}
	case Edition2021:
		return semver.Version{Major: 1, Minor: 56}
	case Edition2024:
		return semver.Version{Major: 1, Minor: 85}
	}
	return semver.Version{}
}

// ParseEdition reads an edition.
func ParseEdition(text string) (Edition, bool) {
	switch text {
	case "2015", "2018", "2021", "2024":
		year := Edition(0)
		for _, digit := range text {
			year = year*10 + Edition(digit-'0')
		}
		return year, true
	case "future":
		return EditionFuture, true
	}
	return 0, false
}

// Package unit is the vocabulary of builds: a Unit is one call of a compiler or of rustdoc, or one run of a build
// script, and a Graph is all that a command needs, with what waits for what.
//
// What holds: nothing here touches the disk or asks anybody. A graph has no cycle, each of its units stands once, and
// after it is made nothing changes it, so that any number of goroutines read it.
//
// Where it ends: which units there are is package plan's to say, and where their outputs lie the store's.
package unit

import (
	"strings"

	"berth/internal/crate"
	"berth/internal/manifest"
)

// Mode is what is done with a target.
type Mode uint8

const (
	Build          Mode = iota // rustc, up to the linked output
	Check                      // rustc, metadata only
	Test                       // rustc --test, up to the executable; benches too
	CheckTest                  // rustc --test, metadata only
	Doc                        // rustdoc
	Doctest                    // rustdoc --test, which is run with the tests and not while building
	RunBuildScript             // the executable of a CustomBuild target is run
)

// Kind is what a unit is made for: the host, as the zero value, or a target triple that --target or the configuration
// names, which may be that of the host.
type Kind string

// Host is the kind of what runs while building, and of everything where no target is named.
const Host Kind = ""

// Unit is one step of a build. Two units are the same when all but Deps is equal and their dependencies are the same.
type Unit struct {
	Index    int // in Graph.Units
	ID       crate.PackageID
	Package  *manifest.Package
	Manifest string // path of the package's Cargo.toml, absolute
	Target   *manifest.Target
	Profile  Profile
	Kind     Kind
	Mode     Mode
	Features []string // sorted
	Member   bool     // of the workspace: its warnings are shown, its lints apply
	Local    bool     // a path package: it may change at any time, and is compiled incrementally
	Built    bool     // as builds make it, though only its metadata is asked for
	Deps     []Dep    // sorted as stock passes them to rustc
}

// Dep is what a unit waits for.
type Dep struct {
	Unit   *Unit
	Extern string // the name of the crate in the source; of a build script's run what --extern would be
	Public bool
	// Declared is what the manifest of the unit's package has of it; nil where it is not for what the manifest says that
	// it is there, or not to be compiled with.
	Declared []*crate.Dependency
	// Linked: the crate is passed with --extern. Else it is only to be there first: a build script's run, the
	// executables that an integration test finds in CARGO_BIN_EXE_*.
	Linked bool
}

// Graph is all units of a command.
type Graph struct {
	Units []*Unit // dependencies before dependents
	Roots []*Unit // what was asked for
	// Left was asked for, too, but is not made for its own sake, see plan.CompileTimeDeps.
	Left []*Unit
	// Whole: with all targets that [dependencies] is for, the library and the programs, was asked for of each package.
	Whole bool
}

// Profile is how a unit is compiled: the settings in force for it. Texts are as rustc takes them.
type Profile struct {
	Name            string  // dev, release, test, bench or one of the user's
	Root            string  // debug or release: what build scripts see as PROFILE
	OptLevel        string  // 0 1 2 3 s z
	LTO             string  // off, or as in a manifest: false true thin fat
	Debuginfo       string  // 0 1 2 line-directives-only line-tables-only
	SplitDebuginfo  string  // empty: rustc's own choice
	Strip           string  // none debuginfo symbols
	Panic           string  // unwind abort
	CodegenUnits    *uint32 // nil: rustc's own choice
	CodegenBackend  string
	DebugAssertions bool
	OverflowChecks  bool
	RPath           bool
	Incremental     bool
	Rustflags       []string
	MostlyUnused    *bool // a hint that is only told to nightly compilers; nil where nobody has said it
}

// IsSame tells whether a unit is in one graph of a command what another is in another graph of it.
func (u *Unit) IsSame(o *Unit) bool {
	return u.Target == o.Target && u.Mode == o.Mode && u.Kind == o.Kind && u.ID.Same(o.ID)
}

// Library is what tells libraries of one command apart whose metadata may be of one kind or the other: a check's or a build's.
type Library struct {
	Package         crate.PackageKey
	Features, Panic string
}

// Library is that of a unit.
func (u *Unit) Library() Library { return LibraryOf(u.ID, u.Features, &u.Profile) }

// LibraryOf is that of a unit of a package with some features and a profile.
func LibraryOf(id crate.PackageID, features []string, p *Profile) Library {
	return Library{id.Key(), strings.Join(features, " "), p.Panic}
}

// IsTest tells whether a harness is compiled in.
func (u *Unit) IsTest() bool { return u.Mode == Test || u.Mode == CheckTest }

// IsCheck tells whether only metadata is asked for.
func (u *Unit) IsCheck() bool { return u.Mode == Check || u.Mode == CheckTest }

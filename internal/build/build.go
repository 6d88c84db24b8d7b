// Package build carries out a unit graph: each unit is taken from a store where somebody has made it before, and made
// where nobody has.
//
// # What holds
//
// A unit is what its key and what it read say: it is taken from the store only if all of that agrees, so it makes no
// difference who made it, in which workspace or beside which other process. Any number of builds run in one workspace at
// the same time: each unit is made by one of them, and who needs it meanwhile does other units. A job slot is had before a
// unit's lock, the lock is only ever tried, and so nobody who waits keeps anything that another needs.
//
// A unit begins when what it needs is there: of a library that is not linked yet the metadata. Of those that can begin
// the one comes first on which the longest chain of others waits.
//
// What users look for (programs, tests, examples) is put into the target directory in one step, as another name of what
// lies in the store; a program that runs keeps its file. Where several checkouts may share a target directory, each also
// has its own files in a directory there, out of which it runs them. A build that is killed, or fails, leaves what was complete.
//
// # What does not
//
// A source that is changed while the compiler reads it gives a unit of which nobody knows what it was made from: it is
// used by this build and by no other. Compilers are not kept from reading what they do not tell about.
package build

import (
	"berth/internal/build/unused"
	"berth/internal/buildmsg"
	"berth/internal/compile"
	"berth/internal/jobslot"
	"berth/internal/lockfs"
	"berth/internal/looked"
	"berth/internal/unit"
	"berth/internal/unitstore"
)

// Lints is what becomes of the warnings of lints in the user's own packages.
type Lints uint8

const (
	WarnOfLints Lints = iota
	AllowLints        // nothing is said of them
	DenyLints         // they are errors
)

// Request is what is to be built, and with what.
type Request struct {
	Graph    *unit.Graph
	Compiler *compile.Compiler
	// Built is another graph that does the same with what builds make of the dependencies, but for libraries that are checked,
	// and its compiler; nil for none. Run puts them in the place of Graph and Compiler where that takes less.
	Built  func(checked map[unit.Library]bool) (*unit.Graph, *compile.Compiler, error)
	Layout Layout
	// Own is the store of what may change; Shared that of packages that never do, which may be the same.
	Own, Shared *unitstore.Store
	Inputs      *unitstore.Inputs
	Slots       *jobslot.Pool
	Jobs        int
	KeepGoing   bool
	Environ     []string // what children inherit
	Getenv      func(string) (string, bool)
	Home        string                             // CARGO_HOME
	Content     func(*unit.Unit) string            // what tells the package's content; nil where nothing does
	List        func(*unit.Unit) ([]string, error) // the files of a package, for scripts that do not say what they read
	Verify      func(*unit.Unit) error             // that the package is what it is said to be, before a unit of it is made; nil for no need
	Say         Voice
	Format      buildmsg.Format
	Verbose     int // how often -v was given
	Lints       Lints
	// Unused is told at the end, of each package, which dependencies nothing uses; it is how many errors that makes. Nil is
	// for nobody who asks.
	Unused func([]unused.Package) (errors int)
	Bar    Bar
	Times  *Times       // what was done when is noted here; nil for nowhere
	Fix    Fixer        // of sources; nil for none
	Looked *looked.List // what was seen on the disk is noted here; nil for nowhere
}

// Layout is where users find what was made.
type Layout struct {
	Target  string                 // the target directory
	Build   string                 // the build directory, which is the same unless the configuration says otherwise
	Profile string                 // debug, release, …
	BaseDir string                 // that paths in .d files are relative to; empty for none
	Triple  func(unit.Kind) string // the directory of a kind; empty for the host
}

// Bar shows how far a build is.
type Bar interface {
	Wanted() bool
	Set(done, total int, failed bool, names string)
}

// Voice is how a build speaks.
type Voice interface {
	Status(verb, text string)
	Warn(text string)
	Error(text string)
	// Raw is a text for stderr as it is, with escape sequences that are left out where there are no colours.
	Raw(text string)
	// Out is a line for stdout as it is.
	Out(line string)
	// Lost is why nobody hears what is said any more, nil as long as somebody does.
	Lost() error
	// Wait says that there is nothing to do until somebody else has made something, and what ends that.
	Wait(what string, holder lockfs.Holder) (done func())
}

// Made is a unit that is there.
type Made struct {
	Unit *unit.Unit
	Path string // of the program, as it is run

	from string // in the store
}

// Restore puts the program in its place again if somebody has taken it away or put another there. The stores must not be
// closed yet.
func (m *Made) Restore() error { return new(placer).place(m.from, m.Path) }

// Future is what a later compiler will refuse of a unit.
type Future struct {
	Unit  *unit.Unit
	Items []buildmsg.Future
}

// Result is what was built.
type Result struct {
	Compiler *compile.Compiler
	Programs []Made // of roots
	Tests    []Made
	Doctests []*unit.Unit
	Places   compile.Places
	Future   []Future // in the order of the graph
	Fresh    bool     // nothing had to be made
	Lints    int      // warnings that build.warnings counts, of a build that went on in spite of them
	Reused   Reused   // what was used of earlier builds, where Looked is wanted
}

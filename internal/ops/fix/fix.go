// Package fix changes sources as compilers suggest it: `cargo fix`.
//
// # What holds
//
// Only what a compiler calls applicable by machines is applied, and only to the very bytes that it read: a file that was
// changed since its compiler began is compiled again first. Each file is replaced in one step, so that whoever reads it,
// also after a kill, finds the old text or the new one. Of one package's files only one process of berth is fixing any at a
// time, and one unit of a process; who comes later begins with what the one before has left. Fixes with which the code does
// not compile any more are taken back, unless somebody else has changed the file meanwhile; after a kill before the
// compiler's word on them the next fix of the package does that.
//
// Files of the toolchain and below CARGO_HOME are never changed.
//
// # What does not
//
// An editor takes no lock. What it saves in the microseconds between our last look at a file and the rename is lost. A
// build does not wait for a verdict, and takes no fix of a killed run back: it never changes a source.
package fix

import (
	"context"
	"errors"
	"path/filepath"
	"slices"
	"strings"

	"berth/internal/build"
	"berth/internal/cargohome"
	"berth/internal/compile"
	"berth/internal/crate"
	"berth/internal/dialect"
	"berth/internal/lockfs"
	"berth/internal/manifest"
	"berth/internal/unit"
)

// Options are what the flags and the environment say.
type Options struct {
	Edition    bool // prepare for the next one
	Idioms     bool // apply the idioms of the one in force
	Broken     bool // keep fixes also of code that does not compile
	Everything bool // also suggestions that compilers are not sure of
	Rounds     int  // how often a compiler is asked again, where fixes stood in each other's way
	Verbose    bool
	Quiet      bool
	Clippy     bool // the compiler is clippy
	Sysroot    string
	Release    dialect.Release
}

// DefaultRounds is how often a compiler is asked again.
const DefaultRounds = 4

// Fixer fixes the units of the packages that were asked for.
type Fixer struct {
	Options
	home    *cargohome.Home
	place   *cargohome.Home // of locks and records
	primary map[crate.PackageKey]bool
	roots   []*unit.Unit
	said    map[string]bool
}

// Place is where fixers have locks and records: in the home, where anything can be written there, or else in the target
// directory, which keeps those out only that build there.
func Place(ctx context.Context, home *cargohome.Home, target lockfs.Filesystem) (*cargohome.Home, error) {
	_, held, err := home.Lock(lockfs.RankFix, "fixes", "fixes", "probe").Try(ctx, lockfs.Exclusive)
	switch {
	case cargohome.IsReadOnly(err):
		return cargohome.Open(target), nil
	case errors.Is(err, lockfs.ErrBusy):
		return home, nil
	case err != nil:
		return nil, err
	}
	return home, held.Retire()
}

// New is the fixer of a graph's roots and of what else their packages have, like build scripts.
func New(graph *unit.Graph, home, place *cargohome.Home, o Options) *Fixer {
	f := &Fixer{Options: o, home: home, place: place, primary: map[crate.PackageKey]bool{}, roots: graph.Roots, said: map[string]bool{}}
	for _, u := range graph.Roots {
		f.primary[u.ID.Key()] = true
	}
	return f
}

var _ build.Fixer = (*Fixer)(nil)

// Fixes tells whether a unit's sources are to be fixed.
func (f *Fixer) Fixes(u *unit.Unit) bool {
	if !f.primary[u.ID.Key()] {
		return false
	}
	switch u.Mode {
	case unit.Build, unit.Check, unit.Test, unit.CheckTest:
		return true
	}
	return false
}

// Always tells whether it is to be compiled also when nothing has changed.
func (f *Fixer) Always(u *unit.Unit) bool { return slices.ContainsFunc(f.roots, u.IsSame) }

// Args are what the unit's compiler is told besides.
func (f *Fixer) Args(u *unit.Unit) []string {
	if !f.Fixes(u) {
		return nil
	}
	args := []string{"--cap-lints=warn"} // #[deny(warnings)] is no reason to give up
	if f.Edition {
		args[0] = "--cap-lints=allow" // other fixes might stand in the way
	}
	if f.Idioms && u.Target.Edition == manifest.Edition2018 {
		args = append(args, "-Wrust-2018-idioms") // the one edition that has such lints
	}
	if f.Edition {
		args = append(args, "--force-warn=rust-"+next(u.Target.Edition).String()+"-compatibility")
	}
	return args
}

// next is the edition to prepare for, the same where there is none.
func next(e manifest.Edition) manifest.Edition {
	switch e {
	case manifest.Edition2015:
		return manifest.Edition2018
	case manifest.Edition2018:
		return manifest.Edition2021
	}
	return manifest.Edition2024
}

// Lock keeps others from fixing the unit's package.
func (f *Fixer) Lock(u *unit.Unit) lockfs.Lock {
	dir, name := packageOf(u)
	return f.place.Lock(lockfs.RankFix, "sources of "+u.ID.Name+" ("+dir+")", "fixes", name)
}

// packageOf is the directory of a unit's package, and a name that is made of it.
func packageOf(u *unit.Unit) (dir, name string) {
	dir = u.Package.Dir
	if real, err := filepath.EvalSymlinks(dir); err == nil {
		dir = real
	}
	return dir, digestOf([]byte(dir))[:16]
}

// Make fixes the sources of a unit, and is what its compiler said in the end.
func (f *Fixer) Make(ctx context.Context, u *unit.Unit, cmd *compile.Command, call func() (build.Output, error), say func(func(build.Voice))) (build.Output, error) {
	_, name := packageOf(u)
	r := &repair{
		Fixer: f, ctx: ctx, unit: u, call: call, say: say, dir: cmd.Dir, source: sourceOf(cmd), files: map[string]*file{},
		record: f.place.Private("fixes", name), kept: map[string]*kept{},
	}
	return r.run()
}

// sourceOf is the file that a compiler is called for, as it is called.
func sourceOf(cmd *compile.Command) string {
	for _, arg := range cmd.Args {
		if strings.HasSuffix(arg, ".rs") && !strings.HasPrefix(arg, "-") {
			return arg
		}
	}
	return ""
}

// Package features works out which features each package of a resolved graph is built with, for the packages and
// platforms that are really built. A Cargo.lock is made for all of them at once; here features are narrowed as Cargo's
// feature resolver does (resolver 2 and 3), or not at all (resolver 1).
//
// What holds: the result depends on the input alone, not on any order. With no narrowing it is what the graph has.
//
// Where it ends: whether a platform fits is the caller's to say, and which packages hold macros: both take a rustc or
// a manifest to know.
package features

import (
	"maps"
	"slices"

	"berth/internal/crate"
	"berth/internal/resolve"
)

// Options say what is told apart.
type Options struct {
	// Host: what runs while building (build scripts, macros) does not share features with what is built.
	Host bool
	// Dev: development dependencies count only where they are used.
	Dev bool
	// Platforms: dependencies for platforms that are not built for do not count.
	Platforms bool
}

// OptionsFor are those of a resolver version. Development dependencies cannot be told apart in a build that has tests
// or examples; and allPlatforms is for who wants to see everything.
func OptionsFor(resolver int, hasDevUnits, allPlatforms bool) Options {
	narrow := resolver >= 2
	return Options{Host: narrow, Dev: narrow && !hasDevUnits, Platforms: narrow && !allPlatforms}
}

// Input is what there is to work out.
type Input struct {
	Graph   *resolve.Graph
	Roots   []Root
	Options Options
	// Active tells whether a dependency with a platform is for the host, or else for one of the platforms that are
	// built for.
	Active func(d *crate.Dependency, host bool) bool
	// Macros tells what a package has, by its index in the graph. It is not asked unless it matters.
	Macros func(i int) Macros
}

// Root is a package that is built because the user says so.
type Root struct {
	Package  int // in the graph
	Features resolve.Features
}

// Macros is where a package has procedural macros.
type Macros struct {
	Lib bool // its library is one
	Any bool // some target of it is
}

// Use is a package of the graph as it is used.
type Use struct {
	Package int
	Host    bool // by what runs while building
}

// Features is the result.
type Features struct {
	options Options
	on      map[Use]map[string]bool
	deps    map[Use]map[string]bool
}

// Of are the features of a package in a use, sorted; ok is false where the package is not used so.
func (f *Features) Of(u Use) (names []string, ok bool) {
	on, ok := f.on[f.shared(u)]
	return slices.Sorted(maps.Keys(on)), ok
}

// Uses are all packages as they are used, those for the host after the others of the same package.
func (f *Features) Uses() []Use {
	return slices.SortedFunc(maps.Keys(f.on), func(a, b Use) int {
		switch {
		case a.Package != b.Package:
			return a.Package - b.Package
		case a.Host == b.Host:
			return 0
		case b.Host:
			return -1
		}
		return 1
	})
}

// HasDep tells whether an optional dependency is on, by its name in the manifest. That it is for a platform that is
// not built for may have to be asked besides.
func (f *Features) HasDep(u Use, name string) bool { return f.deps[f.shared(u)][name] }

// shared is the use whose features count: without a difference between host and target there is one for both.
func (f *Features) shared(u Use) Use {
	u.Host = u.Host && f.options.Host
	return u
}

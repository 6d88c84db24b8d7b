// Package resolve chooses the version of each package of a dependency graph, as Cargo 1.95 does.
//
// What holds: from the same packages, the same Cargo.lock and the same wishes the result is the one of stock Cargo,
// and the same in every run and on every machine: which answer of a registry comes first, and on how many cores, makes
// no difference. A Cargo.lock is kept as far as possible: what is in it and still fits is not changed because something
// else is ([Input.Previous], [Input.Keep]). Where there is no solution the error says which requirements exclude each
// other and what could be changed.
//
// Where it ends: nothing here reads files or networks; a [Registry] does. Finding a graph can take exponential time in
// theory; after Input.MaxSteps the search gives up, with an error that names what it was stuck with.
//
// The parts: world.go holds packages and dependencies by small numbers; request.go works out what features bring with
// them; search.go chooses and backtrack.go goes back, with the memory of conflict.go; rounds.go begins anew as stock
// does; locks.go and patch.go are what Cargo.lock and [patch] do to dependencies; graph.go is the result, which lock.go
// turns to and from a Cargo.lock.
package resolve

import (
	"context"
	"slices"

	"berth/internal/crate"
	"berth/internal/semver"
)

// Input is what there is to resolve.
type Input struct {
	Registry Registry
	Roots    []Root // the workspace's members, in its order; each by itself is in the result

	// Previous is what Cargo.lock said, if there is one. Packages of it for which Keep is true stay as they are if they
	// can; nil keeps all.
	Previous *Graph
	Keep     func(crate.PackageID) bool

	Patches   []Patch
	Replace   []Replacement
	Overrides []*crate.Summary // by `paths` of the configuration: stand in for every package of their name

	// RustVersions are what the workspace's members say that they build with, or else the version of rustc, where the
	// resolver is to prefer versions that fit; nil where it is not.
	RustVersions []semver.Partial

	// Age is how old versions have to be that are not in Previous and do not come by [patch]; nil is any age.
	Age *Age

	// Precise are versions and commits that the user asks for.
	Precise []Precise

	// PathPackage is the package in the directory of a path source, nil if there is none: packages of the workspace
	// and those that they lead to may have changed since Cargo.lock was written.
	PathPackage func(crate.SourceID) *crate.Summary

	// Format of the result where there is no Previous.
	Format Format

	MaxSteps int // of the search; 0 is a bound that takes a few minutes
}

// Root is a package of the workspace and what is asked of it.
type Root struct {
	Summary  *crate.Summary
	Features Features
	DevDeps  bool
}

// Precise is a version that the user asks for instead of one that is locked, or the commit of a git source.
type Precise struct {
	Source   crate.SourceID // for git with the commit
	Name     string         // of the package, for registries
	From, To semver.Version // for registries
}

// Resolve chooses a graph.
func Resolve(ctx context.Context, input Input) (*Graph, error) {
	in := &input
	prefs := newPreferences(in.RustVersions)
	patches, err := in.loadPatches(ctx, prefs)
	if err != nil {
		return nil, err
	}
	locks := in.newLocks(patches, prefs)
	w := newWorld(in, patches, locks, prefs)
	w.settled = in.settled(locks, patches)
	ahead := newPrefetcher(ctx, w)
	defer ahead.close()
	s := &search{state: newState(w), ctx: ctx, known: newCache(w), ahead: ahead, fails: map[class]*failing{}}
	if err := s.run(in.Roots); err != nil {
		return nil, err
	}
	g := s.graph()
	if err := g.checkCycles(); err != nil {
		return nil, err
	}
	g.resolved, g.settled = true, w.settled
	g.Unused, g.patches = patches.unused(g, in.Previous), patches.tables
	if err := g.inherit(in.Previous); err != nil {
		return nil, err
	}
	return g, g.checkDistinct()
}

// precise applies the version that the user asks for to the answer of a query.
func (in *Input) precise(q Query, sums []*crate.Summary) []*crate.Summary {
	p := in.preciseFor(q)
	if p == nil {
		return sums
	}
	var kept []*crate.Summary
	for _, s := range sums {
		if p.Is(s.ID.Version) {
			kept = append(kept, s)
		}
	}
	return kept
}

// preciseFor is what the user asks for in the place of a version that a query matches.
func (in *Input) preciseFor(q Query) *Precise {
	i := slices.IndexFunc(in.Precise, func(p Precise) bool {
		return p.Name == q.Name && p.Source.Same(q.Source) && q.Matches(p.From)
	})
	if i < 0 {
		return nil
	}
	return &in.Precise[i]
}

// Is tells whether a version is the one that is asked for. Build metadata counts only where it was asked for.
func (p *Precise) Is(v semver.Version) bool {
	return p.To.ComparePrecedence(v) == 0 && (p.To.Build == v.Build || p.To.Build == "")
}

// isPrecise tells whether the user asks for just this version, which may then be yanked.
func (in *Input) isPrecise(id crate.PackageID) bool {
	for _, p := range in.Precise {
		if p.Name == id.Name && p.Source.Same(id.Source) && p.To == id.Version {
			return true
		}
	}
	return false
}

// redirected is the query with the commit that the user asks for.
func (in *Input) redirected(q Query) Query {
	for _, p := range in.Precise {
		if p.Name == "" && p.Source.Same(q.Source) {
			q.Source = p.Source
		}
	}
	return q
}

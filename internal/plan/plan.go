// Package plan makes the unit graph of a command: from packages whose versions and features are chosen, and from what
// the user asks for, to each call of a compiler, each run of a build script, and what waits for what.
//
// What holds: the graph is the one of Cargo 1.95 with the same input: the same units in the same profiles with the same
// features, and each unit's dependencies in the same order (held against its --unit-graph). It depends on the input
// alone, and nothing here touches the disk.
//
// Where it ends: what is unstable in Cargo makes no units here: artifact dependencies, -Z build-std, scraped examples,
// targets that a package forces. Of two units that are equal in everything but their dependencies stock orders one
// before the other by a hash; here the one is first that was needed first. Where roots are of several kinds stock may
// give the run of a build script one dependency twice, and so have two runs of it; here it is there once.
package plan

import (
	"slices"

	"berth/internal/crate"
	"berth/internal/manifest"
	"berth/internal/plan/profile"
	"berth/internal/resolve"
	"berth/internal/resolve/features"
	"berth/internal/unit"
)

// Intent is what a command is for.
type Intent uint8

const (
	Build      Intent = iota
	Check             // metadata only
	CheckTests        // check --profile test: as tests
	Test              // tests, with what they need
	Doctest           // the tests in documentation alone
	Bench
	Doc     // documentation, of dependencies too
	DocOnly // doc --no-deps
)

func (i Intent) isRustcTest() bool { return i == Test || i == Bench || i == CheckTests }

// IsTest tells whether what is built is run as tests.
func (i Intent) IsTest() bool { return i.isRustcTest() || i == Doctest }

// mode is that of a target which is asked for.
func (i Intent) mode() unit.Mode {
	return [...]unit.Mode{unit.Build, unit.Check, unit.CheckTest, unit.Test, unit.Doctest, unit.Test, unit.Doc, unit.Doc}[i]
}

// Input is what there is to plan.
type Input struct {
	Intent  Intent
	Targets Filter
	// CrateTypes replace those of the one target that is asked for (rustc --crate-type).
	CrateTypes []string

	// Graph is what the chosen packages need with their features; Whole all of the workspace.
	Graph, Whole *resolve.Graph
	Features     *features.Features
	// Manifest is that of a package of Graph which may be needed.
	Manifest func(i int) *manifest.Manifest
	IsMember func(i int) bool
	// Chosen are the packages of Graph whose targets are asked for, in order; Named says how the flags named them, for
	// errors: empty where they are the default.
	Chosen []int
	Named  []string
	// Members are all packages of the workspace, for errors.
	Members []*manifest.Manifest

	Profiles *profile.Set
	Host     string      // its triple
	Kinds    []unit.Kind // of --target or the configuration, Host where neither names one; sorted
	// Active tells whether a dependency with a platform is one for that kind of unit.
	Active func(d *crate.Dependency, kind unit.Kind) bool
	// Built tells which libraries of a package are taken as builds make them, where a check or documentation needs their
	// metadata; nil for none. What they are made from has to be so, too.
	Built func(i int, l unit.Library) bool
	// Overridden tells whether the configuration says what the build script of a library would; nil where it never does.
	Overridden func(kind unit.Kind, links string) bool
}

// Result is a graph, and what the user should hear of it.
type Result struct {
	Graph    *unit.Graph
	Warnings []string
}

// NeedsDev tells whether the targets that are asked for can use development dependencies. It has to be known before
// features are resolved.
func NeedsDev(intent Intent, f Filter) bool {
	return intent.IsTest() || f.Examples.isSpecific() || f.Tests.isSpecific() || f.Benches.isSpecific() || f.AllTargets
}

// Make makes the graph. There may be warnings beside an error.
func Make(in Input) (Result, error) {
	p := newPlanner(in)
	graph, err := p.make()
	return Result{Graph: graph, Warnings: p.warnings}, err
}

func (p *planner) make() (*unit.Graph, error) {
	roots, err := p.roots()
	if err != nil {
		return nil, err
	}
	if err := p.followRoots(roots); err != nil {
		return nil, err
	}
	if err := p.checkLinks(); err != nil {
		return nil, err
	}
	p.connectRuns()
	for _, n := range p.nodes {
		slices.SortStableFunc(n.deps, p.compareDeps)
	}
	if p.in.Intent == Doc {
		p.removeDuplicateDocs(roots)
	}
	return p.share(roots), nil
}

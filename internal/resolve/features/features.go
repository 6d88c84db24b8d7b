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

// Resolve works out the features.
func Resolve(in Input) *Features {
	r := &resolver{
		Input:    in,
		result:   &Features{options: in.Options, on: map[Use]map[string]bool{}, deps: map[Use]map[string]bool{}},
		macros:   map[int]Macros{},
		edges:    map[Use][]edge{},
		entered:  map[Use]bool{},
		deferred: map[deferral][]string{},
	}
	for _, root := range in.Roots {
		values := requested(in.Graph.Packages[root.Package].Summary.Features, root.Features)
		u := Use{Package: root.Package}
		r.enter(u, values)
		if r.tracksHost() && r.macrosOf(root.Package).Any {
			// A package with macros has other targets too, and its tests; those are not for the host.
			u.Host = true
			r.enter(u, values)
		}
	}
	return r.result
}

type resolver struct {
	Input
	result  *Features
	macros  map[int]Macros
	edges   map[Use][]edge
	entered map[Use]bool
	// deferred are features of optional dependencies that do not turn the dependency on: they wait for somebody who does.
	deferred map[deferral][]string
}

type deferral struct {
	use Use
	dep string
}

// edge is a dependency that counts, and the package and use that it leads to.
type edge struct {
	dep *crate.Dependency
	to  Use
}

// tracksHost: which platform counts depends on it as well.
func (r *resolver) tracksHost() bool { return r.Options.Host || r.Options.Platforms }

func (r *resolver) macrosOf(i int) Macros {
	m, ok := r.macros[i]
	if !ok {
		m = r.Macros(i)
		r.macros[i] = m
	}
	return m
}

// requested are the values that the user asks of a package for.
func requested(all crate.Features, f resolve.Features) []crate.FeatureValue {
	values := slices.Clone(f.Named)
	if !f.NoDefault && all.Has("default") {
		values = append(values, crate.FeatureValue{Feature: "default"})
	}
	if f.All {
		for _, feature := range all {
			values = append(values, crate.FeatureValue{Feature: feature.Name})
		}
	}
	return values
}

// asked are the values that a dependency asks of its package for.
func (r *resolver) asked(e edge) []crate.FeatureValue {
	values := make([]crate.FeatureValue, 0, len(e.dep.Features)+1)
	for _, text := range e.dep.Features {
		values = append(values, crate.ParseFeatureValue(text))
	}
	if e.dep.DefaultFeatures && r.Graph.Packages[e.to.Package].Summary.Features.Has("default") {
		values = append(values, crate.FeatureValue{Feature: "default"})
	}
	return values
}

// enter turns on values of a package, and what the package always needs the first time.
func (r *resolver) enter(u Use, values []crate.FeatureValue) {
	if key := r.result.shared(u); r.result.on[key] == nil {
		r.result.on[key] = map[string]bool{}
	}
	for _, v := range values {
		r.value(u, v)
	}
	if r.entered[u] {
		return // who turns on more later does all that follows then
	}
	r.entered[u] = true
	for _, e := range r.edgesOf(u) {
		if !e.dep.Optional {
			r.enter(e.to, r.asked(e))
		}
	}
}

func (r *resolver) value(u Use, v crate.FeatureValue) {
	switch {
	case v.IsFeature():
		r.feature(u, v.Feature)
	case v.IsDep():
		r.dependency(u, v.Dep)
	default:
		r.dependencyFeature(u, v)
	}
}

func (r *resolver) feature(u Use, name string) {
	on := r.result.on[r.result.shared(u)]
	if on[name] {
		return
	}
	on[name] = true
	values, _ := r.Graph.Packages[u.Package].Summary.Features.Get(name)
	for _, v := range values {
		r.value(u, v)
	}
}

// dependency turns on an optional dependency.
func (r *resolver) dependency(u Use, name string) {
	key := r.result.shared(u)
	if r.result.deps[key] == nil {
		r.result.deps[key] = map[string]bool{}
	}
	r.result.deps[key][name] = true
	waiting := r.deferred[deferral{u, name}]
	delete(r.deferred, deferral{u, name})
	for _, e := range r.edgesOf(u) {
		if e.dep.NameInManifest() != name {
			continue
		}
		for _, feature := range waiting {
			r.into(e.to, crate.ParseFeatureValue(feature))
		}
		r.enter(e.to, r.asked(e))
	}
}

// dependencyFeature turns on a feature of a dependency: name/feature or name?/feature.
func (r *resolver) dependencyFeature(u Use, v crate.FeatureValue) {
	for _, e := range r.edgesOf(u) {
		if e.dep.NameInManifest() != v.Dep {
			continue
		}
		if e.dep.Optional {
			if v.Weak && !r.result.HasDep(u, v.Dep) {
				key := deferral{u, v.Dep}
				if !slices.Contains(r.deferred[key], v.Feature) {
					r.deferred[key] = append(r.deferred[key], v.Feature)
				}
				continue
			}
			r.dependency(u, v.Dep)
			if !v.Weak && r.Graph.Packages[u.Package].Summary.Features.Has(v.Dep) {
				r.feature(u, v.Dep)
			}
		}
		r.into(e.to, crate.ParseFeatureValue(v.Feature))
	}
}

// into turns on one value of a package that may not have been entered yet.
func (r *resolver) into(u Use, v crate.FeatureValue) {
	if key := r.result.shared(u); r.result.on[key] == nil {
		r.result.on[key] = map[string]bool{}
	}
	r.value(u, v)
}

// edgesOf are the dependencies of a package that count in a use.
func (r *resolver) edgesOf(u Use) []edge {
	if edges, ok := r.edges[u]; ok {
		return edges
	}
	edges := []edge{}
	for _, e := range r.Graph.Packages[u.Package].Edges {
		to := r.Graph.Target(e)
		for _, d := range e.Deps {
			if !r.counts(u, d) {
				continue
			}
			host := u.Host || r.tracksHost() && (d.Kind == crate.Build || r.macrosOf(to).Lib)
			edges = append(edges, edge{d, Use{to, host}})
		}
	}
	r.edges[u] = edges
	return edges
}

func (r *resolver) counts(u Use, d *crate.Dependency) bool {
	if d.Platform != "" && r.Options.Platforms && !r.Active(d, u.Host || d.Kind == crate.Build) {
		return false
	}
	return !(r.Options.Dev && d.Kind == crate.Dev)
}

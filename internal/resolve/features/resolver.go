package features

import (
	"slices"

	"berth/internal/crate"
	"berth/internal/resolve"
)

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

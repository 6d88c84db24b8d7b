package resolve

import (
	"slices"
	"strings"

	"berth/internal/crate"
)

// Features are what the user asks of a package of the workspace.
type Features struct {
	Named     []crate.FeatureValue // --features; dep:x is not possible here
	All       bool                 // --all-features
	NoDefault bool                 // --no-default-features
}

// Everything is what a Cargo.lock is made for.
func Everything() Features { return Features{All: true} }

// request is what some features of a package bring with them: a pure function of the package, worked out once.
type request struct {
	set     set  // as a dependency asks for them
	plain   bool // default-features = false
	want    bits // those asked for
	used    bits // and all that they turn on
	refused *refusal
	wanted  []wanted // dependencies that are on, as declared
	found   []found  // the same with their candidates, fewest first; made when the package is chosen
	looked  bool
}

// wanted is a dependency that is on, and the features that it is to have.
type wanted struct {
	dep      *dep
	features set
}

// found is a wanted dependency with what can satisfy it.
type found struct {
	*dep
	candidates *candidates
	features   set
}

// refusal is why a package cannot have the features that are asked of it.
type refusal struct {
	reason  reason
	feature string
	cycle   bool // a feature that is itself: wrong whoever asks
	missing bool // name/feature on the command line, with no dependency of that name
}

// request is the answer for a dependency that asks for a set of features and, unless plain, for the default ones.
func (w *world) request(p pkg, s set, plain bool) *request {
	n := w.nodes[p]
	for _, r := range n.requests {
		if r.set == s && r.plain == plain {
			return r
		}
	}
	r := &request{set: s, plain: plain}
	t := turning{w: w, p: p, all: n.sum.Features, used: newBits(len(n.sum.Features))}
	r.want = newBits(len(n.sum.Features))
	for _, name := range w.sets.names(s) {
		if i, ok := t.find(name); ok {
			r.want.add(i)
		}
		t.feature(name)
	}
	if i, ok := t.find("default"); ok && !plain {
		r.want.add(i)
		t.feature("default")
	}
	t.finish(r, false, false)
	n.requests = append(n.requests, r)
	return r
}

// rootRequest is the answer for a package of the workspace, whose development dependencies count.
func (w *world) rootRequest(p pkg, f Features, dev bool) *request {
	all := w.nodes[p].sum.Features
	r := &request{}
	t := turning{w: w, p: p, all: all, used: newBits(len(all))}
	if f.All {
		for _, feature := range all {
			t.feature(feature.Name)
		}
	}
	named := slices.Clone(f.Named)
	slices.SortFunc(named, compareValues)
	for _, v := range named {
		t.value(v)
	}
	if !f.NoDefault && all.Has("default") {
		t.feature("default")
	}
	t.finish(r, dev, true)
	return r
}

func compareValues(a, b crate.FeatureValue) int { return strings.Compare(a.String(), b.String()) }

// turning turns features on.
type turning struct {
	w       *world
	p       pkg
	all     crate.Features
	used    bits
	deps    []asked
	refused *refusal
}

// asked is what features say of a dependency: that it is on, with these features.
type asked struct {
	name     string
	features []string
}

func (t *turning) find(name string) (int, bool) {
	return slices.BinarySearchFunc(t.all, name, func(f crate.Feature, name string) int { return strings.Compare(f.Name, name) })
}

func (t *turning) asked(name string) *asked {
	for i := range t.deps {
		if t.deps[i].name == name {
			return &t.deps[i]
		}
	}
	t.deps = append(t.deps, asked{name: name})
	return &t.deps[len(t.deps)-1]
}

// feature turns on one feature and what it names. The first thing that is wrong is what is told.
func (t *turning) feature(name string) {
	if t.refused != nil {
		return
	}
	i, ok := t.find(name)
	if !ok {
		t.refused = t.missing(name)
		return
	}
	if t.used.has(i) {
		return
	}
	t.used.add(i)
	for _, v := range t.all[i].Values {
		if v.IsFeature() && v.Feature == name {
			t.refused = &refusal{feature: name, cycle: true}
			return
		}
		t.value(v)
	}
}

func (t *turning) value(v crate.FeatureValue) {
	switch {
	case t.refused != nil:
	case v.IsFeature():
		t.feature(v.Feature)
	case v.IsDep():
		t.asked(v.Dep)
	default:
		// A weak one counts as any other: the graph is to hold whatever some choice of features could need.
		if !v.Weak && t.isOptional(v.Dep) && t.all.Has(v.Dep) {
			t.feature(v.Dep)
		}
		a := t.asked(v.Dep)
		a.features = append(a.features, v.Feature)
	}
}

func (t *turning) isOptional(name string) bool {
	return slices.ContainsFunc(t.w.nodes[t.p].sum.Deps, func(d *crate.Dependency) bool {
		return d.Optional && d.NameInManifest() == name
	})
}

// missing says what a name is that is no feature.
func (t *turning) missing(name string) *refusal {
	r := &refusal{reason: missingFeature, feature: name}
	for _, d := range t.w.nodes[t.p].sum.Deps {
		if d.NameInManifest() != name {
			continue
		}
		if d.Optional {
			r.reason = hiddenDependency
			return r
		}
		r.reason = requiredDependency
	}
	return r
}

// finish collects the dependencies that are on.
func (t *turning) finish(r *request, dev, root bool) {
	r.used, r.refused = t.used, t.refused
	if r.refused != nil {
		return
	}
	deps := t.w.deps(t.p)
	var on map[string]bool
	if root {
		on = make(map[string]bool, len(t.deps))
	}
	for i := range deps {
		d := &deps[i]
		if d.Kind == crate.Dev && !dev {
			continue
		}
		name := d.NameInManifest()
		at := slices.IndexFunc(t.deps, func(a asked) bool { return a.name == name })
		if d.Optional && at < 0 {
			continue
		}
		features := d.own
		if at >= 0 {
			if root {
				on[name] = true
			}
			features = t.w.sets.with(features, t.deps[at].features)
		}
		r.wanted = append(r.wanted, wanted{d, features})
	}
	for _, a := range t.deps {
		if root && !on[a.name] {
			r.refused = &refusal{feature: a.name, missing: true}
			return
		}
	}
}

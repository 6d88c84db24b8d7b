package tree

import (
	"berth/internal/crate"
	"berth/internal/resolve"
)

// addFeature adds a feature of a package's node, and is where it is.
func (g *graph) addFeature(name string, of int) int {
	at, _ := g.feature(name, of)
	return at
}

func (g *graph) feature(name string, of int) (at int, isNew bool) {
	at, isNew = g.add(&node{pkg: g.nodes[of].pkg, of: of, feature: name})
	g.link(at, feature, of)
	return at, isNew
}

// addFlags adds the features that flags ask of a member; they hang on nothing.
func (g *graph) addFlags(at int, f resolve.Features) {
	declared := g.summary(at).Features
	if f.All {
		for _, d := range declared {
			g.fromFlags[g.addFeature(d.Name, at)] = true
		}
	}
	if !f.NoDefault {
		g.fromFlags[g.addFeature("default", at)] = true
	}
	for _, v := range f.Named {
		if v.IsFeature() {
			g.fromFlags[g.addFeature(v.Feature, at)] = true
			continue
		}
		for _, dep := range g.named[at][v.Dep] {
			if dep.optional {
				g.fromFlags[g.addFeature(v.Dep, at)] = true
			}
			g.fromFlags[g.addFeature(v.Feature, dep.node)] = true
		}
	}
}

func (g *graph) summary(at int) *crate.Summary { return g.in.Graph.Packages[g.nodes[at].pkg].Summary }

// addInner adds what the features that are there turn on.
func (g *graph) addInner() {
	for at, count := 0, len(g.nodes); at < count; at++ {
		if n := g.nodes[at]; n.of >= 0 {
			g.addTurnedOn(at, n.of, n.feature)
		}
	}
}

func (g *graph) addTurnedOn(from, pkg int, name string) {
	values, _ := g.summary(pkg).Features.Get(name)
	for _, v := range values {
		switch {
		case v.IsFeature():
			at, isNew := g.feature(v.Feature, pkg)
			g.link(from, feature, at)
			if isNew {
				g.addTurnedOn(at, pkg, v.Feature)
			}
		case v.IsDepFeature():
			for _, dep := range g.named[pkg][v.Dep] {
				if dep.optional && !v.Weak {
					g.link(from, feature, g.addFeature(v.Dep, pkg))
				}
				at, isNew := g.feature(v.Feature, dep.node)
				g.link(from, feature, at)
				if isNew {
					g.addTurnedOn(at, dep.node, v.Feature)
				}
			}
		}
	}
}

package plan

import (
	"slices"

	"berth/internal/crate"
	"berth/internal/manifest"
	"berth/internal/unit"
)

// needsOfDoc are the dependencies of documentation: metadata of all that is used, and with Doc its documentation.
func (p *planner) needsOfDoc(n *node, u use) error {
	edges, err := p.edges(n, u)
	if err != nil {
		return err
	}
	for _, e := range edges {
		lib := e.to.targets[e.lib]
		d := p.library(n, e.to, e.lib, u)
		d.extern, d.public = e.extern, e.public
		n.deps = append(n.deps, d)
		if lib.Doc && p.in.Intent == Doc {
			d := p.dep(e.to, e.lib, forTarget(n.kind, lib), n.mode, u.below(n, lib))
			d.extern, d.public = e.extern, e.public
			n.deps = append(n.deps, d)
		}
	}
	p.addRuns(n, u)
	if t := n.target(); t.Kind != manifest.Bin && t.Kind != manifest.Example {
		return nil
	}
	p.addOwnLib(n, u)
	// Links in the text may lead to the library.
	if lib := slices.IndexFunc(n.pkg.targets, func(t *manifest.Target) bool { return isLinkable(t) && t.Doc }); lib >= 0 {
		t := n.pkg.targets[lib]
		n.deps = append(n.deps, p.dep(n.pkg, lib, forTarget(n.kind, t), n.mode, u.below(n, t)))
	}
	return nil
}

// removeDuplicateDocs: rustdoc writes to a directory that is named after the crate, so of several crates of one name
// one is documented: what is built rather than what runs while building, and the newest version.
func (p *planner) removeDuplicateDocs(roots []*node) {
	byName := map[string][]*node{}
	var names []string
	for _, n := range p.nodes {
		if n.mode != unit.Doc {
			continue
		}
		name := n.target().CrateName()
		if byName[name] == nil {
			names = append(names, name)
		}
		byName[name] = append(byName[name], n)
	}
	gone := map[*node]bool{}
	for _, name := range names {
		if units := byName[name]; len(units) > 1 {
			p.dropDocs(units, roots, gone)
		}
	}
	for _, n := range p.nodes {
		n.deps = slices.DeleteFunc(n.deps, func(d dep) bool { return gone[d.to] })
	}
}

func (p *planner) dropDocs(units, roots []*node, gone map[*node]bool) {
	drop := func(is func(*node) bool) {
		units = slices.DeleteFunc(units, func(n *node) bool {
			if !is(n) || slices.Contains(roots, n) {
				return false
			}
			gone[n] = true
			return true
		})
	}
	if !slices.ContainsFunc(p.in.Kinds, func(k unit.Kind) bool { return k != unit.Host }) {
		drop(func(n *node) bool { return n.kind == 0 })
	}
	if len(units) < 2 {
		return
	}
	drop(func(n *node) bool {
		id := p.id(n)
		return slices.ContainsFunc(units, func(o *node) bool {
			other := p.id(o)
			return o.kind == n.kind && other.Name == id.Name && other.Source.Same(id.Source) && id.Version.Compare(other.Version) < 0
		})
	})
}

func (p *planner) id(n *node) crate.PackageID { return p.in.Graph.Packages[n.key.pkg].ID }

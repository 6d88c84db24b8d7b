package metadata

import (
	"cmp"
	"slices"

	"berth/internal/cfgexpr"
	"berth/internal/crate"
)

// Graph is what the document says under "resolve".
type Graph struct {
	Nodes []Node           // in the order of a Cargo.lock
	Root  *crate.PackageID // nil for a virtual workspace
}

// Node is a package and what it depends on.
type Node struct {
	ID       crate.PackageID
	Deps     []Dep // in the order of a Cargo.lock
	Features []string
}

// Dep is a library that a package depends on.
type Dep struct {
	Extern string // what the code of the package calls it
	ID     crate.PackageID
	Uses   []*crate.Dependency
}

func (w *writer) graph(g *Graph) {
	w.open('{')
	w.key("nodes")
	w.open('[')
	for i := range g.Nodes {
		w.comma()
		w.node(&g.Nodes[i])
	}
	w.close(']')
	if g.Root == nil {
		w.optional("root", nil)
	} else {
		w.text("root", g.Root.Spec())
	}
	w.close('}')
}

func (w *writer) node(n *Node) {
	w.open('{')
	w.text("id", n.ID.Spec())
	ids := make([]crate.PackageID, len(n.Deps))
	for i, d := range n.Deps {
		ids[i] = d.ID
	}
	w.ids("dependencies", ids)
	w.key("deps")
	w.open('[')
	for _, d := range n.Deps {
		w.comma()
		w.open('{')
		w.text("name", d.Extern)
		w.text("pkg", d.ID.Spec())
		w.key("dep_kinds")
		w.open('[')
		w.uses(d.Uses)
		w.close(']')
		w.close('}')
	}
	w.close(']')
	w.strings("features", n.Features)
	w.close('}')
}

// uses are ordered by kind, then by platform: all platforms first.
func (w *writer) uses(uses []*crate.Dependency) {
	uses = slices.Clone(uses)
	slices.SortStableFunc(uses, func(a, b *crate.Dependency) int {
		return cmp.Or(cmp.Compare(a.Kind, b.Kind), comparePlatforms(a.Platform, b.Platform))
	})
	for _, d := range uses {
		w.comma()
		w.open('{')
		kind := ""
		if d.Kind != crate.Normal {
			kind = d.Kind.String()
		}
		w.orNull("kind", kind)
		w.orNull("target", d.Platform)
		w.close('}')
	}
}

func comparePlatforms(a, b string) int {
	if a == b || a == "" || b == "" {
		return cmp.Compare(len(a), len(b))
	}
	x, errA := cfgexpr.Parse(a)
	y, errB := cfgexpr.Parse(b)
	if errA != nil || errB != nil {
		return cmp.Compare(a, b)
	}
	return x.Compare(y)
}

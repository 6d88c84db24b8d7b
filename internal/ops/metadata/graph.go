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
	w.Open('{')
	w.Key("nodes")
	w.Open('[')
	for i := range g.Nodes {
		w.Comma()
		w.node(&g.Nodes[i])
	}
	w.Close(']')
	if g.Root == nil {
		w.optional("root", nil)
	} else {
		w.Text("root", g.Root.Spec())
	}
	w.Close('}')
}

func (w *writer) node(n *Node) {
	w.Open('{')
	w.Text("id", n.ID.Spec())
	ids := make([]crate.PackageID, len(n.Deps))
	for i, d := range n.Deps {
		ids[i] = d.ID
	}
	w.ids("dependencies", ids)
	w.Key("deps")
	w.Open('[')
	for _, d := range n.Deps {
		w.Comma()
		w.Open('{')
		w.Text("name", d.Extern)
		w.Text("pkg", d.ID.Spec())
		w.Key("dep_kinds")
		w.Open('[')
		w.uses(d.Uses)
		w.Close(']')
		w.Close('}')
	}
	w.Close(']')
	w.Strings("features", n.Features)
	w.Close('}')
}

// uses are ordered by kind, then by platform: all platforms first.
func (w *writer) uses(uses []*crate.Dependency) {
	uses = slices.Clone(uses)
	slices.SortStableFunc(uses, func(a, b *crate.Dependency) int {
		return cmp.Or(cmp.Compare(a.Kind, b.Kind), comparePlatforms(a.Platform, b.Platform))
	})
	for _, d := range uses {
		w.Comma()
		w.Open('{')
		kind := ""
		if d.Kind != crate.Normal {
			kind = d.Kind.String()
		}
		w.orNull("kind", kind)
		w.orNull("target", d.Platform)
		w.Close('}')
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

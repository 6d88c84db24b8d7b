package tree

import (
	"slices"

	"berth/internal/crate"
)

// roots are the nodes of the packages that the specifications mean.
func (g *graph) roots(specs []crate.Spec) ([]int, error) {
	ids := g.ids()
	wanted := map[crate.PackageKey]bool{}
	for _, spec := range specs {
		id, err := spec.Query(ids)
		if err != nil {
			return nil, err
		}
		wanted[id.Key()] = true
	}
	var roots []int
	for i, n := range g.nodes {
		if n.of < 0 && wanted[g.id(n.pkg).Key()] {
			roots = append(roots, i)
		}
	}
	slices.SortFunc(roots, g.compare)
	return roots, nil
}

// reachable is the part of the graph that the roots lead to.
func (g *graph) reachable(roots []int) (*graph, []int) {
	part := &graph{in: g.in, index: map[key]int{}, fromFlags: g.fromFlags, named: g.named}
	moved := map[int]int{}
	var visit func(at int) int
	visit = func(at int) int {
		if to, ok := moved[at]; ok {
			return to
		}
		n := *g.nodes[at]
		n.edges = [4][]int{}
		part.nodes = append(part.nodes, &n)
		from := len(part.nodes) - 1
		moved[at] = from
		for kind, edges := range g.nodes[at].edges {
			for _, to := range edges {
				part.link(from, kind, visit(to))
			}
		}
		return from
	}
	var kept []int
	for _, root := range roots {
		kept = append(kept, visit(root))
	}
	return part, kept
}

// duplicates are the nodes of names that come in several versions, or with several sets of features.
func (g *graph) duplicates() []int {
	byName := map[string][]int{}
	for i, n := range g.nodes {
		if n.of < 0 {
			name := g.id(n.pkg).Name
			byName[name] = append(byName[name], i)
		}
	}
	var found []int
	for _, nodes := range byName {
		different := map[key]bool{}
		for _, at := range nodes {
			k := g.nodes[at].key()
			k.platform = ""
			different[k] = true
		}
		if len(different) > 1 {
			found = append(found, nodes...)
		}
	}
	slices.SortFunc(found, g.compare)
	return found
}

func (g *graph) invert() {
	inverted := make([][4][]int, len(g.nodes))
	for from, n := range g.nodes {
		for kind, edges := range n.edges {
			for _, to := range edges {
				if !slices.Contains(inverted[to][kind], from) {
					inverted[to][kind] = append(inverted[to][kind], from)
				}
			}
		}
	}
	for i, n := range g.nodes {
		n.edges = inverted[i]
	}
}

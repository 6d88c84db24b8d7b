package config

import (
	"cmp"
	"slices"
)

// merge adds a layer to n. Stronger tells that the layer wins over what is there; without
// it only what n lacks is taken. Both are used up.
func (n *Node) merge(from *Node, stronger bool) error {
	return n.mergeAt(Root(), from, stronger)
}

func (n *Node) mergeAt(at Key, from *Node, stronger bool) error {
	wins := stronger || from.origin.Layer > n.origin.Layer
	switch {
	case n.kind == List && from.kind == List:
		n.mergeList(from, wins, at.NonMerging())
	case n.kind == Table && from.kind == Table:
		return n.mergeTable(at, from, stronger)
	case n.kind == List || n.kind == Table || from.kind == List || from.kind == Table:
		return from.errorf("`%s` is %s here, and %s in %s: one of them has to change", at, from.kind, n.kind, n.origin)
	case wins:
		*n = *from
	}
	return nil
}

func (n *Node) mergeList(from *Node, wins, whole bool) {
	switch {
	case whole && wins:
		n.items = from.items
	case whole:
	case wins:
		n.items = slices.Concat(n.items, from.items)
	default:
		n.items = slices.Concat(from.items, n.items)
	}
	sortByLayer(n.items)
}

// sortByLayer puts what is stronger last.
func sortByLayer(items []*Node) {
	slices.SortStableFunc(items, func(a, b *Node) int { return cmp.Compare(a.origin.Layer, b.origin.Layer) })
}

func (n *Node) mergeTable(at Key, from *Node, stronger bool) error {
	for _, key := range from.Keys() {
		old := n.table[key]
		if old == nil {
			n.table[key] = from.table[key]
			continue
		}
		if err := old.mergeAt(at.childAsWritten(key), from.table[key], stronger); err != nil {
			return err
		}
	}
	return nil
}

// clone is a copy that may be merged into.
func (n *Node) clone() *Node {
	c := *n
	c.items = make([]*Node, len(n.items))
	for i, item := range n.items {
		c.items[i] = item.clone()
	}
	if n.table != nil {
		c.table = make(map[string]*Node, len(n.table))
		for key, child := range n.table {
			c.table[key] = child.clone()
		}
	}
	return &c
}

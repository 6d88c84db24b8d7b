package config

import (
	"maps"
	"slices"

	"berth/internal/tomldoc"
)

// Kind is what a value is. A configuration has no floats and no dates.
type Kind uint8

const (
	Missing Kind = iota
	String
	Integer
	Boolean
	List
	Table
)

// String names a kind with its article, for errors.
func (k Kind) String() string {
	return [...]string{"nothing", "a string", "an integer", "a boolean", "an array", "a table"}[k]
}

// Node is a value of any kind. Nobody changes one that a Config gave out; a nil *Node is
// a value that is missing.
type Node struct {
	kind    Kind
	origin  Origin
	text    string
	integer int64
	boolean bool
	items   []*Node
	table   map[string]*Node

	doc    *tomldoc.Document // where it stands, nil for a variable
	at     tomldoc.Span
	hidden bool // no error shows its line
}

func newTable(o Origin) *Node { return &Node{kind: Table, origin: o, table: map[string]*Node{}} }

// Kind is Missing for a nil node.
func (n *Node) Kind() Kind {
	if n == nil {
		return Missing
	}
	return n.kind
}

// Origin is where the value was written; for a table that several layers have, the
// strongest of the files.
func (n *Node) Origin() Origin { return n.origin }

// Text is the content of a string.
func (n *Node) Text() string { return n.text }

// Integer is the value of an integer.
func (n *Node) Integer() int64 { return n.integer }

// Boolean is the value of a boolean.
func (n *Node) Boolean() bool { return n.boolean }

// Items are the items of a list.
func (n *Node) Items() []*Node {
	if n == nil {
		return nil
	}
	return n.items
}

// Get is the value under a key of a table, nil where there is none of either.
func (n *Node) Get(key string) *Node {
	if n == nil {
		return nil
	}
	return n.table[key]
}

// Keys are the keys of a table, sorted.
func (n *Node) Keys() []string {
	if n == nil {
		return nil
	}
	return slices.Sorted(maps.Keys(n.table))
}

// maker makes the nodes of a document.
type maker struct {
	doc    *tomldoc.Document
	origin Origin
	hidden bool // no error shows a line of it
}

func (m maker) root() (*Node, error) {
	root := newTable(m.origin)
	root.doc, root.hidden = m.doc, m.hidden
	return root, m.fill(root, m.doc.Root())
}

func (m maker) fill(n *Node, t *tomldoc.Table) error {
	for v := range t.Entries() {
		child, err := m.node(v)
		if err != nil {
			return err
		}
		n.table[v.Key()] = child
	}
	return nil
}

func (m maker) node(v *tomldoc.Value) (*Node, error) {
	n := &Node{origin: m.origin, doc: m.doc, at: v.Span(), hidden: m.hidden}
	switch v.Kind() {
	case tomldoc.String:
		n.kind = String
		n.text, _ = v.Text()
	case tomldoc.Boolean:
		n.kind = Boolean
		n.boolean, _ = v.Bool()
	case tomldoc.Integer:
		i, ok := v.Int()
		if !ok {
			return nil, n.errorf("the number %s is too big: expected at most 64 bits", v.Raw())
		}
		n.kind, n.integer = Integer, i
	case tomldoc.Array:
		n.kind = List
		for item := range v.Items() {
			child, err := m.node(item)
			if err != nil {
				return nil, err
			}
			n.items = append(n.items, child)
		}
	case tomldoc.TableKind:
		n.kind, n.table = Table, map[string]*Node{}
		return n, m.fill(n, v.Table())
	default:
		return nil, n.errorf("%s cannot stand in a configuration: expected a string, an integer, a boolean, an array or a table", v.Kind())
	}
	return n, nil
}

package tomldoc

import (
	"strings"

	"github.com/pelletier/go-toml/v2/unstable"
)

// deepest is how deep arrays and inline tables may lie in one another, and how many parts a key may have, as in stock
// Cargo; it bounds the recursion here and in everyone who walks a tree.
const deepest = 80

// builder makes the tree from the parser's expressions. The parser knows where scalars and keys stand, but not where
// arrays, inline tables and headers end: the builder's cursor passes over the text again for those, which by then is
// known to be right.
type builder struct {
	doc    *Document
	parser unstable.Parser
	values []Value // allocated in runs: a manifest has tens of thousands
	tables []Table
}

const run = 64

func (b *builder) newValue() *Value {
	if len(b.values) == 0 {
		b.values = make([]Value, run)
	}
	v := &b.values[0]
	b.values = b.values[1:]
	return v
}

func (b *builder) newTable() *Table {
	if len(b.tables) == 0 {
		b.tables = make([]Table, run/4)
	}
	t := &b.tables[0]
	b.tables = b.tables[1:]
	return t
}

func (b *builder) build() error {
	d := b.doc
	d.root = Value{kind: TableKind, made: byHeader, table: b.newTable()}
	current := d.root.table
	for b.parser.NextExpression() {
		var err error
		switch node := b.parser.Expression(); node.Kind {
		case unstable.Table, unstable.ArrayTable:
			current, err = b.header(node)
		case unstable.KeyValue:
			err = b.keyValue(current, node, 0)
		}
		if err != nil {
			return err
		}
	}
	return nil
}

// header enters the table that a [header] or [[header]] names, from the root.
func (b *builder) header(node *unstable.Node) (*Table, error) {
	span := b.headerSpan(node)
	t := b.doc.root.table
	parts := 0
	for part := node.Child(); part.Valid(); part = part.Next() {
		key, at := b.key(part)
		parts++
		err := b.tooLong(at, parts)
		if err != nil {
			return nil, err
		}
		switch last := !part.Next().Valid(); {
		case !last:
			t, err = b.pass(t, key, at)
		case node.Kind == unstable.ArrayTable:
			t, err = b.element(t, key, at, span)
		default:
			t, err = b.open(t, key, at, span)
		}
		if err != nil {
			return nil, err
		}
	}
	return t, nil
}

// headerSpan is from the first bracket to the last.
func (b *builder) headerSpan(node *unstable.Node) Span {
	brackets := uint32(1)
	if node.Kind == unstable.ArrayTable {
		brackets = 2
	}
	start, end := node.Child().Raw.Offset, uint32(0)
	for part := node.Child(); part.Valid(); part = part.Next() {
		end = part.Raw.Offset + part.Raw.Length
	}
	start -= uint32(len(b.doc.text[:start]) - len(strings.TrimRight(b.doc.text[:start], " \t")))
	end += uint32(strings.IndexByte(b.doc.text[end:], ']'))
	return Span{start - brackets, end + brackets}
}

// pass goes through a table towards a deeper header.
func (b *builder) pass(t *Table, key string, at Span) (*Table, error) {
	v := t.Get(key)
	switch {
	case v == nil:
		return b.putTable(t, key, at, at, byPassing), nil
	case v.kind == Array && v.made == byElement:
		return v.items.last.table, nil
	case v.kind == TableKind && v.made != inPlace:
		return v.table, nil
	}
	return nil, b.closed(v, at)
}

// open defines the table of a [header].
func (b *builder) open(t *Table, key string, at, header Span) (*Table, error) {
	v := t.Get(key)
	if v == nil {
		return b.putTable(t, key, at, header, byHeader), nil
	}
	if v.kind == TableKind && v.made == byPassing {
		v.made = byHeader
		v.keyAt, v.at = at, header
		return v.table, nil
	}
	return nil, b.twice(v, at)
}

// element begins a new table of an array of tables.
func (b *builder) element(t *Table, key string, at, header Span) (*Table, error) {
	v := t.Get(key)
	if v == nil {
		v = b.newValue()
		v.key, v.keyAt, v.at, v.kind, v.made = key, at, header, Array, byElement
		t.put(v)
	}
	if v.kind != Array || v.made != byElement {
		return nil, b.twice(v, at)
	}
	item := b.newValue()
	item.kind, item.made, item.at, item.table = TableKind, byHeader, header, b.newTable()
	v.items.add(item)
	return item.table, nil
}

func (b *builder) putTable(t *Table, key string, at, span Span, made making) *Table {
	v := b.newValue()
	v.key, v.keyAt, v.at, v.kind, v.made = key, at, span, TableKind, made
	v.table = b.newTable()
	t.put(v)
	return v.table
}

// keyValue puts key = value into t, or into the table below t that a dotted key names.
func (b *builder) keyValue(t *Table, node *unstable.Node, depth int) error {
	content := node.Value()
	parts := 0
	for part := content.Next(); part.Valid(); part = part.Next() {
		key, at := b.key(part)
		parts++
		if err := b.tooLong(at, parts); err != nil {
			return err
		}
		if part.Next().Valid() {
			var err error
			if t, err = b.dotted(t, key, at); err != nil {
				return err
			}
			continue
		}
		if v := t.Get(key); v != nil {
			return b.twice(v, at)
		}
		from := b.skip(at.End, " \t=")
		v, err := b.value(content, from, depth)
		if err != nil {
			return err
		}
		v.key, v.keyAt = key, at
		t.put(v)
	}
	return nil
}

// dotted goes through the table that a part of a dotted key names.
func (b *builder) dotted(t *Table, key string, at Span) (*Table, error) {
	v := t.Get(key)
	switch {
	case v == nil:
		return b.putTable(t, key, at, at, byDots), nil
	case v.kind == TableKind && v.made == byDots:
		return v.table, nil
	}
	return nil, b.closed(v, at)
}

func (b *builder) tooLong(at Span, parts int) error {
	if parts <= deepest {
		return nil
	}
	return b.doc.Errorf(at, "the key has more than %d parts", deepest)
}

func (b *builder) key(part *unstable.Node) (string, Span) {
	return b.text(part), Span{part.Raw.Offset, part.Raw.Offset + part.Raw.Length}
}

// text is the content of a key or string. What was written without escapes has the length of its decoded bytes, plus
// two where it stands in quotes; that is then a part of the document's own text.
func (b *builder) text(node *unstable.Node) string {
	from, size := node.Raw.Offset, uint32(len(node.Data))
	switch node.Raw.Length {
	case size:
		return b.doc.text[from : from+size]
	case size + 2:
		return b.doc.text[from+1 : from+1+size]
	}
	return string(node.Data)
}

package tomldoc

import (
	"strings"

	"github.com/pelletier/go-toml/v2/unstable"
)

// value makes the value of a node that begins at from.
func (b *builder) value(node *unstable.Node, from uint32, depth int) (*Value, error) {
	v := b.newValue()
	switch node.Kind {
	case unstable.Array:
		v.kind, v.made, v.at.Start = Array, inPlace, from
		return v, b.items(v, node, depth+1)
	case unstable.InlineTable:
		v.kind, v.made, v.at.Start = TableKind, inPlace, from
		v.table = b.newTable()
		return v, b.members(v, node, depth+1)
	}
	v.at = Span{node.Raw.Offset, node.Raw.Offset + node.Raw.Length}
	switch node.Kind {
	case unstable.String:
		v.kind, v.text = String, b.text(node)
		return v, nil
	case unstable.Bool:
		v.kind = Boolean
	case unstable.Integer:
		v.kind = Integer
	case unstable.Float:
		v.kind = Float
	default:
		v.kind = Datetime
		if end := datetime(b.doc.Slice(v.at)); end >= 0 {
			return nil, b.doc.Errorf(v.at, "this is no date or time").WithHelp("they are written as 1979-05-27, 07:32:00, 1979-05-27T07:32:00 or 1979-05-27T07:32:00Z")
		}
	}
	v.text = b.doc.Slice(v.at)
	return v, nil
}

func (b *builder) items(array *Value, node *unstable.Node, depth int) error {
	if err := b.tooDeep(array.at.Start, depth); err != nil {
		return err
	}
	at := b.trivia(array.at.Start + 1)
	for child := node.Child(); child.Valid(); child = child.Next() {
		item, err := b.value(child, at, depth)
		if err != nil {
			return err
		}
		array.items.add(item)
		at = b.trivia(item.at.End)
	}
	array.at.End = at + 1
	return nil
}

func (b *builder) members(table *Value, node *unstable.Node, depth int) error {
	if err := b.tooDeep(table.at.Start, depth); err != nil {
		return err
	}
	end := table.at.Start + 1
	for child := node.Child(); child.Valid(); child = child.Next() {
		if err := b.keyValue(table.table, child, depth); err != nil {
			return err
		}
		end = child.Raw.Offset + child.Raw.Length
	}
	table.at.End = b.trivia(end) + 1
	return nil
}

func (b *builder) tooDeep(at uint32, depth int) error {
	if depth <= deepest {
		return nil
	}
	return b.doc.Errorf(Span{at, at + 1}, "arrays and tables lie more than %d deep in one another", deepest)
}

func (b *builder) skip(at uint32, set string) uint32 {
	for int(at) < len(b.doc.text) && strings.IndexByte(set, b.doc.text[at]) >= 0 {
		at++
	}
	return at
}

// trivia passes over what may stand between items: white space, line ends, commas, comments.
func (b *builder) trivia(at uint32) uint32 {
	for {
		at = b.skip(at, " \t\r\n,")
		if int(at) >= len(b.doc.text) || b.doc.text[at] != '#' {
			return at
		}
		eol := strings.IndexByte(b.doc.text[at:], '\n')
		if eol < 0 {
			return uint32(len(b.doc.text))
		}
		at += uint32(eol)
	}
}

// twice is the error for a key that is there already.
func (b *builder) twice(v *Value, at Span) error {
	e := b.doc.Errorf(at, "duplicate key")
	first := b.doc.Position(v.keyAt.Start).Line
	if v.made == byDots {
		return e.WithNote("the dotted key in line %d made this table already", first)
	}
	return e.WithNote("first defined in line %d", first)
}

// closed is the error for a key that would add to something that cannot be added to.
func (b *builder) closed(v *Value, at Span) error {
	line := b.doc.Position(v.keyAt.Start).Line
	switch {
	case v.kind == TableKind && v.made == inPlace:
		return b.doc.Errorf(at, "cannot add to an inline table").WithNote("it was closed in line %d", line)
	case v.kind == TableKind:
		return b.doc.Errorf(at, "cannot add to a table by a dotted key").WithNote("its header is in line %d", line)
	case v.kind == Array && v.made == byElement:
		return b.doc.Errorf(at, "cannot add to an array of tables by a dotted key").WithNote("its header is in line %d", line)
	}
	return b.doc.Errorf(at, "cannot add to %s", v.kind).WithNote("defined in line %d", line)
}

package tomldoc

import (
	"slices"
	"strings"

	"github.com/pelletier/go-toml/v2/unstable"
)

// drafter makes a draft out of a text that is known to be right. It goes from expression to expression; what lies
// between two belongs to the second.
type drafter struct {
	text   string
	parser unstable.Parser
	at     uint32 // what is before it has been taken
	root   *Entry
	places int
}

func newDrafter(text string) *drafter {
	b := &drafter{text: text, root: &Entry{form: section}}
	doc := []byte(text)
	b.parser.Reset(doc[:len(doc):len(doc)])
	return b
}

// document is the root and what follows the last line.
func (b *drafter) document() (*Entry, string) {
	current := b.root
	var attach func() // puts the current table below its parent, once it is complete
	for b.parser.NextExpression() {
		switch node := b.parser.Expression(); node.Kind {
		case unstable.Table, unstable.ArrayTable:
			if attach != nil {
				attach()
			}
			current, attach = b.header(node)
		case unstable.KeyValue:
			b.keyValue(current, node)
		}
	}
	if attach != nil {
		attach()
	}
	return b.root, b.text[b.at:]
}

// take is the text up to an offset.
func (b *drafter) take(to uint32) *string {
	s := b.text[b.at:to]
	b.at = to
	return &s
}

// takeLine is the rest of a line without its end, which is passed over.
func (b *drafter) takeLine() *string {
	end := strings.IndexByte(b.text[b.at:], '\n')
	if end < 0 {
		return b.take(uint32(len(b.text)))
	}
	s := b.take(b.at + uint32(end))
	b.at++
	return s
}

func (b *drafter) header(node *unstable.Node) (table *Entry, attach func()) {
	var parts []*Entry
	end := uint32(0)
	for part := node.Child(); part.Valid(); part = part.Next() {
		parts = append(parts, b.key(part))
		end = part.Raw.Offset + part.Raw.Length
	}
	brackets := uint32(1)
	if node.Kind == unstable.ArrayTable {
		brackets = 2
	}
	first := node.Child().Raw.Offset
	open := uint32(len(strings.TrimRight(b.text[:first], " \t"))) - brackets
	closed := end + uint32(strings.IndexByte(b.text[end:], ']')) + brackets
	lead := b.take(open)
	written := b.take(closed)
	trail := b.takeLine()

	last := parts[len(parts)-1]
	parent := b.descend(b.root, parts[:len(parts)-1], false)
	b.places++
	if node.Kind == unstable.Table {
		table = parent.Get(last.key)
		if table != nil {
			parent.Remove(last.key)
		}
	}
	if table == nil {
		table = &Entry{form: section}
	}
	table.key, table.asKey = last.key, last.asKey
	table.path, table.depth = *written, len(parts)
	table.before, table.after = new(string), new(string) // as toml_edit has it: there is nothing around a key in brackets
	table.lead, table.trail = lead, trail
	table.implicit, table.dotted, table.place = false, false, b.places
	if node.Kind == unstable.Table {
		return table, func() {
			parent := b.descend(b.root, parts[:len(parts)-1], false)
			parent.entries = append(parent.entries, table)
		}
	}
	return table, func() { b.element(parts, table) }
}

// element adds a table to an array of tables.
func (b *drafter) element(parts []*Entry, table *Entry) {
	parent := b.descend(b.root, parts[:len(parts)-1], false)
	last := parts[len(parts)-1]
	list := parent.Get(last.key)
	if list == nil {
		list = &Entry{key: last.key, asKey: last.asKey, form: sections}
		parent.entries = append(parent.entries, list)
	}
	list.entries = append(list.entries, table)
}

// descend goes through tables, and makes those that are not there.
func (b *drafter) descend(e *Entry, parts []*Entry, dotted bool) *Entry {
	for _, part := range parts {
		next := e.Get(part.key)
		if next == nil {
			next = &Entry{key: part.key, asKey: part.asKey, before: part.before, after: part.after, form: e.form, implicit: true, dotted: dotted}
			e.entries = append(e.entries, next)
		}
		if next.form == sections {
			next = next.entries[len(next.entries)-1]
		}
		e = next
	}
	return e
}

func (b *drafter) key(part *unstable.Node) *Entry {
	return &Entry{key: string(part.Data), asKey: b.text[part.Raw.Offset : part.Raw.Offset+part.Raw.Length]}
}

func (b *drafter) keyValue(table *Entry, node *unstable.Node) {
	content := node.Value()
	first := content.Next().Raw.Offset
	before := b.take(first)
	v := b.member(table, node)
	v.before = before
	v.trail = b.takeLine()
}

// member reads key = value into a table; the cursor stands at the key, and after it behind the value.
func (b *drafter) member(table *Entry, node *unstable.Node) *Entry {
	content := node.Value()
	start := b.at
	var parts []*Entry
	end := start
	for part := content.Next(); part.Valid(); part = part.Next() {
		parts = append(parts, b.key(part))
		end = part.Raw.Offset + part.Raw.Length
	}
	path := *b.take(end)
	equals := b.at + uint32(strings.IndexByte(b.text[b.at:], '='))
	after := b.take(equals)
	b.at++
	lead := b.take(skipBlank(b.text, b.at))
	v := b.value(content)
	last := parts[len(parts)-1]
	v.key, v.asKey, v.path, v.depth, v.after, v.lead = last.key, last.asKey, path, len(parts), after, lead
	parent := b.descend(table, parts[:len(parts)-1], len(parts) > 1)
	parent.entries = append(parent.entries, v)
	return v
}

func skipBlank(text string, at uint32) uint32 {
	for int(at) < len(text) && (text[at] == ' ' || text[at] == '\t') {
		at++
	}
	return at
}

// value reads the value at the cursor.
func (b *drafter) value(node *unstable.Node) *Entry {
	switch node.Kind {
	case unstable.Array:
		return b.array(node)
	case unstable.InlineTable:
		return b.braces(node)
	}
	v := &Entry{form: scalar, kind: kindOf(node.Kind)}
	if v.kind == String {
		v.content = string(node.Data)
	}
	v.text = *b.take(node.Raw.Offset + node.Raw.Length)
	return v
}

func kindOf(kind unstable.Kind) Kind {
	switch kind {
	case unstable.String:
		return String
	case unstable.Integer:
		return Integer
	case unstable.Float:
		return Float
	case unstable.Bool:
		return Boolean
	}
	return Datetime
}

func (b *drafter) array(node *unstable.Node) *Entry {
	b.at++
	a := &Entry{form: array}
	for item := node.Child(); item.Valid(); item = item.Next() {
		lead := b.trivia()
		v := b.value(item)
		v.lead, v.trail = lead, b.trivia()
		a.entries = append(a.entries, v)
		a.comma = b.skipComma()
	}
	b.closeBracket(a)
	return a
}

func (b *drafter) braces(node *unstable.Node) *Entry {
	b.at++
	t := &Entry{form: braces}
	for member := node.Child(); member.Valid(); member = member.Next() {
		before := b.trivia()
		v := b.member(t, member)
		v.before, v.trail = before, b.trivia()
		t.comma = b.skipComma()
	}
	b.closeBracket(t)
	return t
}

func (b *drafter) closeBracket(e *Entry) {
	e.inner = *b.trivia()
	b.at++
}

func (b *drafter) skipComma() bool {
	if b.text[b.at] == ',' {
		b.at++
		return true
	}
	return false
}

// trivia takes white space, line ends and comments.
func (b *drafter) trivia() *string {
	at := b.at
	for int(at) < len(b.text) && slices.Contains([]byte(" \t\r\n#"), b.text[at]) {
		if b.text[at] == '#' {
			if end := strings.IndexByte(b.text[at:], '\n'); end >= 0 {
				at += uint32(end)
			} else {
				at = uint32(len(b.text) - 1)
			}
		}
		at++
	}
	return b.take(at)
}

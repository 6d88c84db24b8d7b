package settings

import (
	"bytes"
	"errors"
	"unicode/utf8"

	"github.com/pelletier/go-toml/v2/unstable"
)

// The files here are TOML, read by go-toml's parser of expressions and put together
// by this file. go-toml's own decoder is not used for three reasons: it matches keys
// whatever their case, which stock does not; it forgets where a value stood, which a
// good error needs; and reflection and encoding/json would be set up for every proxy.

// value is a TOML value. Only strings, arrays and tables are of use in these files;
// of the others the kind is kept, to name it in an error.
type value struct {
	kind  unstable.Kind
	at    int // where it stands
	text  string
	items []value
	table *table
}

type table struct {
	entries []entry
	index   map[string]int // of the entries, once they are many
	made    making
}

type entry struct {
	key   string
	at    int
	value value
}

// making is how a table came to be, which decides what may still be added to it.
type making uint8

const (
	byPassing making = iota // on the way to a deeper header: its own header may follow
	byHeader
	byDots   // by a dotted key: other dotted keys beside it may add to it
	inPlace  // { … }: closed
	elements // [[…]]: stands for the array in its parent; the last element is open
)

// many is where looking through a table one by one becomes dearer than a map: a
// home may have hundreds of overrides, and each key is looked for when it is added.
const many = 32

func (t *table) get(key string) *entry {
	if t.index != nil {
		if i, ok := t.index[key]; ok {
			return &t.entries[i]
		}
		return nil
	}
	for i := range t.entries {
		if t.entries[i].key == key {
			return &t.entries[i]
		}
	}
	return nil
}

func (t *table) add(key string, at int, v value) *entry {
	t.entries = append(t.entries, entry{key, at, v})
	if t.index != nil {
		t.index[key] = len(t.entries) - 1
	} else if len(t.entries) == many {
		t.index = make(map[string]int, 2*many)
		for i := range t.entries {
			t.index[t.entries[i].key] = i
		}
	}
	return &t.entries[len(t.entries)-1]
}

// parse reads a whole file. A byte order mark is passed over, as stock does.
func (f *file) parse() (*table, error) {
	f.data = bytes.TrimPrefix(f.data, []byte("\ufeff"))
	if i := firstInvalid(f.data); i >= 0 {
		return nil, f.wrong(i, "a byte that is not UTF-8", "save the file as UTF-8")
	}
	d := decoder{file: f, root: &table{made: byHeader}}
	d.current = d.root
	d.parser.Reset(f.data)
	for d.parser.NextExpression() {
		if err := d.expression(d.parser.Expression()); err != nil {
			return nil, err
		}
	}
	if err := d.parser.Error(); err != nil {
		return nil, d.syntax(err)
	}
	return d.root, nil
}

type decoder struct {
	file          *file
	parser        unstable.Parser
	root, current *table
}

func (d *decoder) expression(n *unstable.Node) error {
	switch n.Kind {
	case unstable.KeyValue:
		return d.assign(d.current, n)
	case unstable.Table, unstable.ArrayTable:
		return d.open(n)
	}
	return nil
}

// open follows a header to its table, which becomes the current one.
func (d *decoder) open(n *unstable.Node) error {
	t := d.root
	for keys := n.Key(); keys.Next(); {
		k := keys.Node()
		e := t.get(string(k.Data))
		if !keys.IsLast() {
			if e == nil {
				e = t.add(string(k.Data), d.offset(k), value{kind: unstable.Table, table: &table{}})
			}
			if t = e.value.reach(); t == nil {
				return d.again(k)
			}
			continue
		}
		if d.current = t.header(string(k.Data), d.offset(k), e, n.Kind); d.current == nil {
			return d.again(k)
		}
	}
	return nil
}

// reach is the table that a longer header goes on from, if it may.
func (v *value) reach() *table {
	switch {
	case v.table == nil || v.table.made == inPlace:
		return nil
	case v.table.made == elements:
		return v.items[len(v.items)-1].table
	}
	return v.table
}

// header is the table of the last part of a header, nil if it stands there twice.
func (t *table) header(key string, at int, e *entry, kind unstable.Kind) *table {
	fresh := value{kind: unstable.Table, at: at, table: &table{made: byHeader}}
	if kind == unstable.ArrayTable {
		if e == nil {
			e = t.add(key, at, value{kind: unstable.Array, at: at, table: &table{made: elements}})
		}
		if e.value.table == nil || e.value.table.made != elements {
			return nil
		}
		e.value.items = append(e.value.items, fresh)
		return fresh.table
	}
	switch {
	case e == nil:
		t.add(key, at, fresh)
		return fresh.table
	case e.value.table != nil && e.value.table.made == byPassing:
		e.value.table.made = byHeader
		return e.value.table
	}
	return nil
}

// assign puts the value of a line, or of a part of an inline table, under its key.
func (d *decoder) assign(t *table, n *unstable.Node) error {
	for keys := n.Key(); keys.Next(); {
		k := keys.Node()
		key, e := string(k.Data), t.get(string(k.Data))
		if keys.IsLast() {
			if e != nil {
				return d.again(k)
			}
			v, err := d.value(n.Value(), d.offset(k))
			t.add(key, d.offset(k), v)
			return err
		}
		if e == nil {
			e = t.add(key, d.offset(k), value{kind: unstable.Table, at: d.offset(k), table: &table{made: byDots}})
		}
		if t = e.value.table; t == nil || t.made != byDots {
			return d.again(k)
		}
	}
	return nil
}

// value reads a value; keyAt stands in where the parser does not say where it is.
func (d *decoder) value(n *unstable.Node, keyAt int) (value, error) {
	v := value{kind: n.Kind, at: keyAt}
	if n.Raw.Length > 0 {
		v.at = int(n.Raw.Offset)
	}
	switch n.Kind {
	case unstable.String:
		v.text = string(n.Data)
	case unstable.Array:
		v.items = []value{}
		for items := n.Children(); items.Next(); {
			item, err := d.value(items.Node(), v.at)
			if err != nil {
				return v, err
			}
			v.items = append(v.items, item)
		}
	case unstable.InlineTable:
		v.table = &table{}
		for parts := n.Children(); parts.Next(); {
			if err := d.assign(v.table, parts.Node()); err != nil {
				return v, err
			}
		}
		v.table.made = inPlace
	}
	return v, nil
}

func (d *decoder) offset(n *unstable.Node) int { return int(n.Raw.Offset) }

func (d *decoder) again(key *unstable.Node) error {
	return d.file.wrong(d.offset(key), "'"+string(key.Data)+"' is defined twice", "keep one of the two")
}

// syntax gives the place and the words of the parser.
func (d *decoder) syntax(err error) error {
	at := len(d.file.data)
	var where *unstable.ParserError
	if errors.As(err, &where) && len(where.Highlight) > 0 {
		at = int(d.parser.Range(where.Highlight).Offset)
	}
	return d.file.wrong(at, err.Error(), "")
}

func firstInvalid(data []byte) int {
	if utf8.Valid(data) {
		return -1
	}
	for i := 0; i < len(data); {
		r, size := utf8.DecodeRune(data[i:])
		if r == utf8.RuneError && size == 1 {
			return i
		}
		i += size
	}
	return -1
}

// text is the string under key; found is false when there is no such key.
func (f *file) text(t *table, key, example string) (s string, found bool, err error) {
	e := t.get(key)
	if e == nil {
		return "", false, nil
	}
	if e.value.kind != unstable.String {
		return "", true, f.wrong(e.value.at, "'"+key+"' is "+kindName(e.value.kind)+", expected a string", "write "+example)
	}
	return e.value.text, true, nil
}

// texts is the array of strings under key, nil when there is no such key.
func (f *file) texts(t *table, key, example string) ([]string, error) {
	e := t.get(key)
	if e == nil {
		return nil, nil
	}
	next := "write " + example
	if e.value.kind != unstable.Array || e.value.table != nil {
		return nil, f.wrong(e.value.at, "'"+key+"' is "+kindName(e.value.kind)+", expected an array of strings", next)
	}
	list := make([]string, 0, len(e.value.items))
	for _, item := range e.value.items {
		if item.kind != unstable.String {
			return nil, f.wrong(item.at, "'"+key+"' holds "+kindName(item.kind)+", expected strings only", next)
		}
		list = append(list, item.text)
	}
	return list, nil
}

// section is the table under key, nil when there is none.
func (f *file) section(t *table, key string) (*table, error) {
	e := t.get(key)
	if e == nil {
		return nil, nil
	}
	if e.value.table == nil || e.value.table.made == elements {
		return nil, f.wrong(e.at, "'"+key+"' is "+kindName(e.value.kind)+", expected a table", "write ["+key+"]")
	}
	return e.value.table, nil
}

func kindName(k unstable.Kind) string {
	switch k {
	case unstable.String:
		return "a string"
	case unstable.Bool:
		return "a boolean"
	case unstable.Integer:
		return "an integer"
	case unstable.Float:
		return "a float"
	case unstable.Array:
		return "an array"
	case unstable.Table, unstable.InlineTable:
		return "a table"
	}
	return "a date or time"
}

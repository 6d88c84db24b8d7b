package settings

import (
	"bytes"
	"errors"
	"fmt"
	"strings"
	"unicode/utf8"

	"github.com/pelletier/go-toml/v2/unstable"
)

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

// decoder puts expressions into tables and finds what TOML forbids between them.
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
	return d.file.wrong(at, wholeCharacter(d.file.data[at:], err.Error()), "")
}

// wholeCharacter has the parser name a character where it names the first byte of one.
func wholeCharacter(from []byte, message string) string {
	r, size := utf8.DecodeRune(from)
	if size < 2 {
		return message
	}
	return strings.Replace(message, fmt.Sprintf("%#U", rune(from[0])), fmt.Sprintf("%#U", r), 1)
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

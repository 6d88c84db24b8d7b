package dist

import (
	"bytes"
	"errors"
	"fmt"
	"strings"
	"unicode/utf8"

	"github.com/pelletier/go-toml/v2/unstable"
)

// SyntaxError says what is wrong with a document and where.
type SyntaxError struct {
	Document string // what was read: "channel manifest"
	Line     int    // from 1
	Column   int    // in bytes, from 1
	Message  string // what was expected and what is there
}

func (e *SyntaxError) Error() string {
	return fmt.Sprintf("%s: line %d, column %d: %s", e.Document, e.Line, e.Column, e.Message)
}

// A scope is a TOML table that a walk passes through. Its methods return errors without a place; the walk adds it.
// Answering nil means that nothing below that key is wanted.
//
// A walk with one small scope a table takes 4 ms for a real manifest of a megabyte. Decoding the same bytes into structs
// by reflection takes 50, and every command that looks at a toolchain would pay for it.
type scope interface {
	// table enters the table under k. define is true where the document defines it ([k] or k = {…}) and false where
	// a longer key merely passes through.
	table(k key, define bool) (scope, error)
	// element begins a new element of the array of tables under k ([[k]]).
	element(k key) (scope, error)
	// value receives everything else.
	value(k key, v value) error
}

// key is one part of a dotted key and where it stands.
type key struct {
	name string
	at   uint32
}

// document is a TOML document being walked. Strings without escapes are handed out as parts of text, so that a
// manifest costs one copy of its bytes instead of 20,000 small ones.
type document struct {
	name   string
	text   string
	parser unstable.Parser
}

// walk reads doc into root. Documents over limit bytes are refused before anything is looked at: they come from a
// server.
func walk(name string, doc []byte, limit int, root func(*document) scope) error {
	if len(doc) > limit {
		return fmt.Errorf("%s: %d bytes, expected at most %d", name, len(doc), limit)
	}
	doc = bytes.TrimPrefix(doc, []byte("\xef\xbb\xbf"))
	d := &document{name: name, text: string(doc)}
	if at := invalidUTF8(doc); at >= 0 {
		return d.errorf(uint32(at), "expected UTF-8, got byte 0x%02x", doc[at])
	}
	// The parser finds positions by comparing capacities: the slice must end where the document does.
	d.parser.Reset(doc[:len(doc):len(doc)])
	if err := d.expressions(root(d)); err != nil {
		return err
	}
	return d.parserError()
}

func (d *document) expressions(root scope) error {
	current := root
	for d.parser.NextExpression() {
		var err error
		switch node := d.parser.Expression(); node.Kind {
		case unstable.Table, unstable.ArrayTable:
			current, err = d.header(root, node)
		case unstable.KeyValue:
			if current != nil {
				err = d.assign(current, node)
			}
		}
		if err != nil {
			return err
		}
	}
	return nil
}

// header enters the table that a [header] or [[header]] names, from the root.
func (d *document) header(s scope, node *unstable.Node) (scope, error) {
	for part := node.Child(); part.Valid(); part = part.Next() {
		k, last := d.key(part), !part.Next().Valid()
		var err error
		if last && node.Kind == unstable.ArrayTable {
			s, err = s.element(k)
		} else {
			s, err = s.table(k, last)
		}
		if err != nil || s == nil {
			return nil, d.locate(err, k.at)
		}
	}
	return s, nil
}

// assign hands key = value to s, or to the table below s that a dotted key names.
func (d *document) assign(s scope, node *unstable.Node) error {
	content := node.Value()
	for part := content.Next(); part.Valid(); part = part.Next() {
		k, last := d.key(part), !part.Next().Valid()
		if last && content.Kind != unstable.InlineTable {
			return d.locate(s.value(k, value{d, content, k.at}), k.at)
		}
		var err error
		s, err = s.table(k, last)
		if err != nil || s == nil {
			return d.locate(err, k.at)
		}
	}
	return d.assignAll(s, content)
}

// assignAll hands every key of an inline table to s.
func (d *document) assignAll(s scope, table *unstable.Node) error {
	for kv := table.Child(); kv.Valid(); kv = kv.Next() {
		if kv.Kind != unstable.KeyValue {
			continue
		}
		if err := d.assign(s, kv); err != nil {
			return err
		}
	}
	return nil
}

func (d *document) key(node *unstable.Node) key {
	return key{d.string(node), node.Raw.Offset}
}

// string is the text of a key or string node. What was written without escapes has the length of its decoded bytes,
// plus two where it stands in quotes; that is then a part of the document's own text.
func (d *document) string(node *unstable.Node) string {
	from, size := node.Raw.Offset, uint32(len(node.Data))
	switch node.Raw.Length {
	case size:
		return d.text[from : from+size]
	case size + 2:
		return d.text[from+1 : from+1+size]
	}
	return string(node.Data)
}

// locate gives an error its place, unless it has one.
func (d *document) locate(err error, at uint32) error {
	if err == nil || err == errEnough || errors.As(err, new(*SyntaxError)) {
		return err
	}
	return d.errorf(at, "%s", err.Error())
}

func (d *document) errorf(at uint32, format string, args ...any) error {
	before := d.text[:min(int(at), len(d.text))]
	return &SyntaxError{
		Document: d.name,
		Line:     strings.Count(before, "\n") + 1,
		Column:   len(before) - strings.LastIndexByte(before, '\n'),
		Message:  fmt.Sprintf(format, args...),
	}
}

// parserError gives the parser's own error in our words for places.
func (d *document) parserError() error {
	err := d.parser.Error()
	if err == nil {
		return nil
	}
	at := uint32(len(d.text))
	var found *unstable.ParserError
	if errors.As(err, &found) && len(found.Highlight) > 0 {
		at = d.parser.Range(found.Highlight).Offset
	}
	return d.errorf(at, "%s", err.Error())
}

func invalidUTF8(doc []byte) int {
	if utf8.Valid(doc) {
		return -1
	}
	at := 0
	for {
		r, size := utf8.DecodeRune(doc[at:])
		if r == utf8.RuneError && size <= 1 {
			return at
		}
		at += size
	}
}

// Package tomldoc holds a TOML document as a tree in the order in which it was written, each key and value with its
// place in the text, and changes documents without touching what it was not asked to touch.
//
// What holds: a document that Parse accepts follows the rules of TOML 1.0 for what may be defined where (nothing twice,
// no reopened inline or dotted table), with the notation of 1.1 that Cargo 1.95 reads too (line ends and a last comma in
// inline tables, \e and \x). Strings are parts of the one text of the document wherever they were written without
// escapes. A tree is never changed after Parse, so any number of goroutines may read it.
//
// Where it ends: numbers and dates are checked for their form, and kept as they were written. An edit is a new
// document: edits are for people's files, not for hot paths.
package tomldoc

import (
	"errors"
	"fmt"
	"strings"
	"unicode/utf8"

	"github.com/pelletier/go-toml/v2/unstable"
)

const byteOrderMark = "\xef\xbb\xbf"

// Largest is the size up to which documents are read. It keeps offsets within 32 bits; no manifest of a person or of a
// registry comes near.
const Largest = 256 << 20

// Document is a TOML document.
type Document struct {
	name   string // for errors
	text   string // without byte-order mark
	marked bool   // there was one
	root   Value  // the table of the whole
}

// Span is a range of bytes in the text of a document.
type Span struct{ Start, End uint32 }

// Parse reads doc. The name, a path as the user would write it, is for errors; those are of type *Error.
func Parse(name string, doc []byte) (*Document, error) {
	d, err := parse(name, doc)
	var broken *Error
	if errors.As(err, &broken) {
		broken.Malformed = true
	}
	return d, err
}

func parse(name string, doc []byte) (*Document, error) {
	d := &Document{name: name, text: string(doc)}
	d.text, d.marked = strings.CutPrefix(d.text, byteOrderMark)
	if len(d.text) > Largest {
		d.text = ""
		return nil, d.Errorf(Span{}, "the file has %d bytes, expected at most %d", len(doc), Largest)
	}
	if at := notUTF8(d.text); at >= 0 {
		return nil, d.Errorf(Span{uint32(at), uint32(at) + 1}, "a byte that is not UTF-8: the file has another encoding; save it as UTF-8")
	}
	b := builder{doc: d}
	// The parser finds positions by comparing capacities: the slice must end where the document does.
	if d.marked {
		doc = doc[len(byteOrderMark):]
	}
	b.parser.Reset(doc[:len(doc):len(doc)])
	if err := b.build(); err != nil {
		return nil, err
	}
	if err := b.parser.Error(); err != nil {
		return nil, d.syntaxError(&b.parser, err)
	}
	return d, nil
}

// notUTF8 is where the first byte is that belongs to no character, -1 where there is none.
func notUTF8(text string) int {
	if utf8.ValidString(text) {
		return -1
	}
	for i, r := range text {
		if _, size := utf8.DecodeRuneInString(text[i:]); r == utf8.RuneError && size == 1 {
			return i
		}
	}
	return -1
}

// Name is what Parse was given.
func (d *Document) Name() string { return d.name }

// Root is the table of the whole document.
func (d *Document) Root() *Table { return d.root.table }

// Value is the whole document as a value: a table without a key.
func (d *Document) Value() *Value { return &d.root }

// Text is the document without its byte-order mark; spans are of it.
func (d *Document) Text() string { return d.text }

// Bytes is the document as it was read.
func (d *Document) Bytes() []byte {
	if d.marked {
		return []byte(byteOrderMark + d.text)
	}
	return []byte(d.text)
}

// Slice is the text of a span.
func (d *Document) Slice(s Span) string { return d.text[s.Start:s.End] }

// Position is a place for people: both from 1, columns in characters.
type Position struct{ Line, Column int }

// Position finds the place of an offset.
func (d *Document) Position(offset uint32) Position {
	before := d.text[:min(int(offset), len(d.text))]
	line := before[strings.LastIndexByte(before, '\n')+1:]
	return Position{strings.Count(before, "\n") + 1, utf8.RuneCountInString(line) + 1}
}

// syntaxError gives the parser's own error our words for places.
func (d *Document) syntaxError(p *unstable.Parser, err error) error {
	at := Span{uint32(len(d.text)), uint32(len(d.text))}
	if found, ok := err.(*unstable.ParserError); ok && len(found.Highlight) > 0 {
		r := p.Range(found.Highlight)
		at = Span{r.Offset, r.Offset + r.Length}
		if int(at.End) == len(d.text) && strings.Contains(err.Error(), "end of input") {
			at.Start = at.End
		}
	}
	message, help := d.wholeCharacter(at.Start, err.Error())
	e := d.Errorf(at, "%s", message)
	e.Help = help
	return e
}

// wholeCharacter has the parser name a character where it names the first byte of one, and tells what quotes there are
// where it is one that text programs put in their place.
func (d *Document) wholeCharacter(at uint32, message string) (whole, help string) {
	if int(at) >= len(d.text) || d.text[at] < utf8.RuneSelf {
		return message, ""
	}
	r, _ := utf8.DecodeRuneInString(d.text[at:])
	if strings.ContainsRune("“”„«»‘’‚′″", r) {
		help = "strings stand in plain quotes: \"…\" or '…'"
	}
	return strings.Replace(message, fmt.Sprintf("%#U", rune(d.text[at])), fmt.Sprintf("%#U", r), 1), help
}

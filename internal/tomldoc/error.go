package tomldoc

import (
	"fmt"
	"strconv"
	"strings"
	"unicode/utf8"
)

// Error is something wrong with a document, at a place that it shows:
//
//	expected a string, found an integer
//	 --> Cargo.toml:3:11
//	  |
//	3 | version = 1
//	  |           ^
type Error struct {
	Name    string // of the document
	At      Position
	Line    string // the line of At, without its end
	Width   int    // characters to mark
	Message string
	Note    string // beside the marks: may be empty
	Help    string // what to do next: may be empty

	Malformed bool // the text is no TOML, or has a value of a type that its reader does not take there
}

func (e *Error) Error() string {
	var b strings.Builder
	number := strconv.Itoa(e.At.Line)
	margin := strings.Repeat(" ", len(number))
	fmt.Fprintf(&b, "%s\n%s--> %s:%d:%d\n%s |\n%s | %s\n%s | ", e.Message, margin, e.Name, e.At.Line, e.At.Column, margin, number, shown(e.Line), margin)
	b.WriteString(indent(e.Line, e.At.Column-1))
	b.WriteString(strings.Repeat("^", max(1, e.Width)))
	if e.Note != "" {
		b.WriteString(" " + e.Note)
	}
	if e.Help != "" {
		fmt.Fprintf(&b, "\n%s = help: %s", margin, e.Help)
	}
	return b.String()
}

// indent is the room that so many characters of a shown line take.
func indent(line string, characters int) string {
	var b strings.Builder
	for _, r := range line {
		if characters--; characters < 0 {
			break
		}
		b.WriteByte(' ')
		if r == '\t' {
			b.WriteString("   ")
		}
	}
	return b.String()
}

// shown is a line for a terminal: tabs of a known width, and nothing that moves the cursor.
func shown(line string) string {
	line = strings.ReplaceAll(line, "\t", "    ")
	return strings.Map(func(r rune) rune {
		if r < ' ' || r == 0x7f || r == utf8.RuneError {
			return '\uFFFD'
		}
		return r
	}, line)
}

// Errorf is an error about what stands at a span.
func (d *Document) Errorf(at Span, format string, args ...any) *Error {
	start := min(int(at.Start), len(d.text))
	from := strings.LastIndexByte(d.text[:start], '\n') + 1
	line := d.text[from:]
	if end := strings.IndexByte(line, '\n'); end >= 0 {
		line = line[:end]
	}
	line = strings.TrimSuffix(line, "\r")
	marked := d.text[start:max(start, min(int(at.End), from+len(line)))]
	return &Error{
		Name:    d.name,
		At:      d.Position(uint32(start)),
		Line:    line,
		Width:   utf8.RuneCountInString(marked),
		Message: fmt.Sprintf(format, args...),
	}
}

// WithNote adds words beside the marks.
func (e *Error) WithNote(format string, args ...any) *Error {
	e.Note = fmt.Sprintf(format, args...)
	return e
}

// WithHelp adds what to do next.
func (e *Error) WithHelp(format string, args ...any) *Error {
	e.Help = fmt.Sprintf(format, args...)
	return e
}

package snippet

import (
	"strings"
	"unicode/utf8"

	"berth/internal/columns"
)

// line is a line of a text.
type line struct {
	text   string // without its end
	number int    // from 1
	start  int    // in bytes of the whole text
	end    int    // with the line's own end
}

// spot is a place in a line: in characters, and in columns of what is shown.
type spot struct {
	line         int // number
	char, column int
}

// lines are all lines of a text; an empty one has one.
func linesOf(text string) []line {
	var all []line
	at := 0
	for whole := range strings.Lines(text) {
		bare := strings.TrimSuffix(strings.TrimSuffix(whole, "\n"), "\r")
		if !strings.HasSuffix(whole, "\n") {
			bare = whole
		}
		all = append(all, line{bare, len(all) + 1, at, at + len(whole)})
		at += len(whole)
	}
	if all == nil {
		all = []line{{number: 1}}
	}
	return all
}

// find is the line that holds an offset, which may be one past the text.
func find(all []line, offset int) line {
	for _, l := range all {
		if l.start <= offset && offset < l.end {
			return l
		}
	}
	return all[len(all)-1]
}

// spotOf is where an offset is. The end of a line counts as a character.
func spotOf(all []line, offset int) spot {
	l := find(all, offset)
	before := l.text[:min(offset-l.start, len(l.text))]
	s := spot{l.number, utf8.RuneCountInString(before), columnsOf(before)}
	if offset-l.start > len(l.text) {
		s.char++
	}
	return s
}

func columnsOf(text string) int {
	n := 0
	for _, r := range text {
		n += columnsOfRune(r)
	}
	return n
}

func columnsOfRune(r rune) int {
	switch {
	case r == '\t':
		return 4
	case turnsText(r):
		return 1
	}
	return columns.OfRune(r)
}

// turnsText: the character changes the direction of what follows.
func turnsText(r rune) bool { return r >= '\u202a' && r <= '\u202e' || r >= '\u2066' && r <= '\u2069' }

// shown is a text as it can be shown: tabs of a known width, and nothing that moves the cursor or turns the direction.
func shown(text string) string {
	var b strings.Builder
	for _, r := range text {
		switch {
		case r == '\t':
			b.WriteString("    ")
		case r < ' ':
			b.WriteRune('\u2400' + r) // its picture
		case r == 0x7f:
			b.WriteRune('\u2421')
		case r == '\u200d':
		case turnsText(r):
			b.WriteRune(utf8.RuneError)
		default:
			b.WriteRune(r)
		}
	}
	return b.String()
}

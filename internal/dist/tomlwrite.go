package dist

import (
	"fmt"
	"strings"
)

// The files that stock rustup rewrites must come out to the byte, also when a version or a name holds a quote. The Rust
// toml library picks, for each string, the plainest of five spellings that can hold it; so do we.

// appendString writes s as a value.
func appendString(b []byte, s string) []byte {
	if all(s, needsNoThought) { // nearly every string; writing a manifest takes half as long
		return append(append(append(b, '"'), s...), '"')
	}
	shape := measure(s)
	switch {
	case shape.plain() && shape.double == 0 && !shape.newline:
		return appendQuoted(b, s, `"`, false)
	case !shape.control && shape.single == 0 && !shape.newline:
		return appendQuoted(b, s, `'`, false)
	case shape.plain() && shape.double <= 2:
		return appendQuoted(b, s, `"""`, shape.newline)
	case !shape.control && shape.single <= 2:
		return appendQuoted(b, s, `'''`, shape.newline)
	case shape.newline:
		return appendQuoted(b, s, `"""`, true)
	}
	return appendQuoted(b, s, `"`, false)
}

func needsNoThought(c byte) bool { return c >= ' ' && c != '"' && c != '\\' && c != 0x7f }

// appendKey writes s as a part of a key.
func appendKey(b []byte, s string) []byte {
	shape := measure(s)
	switch {
	case shape.bare:
		return append(b, s...)
	case shape.plain() && shape.double == 0 && !shape.newline:
		return appendQuoted(b, s, `"`, false)
	case !shape.control && shape.single == 0 && !shape.newline:
		return appendQuoted(b, s, `'`, false)
	}
	return appendQuoted(b, s, `"`, false)
}

// shape is what a string holds that decides how it can be written.
type shape struct {
	bare           bool // letters, digits, '-', '_' only
	control        bool // control characters other than tab and newline
	backslash      bool
	newline        bool
	single, double int // the longest run of each quote
}

func (s shape) plain() bool { return !s.control && !s.backslash }

func measure(s string) shape {
	m := shape{bare: s != ""}
	single, double := 0, 0
	for i := 0; i < len(s); i++ {
		c := s[i]
		single, double = run(single, c == '\''), run(double, c == '"')
		m.single, m.double = max(m.single, single), max(m.double, double)
		m.bare = m.bare && isBare(c)
		switch {
		case c == '\\':
			m.backslash = true
		case c == '\n':
			m.newline = true
		case c < ' ' && c != '\t', c == 0x7f:
			m.control = true
		}
	}
	return m
}

func run(n int, more bool) int {
	if more {
		return n + 1
	}
	return 0
}

func isBare(c byte) bool {
	return 'a' <= c && c <= 'z' || 'A' <= c && c <= 'Z' || '0' <= c && c <= '9' || c == '-' || c == '_'
}

// appendQuoted writes s between quotes, with escapes if these are double ones. A string over several lines begins on a
// line of its own.
func appendQuoted(b []byte, s, quote string, lines bool) []byte {
	b = append(b, quote...)
	if lines {
		b = append(b, '\n')
	}
	if quote[0] == '"' {
		b = appendEscaped(b, s, len(quote) == 3)
	} else {
		b = append(b, s...)
	}
	return append(b, quote...)
}

func appendEscaped(b []byte, s string, long bool) []byte {
	quotes, most := 0, 0
	if long {
		most = 2
	}
	for i := 0; i < len(s); i++ {
		c := s[i]
		quotes = run(quotes, c == '"')
		at := strings.IndexByte("\b\t\n\f\r\\", c)
		switch {
		case c == '"' && quotes > most:
			b, quotes = append(b, `\"`...), 0
		case c == '\n' && long, at < 0 && c >= ' ' && c != 0x7f:
			b = append(b, c)
		case at >= 0:
			b, quotes = append(b, '\\', `btnfr\`[at]), 0
		default:
			b, quotes = fmt.Appendf(b, `\u%04X`, c), 0
		}
	}
	return b
}

// Package tomlquote writes TOML strings as stock rustup and Cargo do, to the byte: two
// programs that rewrite one file (settings.toml, Cargo.lock) must not turn it to and fro,
// and people keep it under version control.
//
// The rule for both keys and values is to take the first form in which the text can stand:
// bare (keys only), "basic" without escapes, 'literal', then for values the two of several
// lines, and at last "basic" with escapes. Text that is not UTF-8 is the caller's mistake.
package tomlquote

import (
	"strings"
)

// traits are what the choice depends on.
type traits struct {
	bare           bool // only letters, digits, '-' and '_'
	single, double int  // the longest run of each quote
	backslash      bool
	newline        bool
	control        bool // any that needs an escape; a tab does not
}

func traitsOf(s string) traits {
	t := traits{bare: s != ""}
	single, double := 0, 0
	for i := range len(s) {
		c := s[i]
		t.bare = t.bare && bareChar(c)
		single, double = run(single, c == '\''), run(double, c == '"')
		t.single, t.double = max(t.single, single), max(t.double, double)
		switch {
		case c == '\\':
			t.backslash = true
		case c == '\n':
			t.newline = true
		case c < 0x20 && c != '\t' || c == 0x7f:
			t.control = true
		}
	}
	return t
}

func run(n int, more bool) int {
	if more {
		return n + 1
	}
	return 0
}

func bareChar(c byte) bool {
	return 'a' <= c && c <= 'z' || 'A' <= c && c <= 'Z' || '0' <= c && c <= '9' || c == '-' || c == '_'
}

// AppendKey appends a key, bare where it may be.
func AppendKey(b []byte, s string) []byte {
	switch t := traitsOf(s); {
	case t.bare:
		return append(b, s...)
	case !t.control && !t.newline && t.single == 0 && (t.backslash || t.double > 0):
		return quote(b, s, "'")
	}
	return appendEscaped(b, s, `"`)
}

// AppendValue appends a string as a value.
func AppendValue(b []byte, s string) []byte {
	if plain(s) {
		return quote(b, s, `"`)
	}
	t := traitsOf(s)
	oneLine := !t.control && !t.newline
	switch {
	case oneLine && !t.backslash && t.double == 0:
		return appendEscaped(b, s, `"`)
	case oneLine && t.single == 0:
		return quote(b, s, "'")
	case !t.control && !t.backslash && t.double <= 2:
		return appendEscaped(opened(b, `"""`, t), s, `"""`)
	case !t.control && t.single <= 2:
		return append(append(opened(b, "'''", t), s...), "'''"...)
	case t.newline:
		return appendEscaped(opened(b, `"""`, t), s, `"""`)
	}
	return appendEscaped(b, s, `"`)
}

// plain finds at once what nearly every string of a lock file is: without quotes, backslashes and controls.
func plain(s string) bool {
	for i := range len(s) {
		if c := s[i]; c < ' ' || c == '"' || c == '\\' || c == 0x7f {
			return false
		}
	}
	return true
}

func quote(b []byte, s, mark string) []byte {
	return append(append(append(b, mark...), s...), mark...)
}

// opened begins a string of several lines; a newline after the mark is not part of it.
func opened(b []byte, mark string, t traits) []byte {
	b = append(b, mark...)
	if t.newline {
		b = append(b, '\n')
	}
	return b
}

// appendEscaped writes a basic string of one line (with both its marks), or the
// rest of one of several lines, in which newlines and two quotes in a row stand as
// they are.
func appendEscaped(b []byte, s, mark string) []byte {
	lines := mark != `"`
	if !lines {
		b = append(b, mark...)
	}
	quotes := 0
	for i := range len(s) {
		c := s[i]
		quotes = run(quotes, c == '"')
		switch {
		case c == '\n' && lines, c == '"' && lines && quotes <= 2:
			b = append(b, c)
		case c == '"':
			b, quotes = append(b, `\"`...), 0
		default:
			b = appendChar(b, c)
		}
		if c < 0x20 && c != '\n' || c == '\\' || c == 0x7f {
			quotes = 0
		}
	}
	return append(b, mark...)
}

func appendChar(b []byte, c byte) []byte {
	const named, letters = "\b\t\n\f\r\\", `btnfr\`
	if i := strings.IndexByte(named, c); i >= 0 {
		return append(b, '\\', letters[i])
	}
	if c < 0x20 || c == 0x7f {
		const hex = "0123456789ABCDEF"
		return append(b, '\\', 'u', '0', '0', hex[c>>4], hex[c&15])
	}
	return append(b, c)
}

package configget

import "strings"

// strip takes out what would move a terminal's cursor or change its colours: sequences that begin with ESC, and control characters that are no
// white space, DEL among them. Cargo writes everything through such a filter.
func strip(text string) string {
	if !strings.ContainsFunc(text, func(r rune) bool { return hidden(byte(min(r, 0x80))) }) {
		return text
	}
	b := make([]byte, 0, len(text))
	for i := 0; i < len(text); i++ {
		switch c := text[i]; {
		case c == 0x1b:
			i += sequence(text[i+1:])
		case !hidden(c):
			b = append(b, c)
		}
	}
	return string(b)
}

func hidden(c byte) bool {
	switch c {
	case ' ', '\t', '\n', '\r', '\f':
		return false
	}
	return c < ' ' || c == 0x7f
}

// sequence is how many bytes belong to an ESC before them: [ … letter, a text up to BEL or ESC \\, or one more.
func sequence(rest string) int {
	if rest == "" {
		return 0
	}
	switch rest[0] {
	case '[':
		for i := 1; i < len(rest); i++ {
			if c := rest[i]; c >= 0x40 && c <= 0x7e {
				return i + 1
			}
		}
		return len(rest)
	case ']', 'P', 'X', '^', '_':
		i := strings.IndexAny(rest, "\a\x1b")
		switch {
		case i < 0:
			return len(rest)
		case rest[i] == 0x1b:
			return i // its own turn comes
		}
		return i + 1
	}
	return 1
}

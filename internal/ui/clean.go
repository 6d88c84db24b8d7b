package ui

import (
	"strings"
	"unicode/utf8"

	"berth/internal/redact"
)

// safe is what a message has to go through before it is written.
func safe(text string) string { return redact.Text(clean(text)) }

// clean takes out of a text what could steer a terminal: file names and servers' answers are written by others. Line ends and
// tabs stay, colours are dropped, other control characters become `?`. Bytes that are no UTF-8 stay: names of files have
// them.
func clean(text string) string { return pen{}.filter(text) }

// filter is clean, except that a pen that is on lets colours through: a result may have been painted.
func (p pen) filter(text string) string {
	i := strings.IndexFunc(text, isControl)
	if i < 0 {
		return text
	}
	var b strings.Builder
	for i >= 0 {
		b.WriteString(text[:i])
		text = text[i:]
		_, n := utf8.DecodeRuneInString(text)
		switch sequence := colorSequence(text); {
		case sequence > 0:
			n = sequence
			if p.on {
				b.WriteString(text[:n])
			}
		case text[0] == '\r' && strings.HasPrefix(text[n:], "\n"):
		default:
			b.WriteByte('?')
		}
		text = text[n:]
		i = strings.IndexFunc(text, isControl)
	}
	b.WriteString(text)
	return b.String()
}

func isControl(r rune) bool {
	return r < ' ' && r != '\n' && r != '\t' || r >= 0x7f && r < 0xa0
}

// colorSequence is the length of the sequence that sets colours at the beginning of text, 0 without one.
func colorSequence(text string) int {
	rest, ok := strings.CutPrefix(text, "\x1b[")
	if !ok {
		return 0
	}
	n := len(rest) - len(strings.TrimLeft(rest, "0123456789;"))
	if n == len(rest) || rest[n] != 'm' {
		return 0
	}
	return len("\x1b[") + n + 1
}

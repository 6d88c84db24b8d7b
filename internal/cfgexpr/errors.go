package cfgexpr

import (
	"fmt"
	"strings"
	"unicode/utf8"
)

// Error is a text that is neither a triple nor an expression.
type Error struct {
	Text     string // all of it
	At       int    // the byte where it goes wrong; len(Text) where something is missing at the end
	Expected string
	Found    string
}

func (e *Error) Error() string {
	return fmt.Sprintf("cannot read `%s` as a target: expected %s, found %s at character %d",
		e.Text, e.Expected, strings.ToValidUTF8(e.Found, "\ufffd"), utf8.RuneCountInString(e.Text[:e.At])+1)
}

// Hint says what to write.
func (e *Error) Hint() string {
	if strings.HasPrefix(e.Expected, "a target triple") {
		return "write a triple as rustc --print target-list shows it, or cfg(unix), cfg(target_os = \"linux\"), cfg(any(…)), cfg(not(…))"
	}
	return "write for example cfg(unix), cfg(target_os = \"linux\"), cfg(all(a, b)), cfg(any(a, b)) or cfg(not(a))"
}

func (p *parser) wrong(expected string) error {
	return &Error{Text: p.text, At: p.shift + p.tok.at, Expected: expected, Found: p.tok.describe()}
}

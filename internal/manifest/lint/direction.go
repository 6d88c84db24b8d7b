package lint

import (
	"fmt"
	"strings"

	"berth/internal/snippet"
)

// turnsText: the character changes the direction in which a terminal or an editor shows what follows.
func turnsText(r rune) bool { return r >= '\u202a' && r <= '\u202e' || r >= '\u2066' && r <= '\u2069' }

// checkComments: comments do not look like what they are.
func (s *Subject) checkComments(set Setting) {
	first := true
	for _, t := range turningTokens(s.Text()) {
		if !t.comment {
			continue
		}
		parts := []snippet.Part{s.turning(t, "comment")}
		if first {
			parts = append(parts, set.Note())
		}
		first = false
		s.Report(set.Level, "unicode codepoint changing visible direction of text present in comment", parts)
	}
}

// checkLiterals: strings do not look like what they are.
func (s *Subject) checkLiterals(set Setting) {
	first := true
	for _, t := range turningTokens(s.Text()) {
		if t.comment {
			continue
		}
		parts := []snippet.Part{s.turning(t, "literal")}
		if first {
			parts = append(parts, set.Note())
		}
		first = false
		s.Report(set.Level, "unicode codepoint changing visible direction of text present in literal", parts,
			Advice("if you want to keep them but make them visible in your source code, you can escape them", s.change(t.span, escaped(s.Text()[t.span.Start:t.span.End]))))
	}
}

// turning shows a token, and in it each character that turns the text.
func (s *Subject) turning(t token, what string) snippet.Part {
	marks := []snippet.Mark{{Span: t.span, Label: "this " + what + " contains an invisible unicode text flow control codepoint"}}
	for i, r := range s.Text()[t.span.Start:t.span.End] {
		if turnsText(r) {
			at := t.span.Start + i
			marks = append(marks, snippet.Mark{Span: snippet.Span{Start: at, End: at + len(string(r))}, Main: true, Label: fmt.Sprintf(`"\u{%x}"`, r)})
		}
	}
	return s.Excerpt(marks...)
}

// escaped is a string with those characters written out, as Cargo advises to.
func escaped(literal string) string {
	mark := literal[:1]
	quotes := 1
	if strings.HasPrefix(literal, strings.Repeat(mark, 3)) {
		quotes = 3
	}
	text := literal[quotes : len(literal)-quotes]
	if mark == "'" {
		text = strings.ReplaceAll(text, `\`, `\\`)
		if quotes == 1 {
			text = strings.ReplaceAll(text, `"`, `\"`)
		}
	}
	if quotes == 3 && strings.Contains(text, "\n") && text[0] != '\n' {
		text = "\n" + text
	}
	var b strings.Builder
	for _, r := range text {
		if turnsText(r) {
			fmt.Fprintf(&b, `\u{%X}`, r)
		} else {
			b.WriteRune(r)
		}
	}
	around := strings.Repeat(`"`, quotes)
	return around + b.String() + around
}

// token is a comment or a string of a document.
type token struct {
	span    snippet.Span
	comment bool
}

// turningTokens are those that hold such a character. The document is known to be right.
func turningTokens(text string) []token {
	if !strings.Contains(text, "\u202a"[:2]) && !strings.Contains(text, "\u2066"[:2]) { // faster than a look at each character
		return nil
	}
	var all []token
	for at := 0; at < len(text); {
		end := at + tokenLength(text[at:])
		if end > at && strings.IndexFunc(text[at:end], turnsText) >= 0 {
			all = append(all, token{snippet.Span{Start: at, End: end}, text[at] == '#'})
		}
		at = max(end, at+1)
	}
	return all
}

// tokenLength is how long the comment or string is that a text begins with, 0 where it begins with neither.
func tokenLength(text string) int {
	switch text[0] {
	case '#':
		if end := strings.IndexAny(text, "\r\n"); end >= 0 {
			return end
		}
		return len(text)
	case '"', '\'':
		mark := text[:1]
		if triple := strings.Repeat(mark, 3); strings.HasPrefix(text, triple) {
			return 3 + quotedLength(text[3:], triple)
		}
		return 1 + quotedLength(text[1:], mark)
	}
	return 0
}

// quotedLength is how long the rest of a string is with the quotes that end it; three of them may follow on two that are
// content.
func quotedLength(text, end string) int {
	for at := 0; at < len(text); at++ {
		switch {
		case text[at] == '\\' && end[0] == '"':
			at++
		case strings.HasPrefix(text[at:], end):
			at += len(end)
			for more := 0; len(end) == 3 && more < 2 && at < len(text) && text[at] == end[0]; more++ {
				at++
			}
			return at
		}
	}
	return len(text)
}

// Package gitconfig reads the files of git's configuration, .gitmodules among them, entry by entry. What is included is
// the caller's to follow: only the caller knows from where.
package gitconfig

import (
	"fmt"
	"iter"
	"os"
	"path/filepath"
	"strings"
)

// Entry is one line: section.key, in lower case, or section.sub.key.
type Entry struct {
	Section, Sub, Key string
	Value             string
	HasValue          bool // a key alone stands for true
}

// Path is the file that a value names, as one of a file does that includes another: ~/ is below the user's home, and what is relative is below
// the directory of the file that the value stands in.
func (e Entry) Path(in, home string) string {
	switch {
	case len(e.Value) > 1 && e.Value[0] == '~' && os.IsPathSeparator(e.Value[1]):
		return filepath.Join(home, e.Value[2:])
	case filepath.IsAbs(e.Value):
		return e.Value
	}
	return filepath.Join(filepath.Dir(in), e.Value)
}

// Is tells whether the entry is section.key, of no subsection.
func (e Entry) Is(section, key string) bool {
	return e.Section == section && e.Sub == "" && e.Key == key
}

// Entries are the entries of a file, in order. Where the file is wrong it ends with an error: git would refuse all of it.
func Entries(text string) iter.Seq2[Entry, error] {
	return func(yield func(Entry, error) bool) {
		g := scanner{text: strings.ReplaceAll(strings.TrimPrefix(text, "\ufeff"), "\r\n", "\n")}
		var within Entry
		for {
			g.blank()
			if g.at == len(g.text) {
				return
			}
			start, ok := g.at, false
			if g.text[g.at] == '[' {
				within, ok = g.header()
			} else {
				var e Entry
				if e, ok = g.entry(within); ok && !yield(e, nil) {
					return
				}
			}
			if !ok {
				yield(Entry{}, fmt.Errorf("line %d: expected [section] or key = value, as git has it", 1+strings.Count(g.text[:start], "\n")))
				return
			}
		}
	}
}

type scanner struct {
	text string
	at   int
}

// blank passes over white space and comments.
func (g *scanner) blank() {
	for g.at < len(g.text) {
		switch c := g.text[g.at]; {
		case c == '#' || c == ';':
			g.line()
		case c == ' ' || c == '\t' || c == '\n':
			g.at++
		default:
			return
		}
	}
}

func (g *scanner) line() {
	if end := strings.IndexByte(g.text[g.at:], '\n'); end >= 0 {
		g.at += end
		return
	}
	g.at = len(g.text)
}

// header reads [section], [section "sub"] or, of old, [section.sub].
func (g *scanner) header() (Entry, bool) {
	end := strings.IndexAny(g.text[g.at:], "]\n\"")
	if end < 0 || g.text[g.at+end] == '\n' {
		return Entry{}, false
	}
	name := strings.ToLower(strings.TrimSpace(g.text[g.at+1 : g.at+end]))
	g.at += end + 1
	if g.text[g.at-1] == ']' {
		section, sub, _ := strings.Cut(name, ".")
		return Entry{Section: section, Sub: sub}, section != ""
	}
	var sub strings.Builder
	for ; g.at < len(g.text) && g.text[g.at] != '"' && g.text[g.at] != '\n'; g.at++ {
		if g.text[g.at] == '\\' && g.at+1 < len(g.text) {
			g.at++
		}
		sub.WriteByte(g.text[g.at])
	}
	if !strings.HasPrefix(g.text[g.at:], `"]`) {
		return Entry{}, false
	}
	g.at += len(`"]`)
	return Entry{Section: name, Sub: sub.String()}, name != ""
}

// entry reads key = value.
func (g *scanner) entry(within Entry) (Entry, bool) {
	start := g.at
	for g.at < len(g.text) && isName(g.text[g.at]) {
		g.at++
	}
	if g.at == start || within.Section == "" {
		return Entry{}, false
	}
	e := within
	e.Key = strings.ToLower(g.text[start:g.at])
	g.spaces()
	if g.at == len(g.text) || strings.IndexByte("\n#;", g.text[g.at]) >= 0 {
		return e, true
	}
	if g.text[g.at] != '=' {
		return Entry{}, false
	}
	g.at++
	g.spaces()
	value, ok := g.value()
	e.Value, e.HasValue = value, true
	return e, ok
}

func isName(c byte) bool {
	return 'a' <= c && c <= 'z' || 'A' <= c && c <= 'Z' || '0' <= c && c <= '9' || c == '-'
}

func (g *scanner) spaces() {
	for g.at < len(g.text) && (g.text[g.at] == ' ' || g.text[g.at] == '\t') {
		g.at++
	}
}

// value reads to the end of the line, and of the next where a backslash is last. White space at the end is not part of
// it unless it is quoted.
func (g *scanner) value() (string, bool) {
	var b strings.Builder
	quoted, kept := false, 0
	for ; g.at < len(g.text); g.at++ {
		switch c := g.text[g.at]; {
		case c == '\n':
			return b.String()[:kept], !quoted
		case c == '"':
			quoted = !quoted
			kept = b.Len()
		case c == '\\':
			if g.at++; g.at == len(g.text) {
				return "", false
			}
			if !g.escape(&b) {
				return "", false
			}
			kept = b.Len()
		case (c == '#' || c == ';') && !quoted:
			g.line()
			return b.String()[:kept], true
		default:
			b.WriteByte(c)
			if quoted || c != ' ' && c != '\t' {
				kept = b.Len()
			}
		}
	}
	return b.String()[:kept], !quoted
}

func (g *scanner) escape(b *strings.Builder) bool {
	switch c := g.text[g.at]; c {
	case '\n':
	case 'n':
		b.WriteByte('\n')
	case 't':
		b.WriteByte('\t')
	case 'b':
		b.WriteByte('\b')
	case '\\', '"':
		b.WriteByte(c)
	default:
		return false
	}
	return true
}

package cargohttp

import (
	"iter"
	"strings"
)

// gitEntry is one line of git's configuration: section.key, in lower case. A section with a subsection has that
// between, in quotes, so that it is none of the keys that are looked for.
type gitEntry struct {
	key, value string
	hasValue   bool
}

// gitEntries are the entries of a file, in order. It ends where the file is wrong: git would refuse all of it.
func gitEntries(text string) iter.Seq[gitEntry] {
	return func(yield func(gitEntry) bool) {
		g := gitScanner{text: strings.ReplaceAll(strings.TrimPrefix(text, "\ufeff"), "\r\n", "\n")}
		section := ""
		for {
			g.blank()
			switch {
			case g.at == len(g.text):
				return
			case g.text[g.at] == '[':
				name, ok := g.header()
				if !ok {
					return
				}
				section = name
			default:
				entry, ok := g.entry(section)
				if !ok || !yield(entry) {
					return
				}
			}
		}
	}
}

type gitScanner struct {
	text string
	at   int
}

// blank passes over white space and comments.
func (g *gitScanner) blank() {
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

func (g *gitScanner) line() {
	if end := strings.IndexByte(g.text[g.at:], '\n'); end >= 0 {
		g.at += end
		return
	}
	g.at = len(g.text)
}

// header reads [section] or [section "subsection"].
func (g *gitScanner) header() (string, bool) {
	end := strings.IndexAny(g.text[g.at:], "]\n\"")
	if end < 0 || g.text[g.at+end] == '\n' {
		return "", false
	}
	name := strings.ToLower(strings.TrimSpace(g.text[g.at+1 : g.at+end]))
	g.at += end
	if g.text[g.at] == ']' {
		g.at++
		return name, true
	}
	for g.at++; g.at < len(g.text) && g.text[g.at] != '"' && g.text[g.at] != '\n'; g.at++ {
		if g.text[g.at] == '\\' {
			g.at++
		}
	}
	rest := g.text[min(g.at, len(g.text)):]
	if !strings.HasPrefix(rest, `"]`) {
		return "", false
	}
	g.at += 2
	return name + ` "…"`, true
}

// entry reads key = value; a key alone stands for true and has no text.
func (g *gitScanner) entry(section string) (gitEntry, bool) {
	start := g.at
	for g.at < len(g.text) && isGitName(g.text[g.at]) {
		g.at++
	}
	if g.at == start || section == "" {
		return gitEntry{}, false
	}
	e := gitEntry{key: section + "." + strings.ToLower(g.text[start:g.at])}
	g.spaces()
	if g.at == len(g.text) || strings.IndexByte("\n#;", g.text[g.at]) >= 0 {
		return e, true
	}
	if g.text[g.at] != '=' {
		return gitEntry{}, false
	}
	g.at++
	g.spaces()
	value, ok := g.value()
	e.value, e.hasValue = value, true
	return e, ok
}

func isGitName(c byte) bool {
	return 'a' <= c && c <= 'z' || 'A' <= c && c <= 'Z' || '0' <= c && c <= '9' || c == '-'
}

func (g *gitScanner) spaces() {
	for g.at < len(g.text) && (g.text[g.at] == ' ' || g.text[g.at] == '\t') {
		g.at++
	}
}

// value reads to the end of the line, and of the next where a backslash is last. White space at the end is not part of
// it unless it is quoted.
func (g *gitScanner) value() (string, bool) {
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

func (g *gitScanner) escape(b *strings.Builder) bool {
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

package cfgexpr

import (
	"strings"
	"unicode/utf8"
)

type tokenKind uint8

const (
	tokenEnd tokenKind = iota
	tokenOpen
	tokenClose
	tokenComma
	tokenEquals
	tokenIdent
	tokenString
	tokenBad // text says what it is
)

type token struct {
	kind tokenKind
	at   int
	text string // of a name without r#, of a string without its quotes
	raw  bool
}

// next reads a token. Only the space stands between tokens: a tab or a line's end is
// wrong, as in Cargo.
func (p *parser) next() {
	for p.pos < len(p.in) && p.in[p.pos] == ' ' {
		p.pos++
	}
	p.tok = token{at: p.pos}
	if p.pos == len(p.in) {
		return
	}
	switch c := p.in[p.pos]; {
	case c == '(':
		p.single(tokenOpen)
	case c == ')':
		p.single(tokenClose)
	case c == ',':
		p.single(tokenComma)
	case c == '=':
		p.single(tokenEquals)
	case c == '"':
		p.quoted()
	case startsName(c):
		p.name()
	default:
		p.bad()
	}
}

func (p *parser) single(kind tokenKind) {
	p.tok.kind = kind
	p.tok.text = p.in[p.pos : p.pos+1]
	p.pos++
}

func (p *parser) quoted() {
	rest := p.in[p.pos+1:]
	end := strings.IndexByte(rest, '"')
	if end < 0 {
		p.tok.kind, p.tok.text = tokenBad, "a text without its closing quote"
		return
	}
	p.tok.kind, p.tok.text = tokenString, rest[:end]
	p.pos += end + 2
}

func (p *parser) name() {
	if strings.HasPrefix(p.in[p.pos:], "r#") {
		p.tok.raw = true
		p.pos += 2
		if p.pos == len(p.in) || !startsName(p.in[p.pos]) {
			p.tok.at = p.pos
			p.bad()
			return
		}
	}
	start := p.pos
	for p.pos < len(p.in) && (startsName(p.in[p.pos]) || '0' <= p.in[p.pos] && p.in[p.pos] <= '9') {
		p.pos++
	}
	p.tok.kind, p.tok.text = tokenIdent, p.in[start:p.pos]
}

// bad stands at something that begins no token.
func (p *parser) bad() {
	p.tok.kind, p.tok.text = tokenBad, "the end"
	if p.pos < len(p.in) {
		_, size := utf8.DecodeRuneInString(p.in[p.pos:])
		p.tok.text = "`" + p.in[p.pos:p.pos+size] + "`"
	}
}

func startsName(c byte) bool {
	return c == '_' || 'a' <= c && c <= 'z' || 'A' <= c && c <= 'Z'
}

// describe names a token for people.
func (t token) describe() string {
	switch t.kind {
	case tokenEnd:
		return "the end"
	case tokenBad:
		return t.text
	case tokenString:
		return `"` + t.text + `"`
	}
	return "`" + t.text + "`"
}

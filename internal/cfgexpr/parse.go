package cfgexpr

import (
	"strings"
	"unicode"
)

// maxDepth bounds the recursion of everything here. Written by hand three levels are
// many; without a bound a hostile manifest of a few megabytes takes a gigabyte of stack.
const maxDepth = 1000

// Parse reads a platform: cfg(…), or else a triple.
func Parse(text string) (Platform, error) {
	if inner, ok := strings.CutPrefix(text, "cfg("); ok {
		if inner, ok := strings.CutSuffix(inner, ")"); ok {
			p := parser{text: text, in: inner, shift: len("cfg(")}
			e, err := p.whole()
			return Platform{Expr: e}, err
		}
	}
	return Platform{Triple: text}, checkTriple(text)
}

// ParseCfg reads a single value.
func ParseCfg(text string) (Cfg, error) {
	p := parser{text: text, in: text}
	p.next()
	c, err := p.value()
	if err == nil {
		err = p.end()
	}
	return c, err
}

// checkTriple lets pass what can be a triple or the name of a target file without
// its suffix.
func checkTriple(text string) error {
	for i, r := range text {
		if !alphanumeric(r) && r != '_' && r != '-' && r != '.' {
			e := &Error{Text: text, At: i, Found: "`" + string(r) + "`", Expected: "a target triple"}
			if strings.ContainsRune(text, '(') {
				e.Expected = "a target triple or cfg(…)"
			}
			return e
		}
	}
	return nil
}

func alphanumeric(r rune) bool {
	return unicode.IsLetter(r) || unicode.IsNumber(r) || unicode.Is(unicode.Other_Alphabetic, r)
}

// parser is one token ahead.
type parser struct {
	text  string // for errors
	in    string
	shift int // of in within text
	depth int

	pos int // behind the token
	tok token
}

func (p *parser) whole() (*Expr, error) {
	p.next()
	e, err := p.expr()
	if err == nil {
		err = p.end()
	}
	if err != nil {
		return nil, err
	}
	return &e, nil
}

func (p *parser) end() error {
	if p.tok.kind != tokenEnd {
		return p.wrong("nothing more")
	}
	return nil
}

func (p *parser) expr() (Expr, error) {
	if p.depth++; p.depth > maxDepth {
		return Expr{}, &Error{Text: p.text, At: p.shift + p.tok.at, Found: "more", Expected: "at most 1000 levels of parentheses"}
	}
	defer func() { p.depth-- }()
	if p.tok.kind == tokenIdent && !p.tok.raw {
		switch p.tok.text {
		case "all":
			return p.list(All)
		case "any":
			return p.list(Any)
		case "not":
			return p.not()
		}
	}
	c, err := p.value()
	switch {
	case err != nil:
		return Expr{}, err
	// Also where they are raw: r#true is the literal for Cargo too.
	case !c.HasValue && c.Key.Name == "true":
		return Expr{Op: True}, nil
	case !c.HasValue && c.Key.Name == "false":
		return Expr{Op: False}, nil
	}
	return Expr{Op: Value, Cfg: c}, nil
}

// list reads (a, b, …) with a comma at the end or without.
func (p *parser) list(op Op) (Expr, error) {
	e := Expr{Op: op}
	p.next()
	if err := p.eat(tokenOpen, "`(`"); err != nil {
		return e, err
	}
	for p.tok.kind != tokenClose {
		arg, err := p.expr()
		if err != nil {
			return e, err
		}
		e.Args = append(e.Args, arg)
		if p.tok.kind != tokenComma {
			return e, p.eat(tokenClose, "`,` or `)`")
		}
		p.next()
	}
	p.next()
	return e, nil
}

func (p *parser) not() (Expr, error) {
	p.next()
	if err := p.eat(tokenOpen, "`(`"); err != nil {
		return Expr{}, err
	}
	arg, err := p.expr()
	if err != nil {
		return Expr{}, err
	}
	return Expr{Op: Not, Args: []Expr{arg}}, p.eat(tokenClose, "`)`")
}

func (p *parser) value() (Cfg, error) {
	if p.tok.kind != tokenIdent {
		return Cfg{}, p.wrong("a name")
	}
	c := Cfg{Key: Ident{p.tok.text, p.tok.raw}}
	if p.next(); p.tok.kind != tokenEquals {
		return c, nil
	}
	if p.next(); p.tok.kind != tokenString {
		return c, p.wrong(`a text in quotes (")`)
	}
	c.HasValue, c.Value = true, p.tok.text
	p.next()
	return c, nil
}

func (p *parser) eat(kind tokenKind, expected string) error {
	if p.tok.kind != kind {
		return p.wrong(expected)
	}
	p.next()
	return nil
}

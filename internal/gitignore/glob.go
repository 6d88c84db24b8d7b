package gitignore

import "strings"

// glob is one pattern without alternatives.
type glob []token

type kind uint8

const (
	char   kind = iota // this character
	any1               // one character but /
	star               // any but /
	prefix             // **/ at the beginning: nothing, or anything that ends in /
	suffix             // /** at the end: / and anything
	middle             // /**/ between: / or anything between two
	class              // one of a class
)

type token struct {
	kind   kind
	char   byte
	negate bool
	ranges [][2]byte
}

// parseGlobs reads a pattern; with {a,b} it is several.
func parseGlobs(text string, d Dialect) ([]glob, error) {
	if d == Git {
		g, err := parseGlob(text, text)
		return []glob{g}, err
	}
	flat, err := alternatives(text, text)
	if err != nil {
		return nil, err
	}
	var globs []glob
	for _, one := range flat {
		g, err := parseGlob(one, text)
		if err != nil {
			return nil, err
		}
		globs = append(globs, g)
	}
	return globs, nil
}

// mostAlternatives bounds what {a,b}{c,d}… multiplies to.
const mostAlternatives = 10_000

// alternatives writes {a,b} out.
func alternatives(text, whole string) ([]string, error) {
	open, depth, last := -1, 0, 0
	var parts []string
	for i := 0; i < len(text); i++ {
		switch text[i] {
		case '\\':
			i++
		case '[':
			if end := classEnd(text, i); end > 0 {
				i = end
			}
		case '{':
			if depth++; depth == 1 {
				open, last, parts = i, i+1, nil
			}
		case ',':
			if depth == 1 {
				parts, last = append(parts, text[last:i]), i+1
			}
		case '}':
			if depth--; depth < 0 {
				return nil, &PatternError{whole, "unopened alternate group; missing '{' (maybe escape '}' with '[}]'?)"}
			}
			if depth > 0 {
				continue
			}
			var all []string
			for _, part := range append(parts, text[last:i]) {
				more, err := alternatives(text[:open]+part+text[i+1:], whole)
				if all = append(all, more...); err != nil || len(all) > mostAlternatives {
					return all, err
				}
			}
			return all, nil
		}
	}
	if depth > 0 {
		return nil, &PatternError{whole, "unclosed alternate group; missing '}' (maybe escape '{' with '[{]'?)"}
	}
	return []string{text}, nil
}

// classEnd is where the class that begins at i ends, 0 if it does not.
func classEnd(text string, i int) int {
	j := i + 1
	if j < len(text) && (text[j] == '!' || text[j] == '^') {
		j++
	}
	if j < len(text) && text[j] == ']' {
		j++
	}
	for ; j < len(text); j++ {
		if text[j] == ']' {
			return j
		}
	}
	return 0
}

func parseGlob(text, whole string) (glob, error) {
	var g glob
	for i := 0; i < len(text); {
		switch c := text[i]; c {
		case '?':
			g, i = append(g, token{kind: any1}), i+1
		case '*':
			next := i
			for next < len(text) && text[next] == '*' {
				next++
			}
			g, i = stars(g, text, i, next)
		case '[':
			if classEnd(text, i) == 0 { // what is not closed stands for itself
				g, i = append(g, token{kind: char, char: '['}), i+1
				continue
			}
			t, end, err := parseClass(text, i, whole)
			if err != nil {
				return nil, err
			}
			g, i = append(g, t), end
		case '\\':
			if i++; i == len(text) {
				return nil, &PatternError{whole, `dangling '\'`}
			}
			fallthrough
		default:
			g, i = append(g, token{kind: char, char: text[i]}), i+1
		}
	}
	return g, nil
}

// stars reads the stars from i to next: two that fill a part of the path stand for any number of parts.
func stars(g glob, text string, i, next int) (glob, int) {
	begins := i == 0 || text[i-1] == '/'
	ends := next == len(text) || text[next] == '/'
	if next-i != 2 || !begins || !ends {
		return append(g, token{kind: star}), next
	}
	switch {
	case i == 0 && next == len(text):
		return append(g, token{kind: prefix}, token{kind: star}), next
	case i == 0:
		return append(g, token{kind: prefix}), next + 1
	case next == len(text):
		return append(g[:len(g)-1], token{kind: suffix}), next
	case g[len(g)-1].kind == prefix, g[len(g)-1].kind == middle: // **/**/
		return g, next + 1
	default:
		return append(g[:len(g)-1], token{kind: middle}), next + 1
	}
}

func parseClass(text string, i int, whole string) (token, int, error) {
	t := token{kind: class}
	end := classEnd(text, i)
	body := text[i+1 : end]
	if strings.HasPrefix(body, "!") || strings.HasPrefix(body, "^") {
		t.negate, body = true, body[1:]
	}
	for j := 0; j < len(body); j++ {
		if j+2 < len(body) && body[j+1] == '-' {
			if body[j] > body[j+2] {
				return t, 0, &PatternError{whole, "invalid range; '" + body[j:j+1] + "' > '" + body[j+2:j+3] + "'"}
			}
			t.ranges = append(t.ranges, [2]byte{body[j], body[j+2]})
			j += 2
			continue
		}
		t.ranges = append(t.ranges, [2]byte{body[j], body[j]})
	}
	return t, end + 1, nil
}

func (t *token) has(r byte) bool {
	for _, in := range t.ranges {
		if in[0] <= r && r <= in[1] {
			return !t.negate
		}
	}
	return t.negate
}

// fits: a class never has the slash. Characters are bytes, as for git.
func (t *token) fits(c byte) bool {
	switch t.kind {
	case char:
		return c == t.char
	case any1:
		return c != '/'
	default:
		return c != '/' && t.has(c)
	}
}

// match goes through the tokens and, at what can be of any length, tries the shortest first. What did not fit from a
// place once is not tried there again.
func (g glob) match(name string) bool {
	failed := map[[2]int]bool{}
	var from func(t, i int) bool
	from = func(t, i int) (ok bool) {
		for ; t < len(g); t++ {
			switch g[t].kind {
			case char, any1, class:
				if i == len(name) || !g[t].fits(name[i]) {
					return false
				}
				i++
			default:
				if failed[[2]int{t, i}] {
					return false
				}
				failed[[2]int{t, i}] = true
				return g.skip(t, i, name, from)
			}
		}
		return i == len(name)
	}
	return from(0, 0)
}

// skip tries every length of the token t at i.
func (g glob) skip(t, i int, name string, from func(t, i int) bool) bool {
	switch g[t].kind {
	case suffix:
		return strings.HasPrefix(name[i:], "/")
	case star:
		for {
			if from(t+1, i) {
				return true
			}
			if i == len(name) || name[i] == '/' {
				return false
			}
			i++
		}
	}
	if g[t].kind == prefix && from(t+1, i) {
		return true
	}
	for ; i < len(name); i++ {
		if name[i] == '/' && from(t+1, i+1) {
			return true
		}
	}
	return false
}

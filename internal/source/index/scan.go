package index

import (
	"strconv"
	"strings"
	"unicode/utf8"

	"berth/internal/crate"
)

// scanner reads lines as registries write them. An index is a large part of what resolving has to read, and reflection
// takes five times as long; so what is usual is read here, and whatever is not (escapes other than quotes and
// backslashes, keys in another case or twice, values of another type) is left to encoding/json, which decides.
type scanner struct {
	text  string
	at    int
	words []string // one piece of memory for the lists of the line
}

// scan reads a line; false where encoding/json has to.
func (r *record) scan(text string) bool {
	s := scanner{text: text}
	ok := s.object(func(key string) bool {
		switch key {
		case "name":
			return s.once(&r.Name)
		case "vers":
			return s.once(&r.Version)
		case "deps":
			return r.Deps == nil && s.array(func() bool { return s.dependency(&r.Deps) })
		case "cksum":
			return s.once(&r.Checksum)
		case "features":
			return r.Features == nil && s.features(&r.Features)
		case "features2":
			return r.Features2 == nil && s.features(&r.Features2)
		case "yanked":
			return s.boolean(&r.Yanked)
		case "links":
			return s.once(&r.Links)
		case "rust_version":
			return s.once(&r.RustVersion)
		case "v":
			return s.number(&r.Format)
		case "pubtime":
			return s.once(&r.Published)
		}
		return false
	})
	s.space()
	return ok && s.at == len(s.text)
}

func (s *scanner) dependency(list *[]dependency) bool {
	*list = append(*list, dependency{})
	d := &(*list)[len(*list)-1]
	return s.object(func(key string) bool {
		switch key {
		case "name":
			return s.once(&d.Name)
		case "req":
			return s.once(&d.Req)
		case "features":
			return d.Features == nil && s.strings(&d.Features)
		case "optional":
			return s.boolean(&d.Optional)
		case "default_features":
			d.DefaultFeatures = new(bool)
			return s.boolean(d.DefaultFeatures)
		case "target":
			return s.once(&d.Target)
		case "kind":
			return s.once(&d.Kind)
		case "registry":
			return s.once(&d.Registry)
		case "package":
			return s.once(&d.Package)
		case "public":
			return s.boolean(&d.Public)
		}
		return false
	})
}

func (s *scanner) space() {
	for s.at < len(s.text) && (s.text[s.at] == ' ' || s.text[s.at] == '\t' || s.text[s.at] == '\r' || s.text[s.at] == '\n') {
		s.at++
	}
}

// eat takes a character after spaces.
func (s *scanner) eat(c byte) bool {
	s.space()
	if s.at < len(s.text) && s.text[s.at] == c {
		s.at++
		return true
	}
	return false
}

func (s *scanner) word(w string) bool {
	s.space()
	if strings.HasPrefix(s.text[s.at:], w) {
		s.at += len(w)
		return true
	}
	return false
}

// list reads what is between two marks, separated by commas.
func (s *scanner) list(open, end byte, item func() bool) bool {
	if !s.eat(open) {
		return false
	}
	if s.eat(end) {
		return true
	}
	for item() {
		if s.eat(end) {
			return true
		}
		if !s.eat(',') {
			return false
		}
	}
	return false
}

func (s *scanner) object(field func(key string) bool) bool {
	return s.list('{', '}', func() bool {
		var key string
		return s.string(&key) && s.eat(':') && field(key)
	})
}

func (s *scanner) array(item func() bool) bool { return s.list('[', ']', item) }

// once reads a string, or null for none, where there is none yet.
func (s *scanner) once(into *string) bool {
	return *into == "" && (s.word("null") || s.string(into))
}

// string reads a string that is UTF-8 and without escapes but for those of quotes and backslashes.
func (s *scanner) string(into *string) bool {
	if !s.eat('"') {
		return false
	}
	start, escaped, ascii := s.at, false, true
	for ; s.at < len(s.text); s.at++ {
		switch c := s.text[s.at]; {
		case c == '"':
			*into = s.text[start:s.at]
			s.at++
			if escaped {
				*into = unescaped(*into)
			}
			return ascii || utf8.ValidString(*into)
		case c == '\\':
			if s.at++; s.at == len(s.text) || s.text[s.at] != '"' && s.text[s.at] != '\\' {
				return false
			}
			escaped = true
		case c < ' ':
			return false
		case c >= utf8.RuneSelf:
			ascii = false
		}
	}
	return false
}

// unescaped is a text in which only quotes and backslashes stand behind a backslash.
func unescaped(text string) string {
	buf := make([]byte, 0, len(text))
	for i := 0; i < len(text); i++ {
		if text[i] == '\\' {
			i++
		}
		buf = append(buf, text[i])
	}
	return string(buf)
}

func (s *scanner) strings(into *[]string) bool {
	from := len(s.words)
	ok := s.array(func() bool {
		var item string
		if !s.string(&item) {
			return false
		}
		s.words = append(s.words, item)
		return true
	})
	*into = s.words[from:len(s.words):len(s.words)]
	return ok
}

// features reads a table. Registries sort the keys, so that one that is there twice stands beside its like; it is left
// to encoding/json.
func (s *scanner) features(into *features) bool {
	*into = features{}
	return s.object(func(key string) bool {
		if n := len(*into); n > 0 && (*into)[n-1].Name >= key {
			for i := range *into {
				if (*into)[i].Name == key {
					return false
				}
			}
		}
		*into = append(*into, crate.DeclaredFeature{Name: key})
		return s.strings(&(*into)[len(*into)-1].Values)
	})
}

func (s *scanner) boolean(into *bool) bool {
	switch {
	case s.word("true"):
		*into = true
	case s.word("false"):
		*into = false
	default:
		return false
	}
	return true
}

func (s *scanner) number(into *int) bool {
	s.space()
	start := s.at
	for s.at < len(s.text) && s.text[s.at] >= '0' && s.text[s.at] <= '9' {
		s.at++
	}
	n, err := strconv.Atoi(s.text[start:s.at])
	*into = n
	return err == nil && s.at-start < 9 && (s.at-start == 1 || s.text[start] != '0')
}

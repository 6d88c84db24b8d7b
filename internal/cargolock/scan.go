package cargolock

import "strings"

// scanner reads files that look as Cargo writes them. It gives up at whatever does not, without a reason.
type scanner struct {
	rest string
	lock Lock
	refs []Ref // one piece of memory for all dependencies
	in   section
	seen uint8 // the keys that the package has had, by place in keys
}

type section uint8

const (
	atTop section = iota
	inPackage
	inUnused
	inMetadata
)

// expected sizes save growing: a package takes about 250 bytes, with three references.
const bytesPerPackage, refsPerPackage = 200, 4

func (s *scanner) scan() bool {
	if n := len(s.rest) / bytesPerPackage; n > 0 {
		s.lock.Packages = make([]Package, 0, n)
		s.refs = make([]Ref, 0, refsPerPackage*n)
	}
	for s.rest != "" {
		line := s.line()
		if line == "" || line[0] == '#' && plain(line) {
			continue
		}
		if !s.statement(line) {
			return false
		}
	}
	sortEntries(s.lock.Metadata)
	for i := 1; i < len(s.lock.Metadata); i++ {
		if s.lock.Metadata[i].Key == s.lock.Metadata[i-1].Key {
			return false
		}
	}
	return true
}

// line takes the next line, without its end.
func (s *scanner) line() string {
	i := strings.IndexByte(s.rest, '\n')
	if i < 0 {
		line := s.rest
		s.rest = ""
		return line
	}
	line := s.rest[:i]
	s.rest = s.rest[i+1:]
	if i > 0 && line[i-1] == '\r' {
		line = line[:i-1]
	}
	return line
}

func (s *scanner) statement(line string) bool {
	switch {
	case line == "[[package]]":
		s.in, s.seen = inPackage, 0
		s.lock.Packages = append(s.lock.Packages, Package{})
		return true
	case line == "[[patch.unused]]":
		s.in, s.seen = inUnused, 0
		s.lock.Unused = append(s.lock.Unused, Package{})
		return true
	case line == "[metadata]":
		again := s.lock.Metadata != nil
		s.in, s.lock.Metadata = inMetadata, []Entry{}
		return !again
	}
	switch s.in {
	case inPackage:
		return s.key(&s.lock.Packages[len(s.lock.Packages)-1], line)
	case inUnused:
		return s.key(&s.lock.Unused[len(s.lock.Unused)-1], line)
	case inMetadata:
		return s.entry(line)
	}
	return s.version(line)
}

// version reads the two formats that are written down.
func (s *scanner) version(line string) bool {
	again := s.lock.Format != 0
	switch line {
	case "version = 3":
		s.lock.Format = V3
	case "version = 4":
		s.lock.Format = V4
	default:
		return false
	}
	return !again
}

// key reads one line of a package.
func (s *scanner) key(p *Package, line string) bool {
	if len(line) < len(`name = ""`) {
		return false
	}
	switch line[0] {
	case 'n':
		return s.text(1, line, "name = ", &p.Name)
	case 'v':
		return s.text(2, line, "version = ", &p.Version)
	case 's':
		return s.text(4, line, "source = ", &p.Source)
	case 'c':
		return s.text(8, line, "checksum = ", &p.Checksum)
	case 'd':
		return s.first(16) && line == "dependencies = [" && s.dependencies(p)
	}
	var replace string
	if !s.text(32, line, "replace = ", &replace) {
		return false
	}
	var ok bool
	p.Replace, ok = s.ref(replace, true)
	return ok
}

// first: each key may be there once.
func (s *scanner) first(bit uint8) bool {
	again := s.seen&bit != 0
	s.seen |= bit
	return !again
}

func (s *scanner) text(bit uint8, line, key string, into *string) bool {
	value, ok := strings.CutPrefix(line, key)
	if !ok || !s.first(bit) {
		return false
	}
	*into, ok = unquote(value)
	return ok && *into != ""
}

func (s *scanner) ref(value string, ok bool) (Ref, bool) {
	if strings.IndexByte(value, ' ') < 0 {
		return Ref{Name: value}, ok && value != ""
	}
	r, good := parseRef(value)
	return r, ok && good && (r.Source == "" || isSource(r.Source))
}

func (s *scanner) dependencies(p *Package) bool {
	from := len(s.refs)
	for s.rest != "" {
		line := s.line()
		if line == "]" {
			p.Dependencies = s.refs[from:len(s.refs):len(s.refs)]
			return true
		}
		n := len(line)
		if n < 2 || line[0] != ' ' || line[n-1] != ',' {
			return false
		}
		r, ok := s.ref(unquote(line[1 : n-1]))
		if !ok {
			return false
		}
		s.refs = append(s.refs, r)
	}
	return false
}

// entry reads one line of [metadata].
func (s *scanner) entry(line string) bool {
	key, value, ok := strings.Cut(line, `" = "`)
	if !ok {
		return false
	}
	key, okKey := unquote(key + `"`)
	value, okValue := unquote(`"` + value)
	s.lock.Metadata = append(s.lock.Metadata, Entry{key, value})
	return okKey && okValue
}

// unquote takes a basic string without escapes.
func unquote(s string) (string, bool) {
	n := len(s)
	if n < 2 || s[0] != '"' || s[n-1] != '"' {
		return "", false
	}
	s = s[1 : n-1]
	return s, plain(s)
}

// plain: printable ASCII but for the characters that end or escape a string. Cargo's names, versions and URLs are.
func plain(s string) bool {
	for i := range len(s) {
		if c := s[i]; c < ' ' || c >= 0x7f || c == '"' || c == '\\' {
			return false
		}
	}
	return true
}

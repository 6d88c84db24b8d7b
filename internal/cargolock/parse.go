package cargolock

import (
	"strings"
	"unicode/utf8"

	"berth/internal/semver"
	"berth/internal/tomldoc"
)

// Parse reads a Cargo.lock. The name is for errors, which are of type *tomldoc.Error. An empty file is an empty lock.
//
// Files as Cargo writes them are read line by line; whatever looks otherwise by a single byte is read as the TOML that
// it may be.
func Parse(name string, data []byte) (*Lock, error) {
	text := string(data)
	if s := (scanner{rest: text}); s.scan() && s.lock.complete(text) == nil {
		return &s.lock, nil
	}
	r := reader{name: name, text: text}
	lock, err := r.read(data)
	if err != nil {
		return nil, err
	}
	return lock, nil
}

// problem is something wrong with the n-th package of the file.
type problem struct {
	pkg     int
	unused  bool
	message string
	help    string
}

// complete checks what both ways of reading leave open, and tells format 1 from 2.
func (l *Lock) complete(text string) *problem {
	good := "" // the last source that was looked at: nearly all are the same
	for i := range l.Packages {
		if message := l.Packages[i].wrong(good); message != "" {
			return &problem{pkg: i, message: message}
		}
		good = l.Packages[i].Source
	}
	for i := range l.Unused {
		p := &l.Unused[i]
		p.Dependencies, p.Replace = nil, Ref{} // an unused patch has none
		if message := p.wrong(""); message != "" {
			return &problem{pkg: i, unused: true, message: message}
		}
	}
	if i := l.repeated(); i >= 0 {
		message := "package `" + l.Packages[i].ref().String() + "` is there twice"
		return &problem{pkg: i, message: message, help: "remove one of the two, " + anew}
	}
	if l.Format == 0 {
		l.Format = l.guess(text)
	}
	return nil
}

func (p *Package) ref() Ref { return Ref{p.Name, p.Version, p.Source} }

func (p *Package) wrong(good string) string {
	switch {
	case p.Name == "":
		return "the package has no `name`"
	case p.Version == "":
		return "package `" + p.Name + "` has no `version`"
	case p.Source != "" && p.Source != good && !isSource(p.Source):
		return wrongSource(p.Source)
	case p.Source != "" && !isVersion(p.Version): // a package of the disk is as its manifest says
		return "package `" + p.Name + "` has the version `" + p.Version + "`, which is none: expected one like 1.2.3"
	case !p.Replace.IsZero() && len(p.Dependencies) > 0:
		return "package `" + p.Name + "` is replaced, so it cannot have `dependencies` of its own"
	}
	return ""
}

func isVersion(text string) bool {
	_, err := semver.Parse(text)
	return err == nil
}

// isSource checks the form of a source: a kind that can be locked, a plus, and a URL.
func isSource(s string) bool {
	kind, url, _ := strings.Cut(s, "+")
	switch kind {
	case "registry", "sparse", "git", "path":
		scheme, _, ok := strings.Cut(url, ":")
		return ok && scheme != "" && !strings.ContainsAny(scheme, "/ ")
	}
	return false
}

func wrongSource(s string) string {
	return "the source `" + s + "` is not one: expected `registry+`, `sparse+` or `git+` and a URL"
}

// repeated is the index of a package that is there before already, or -1. Files are sorted by name, so that a look at
// the neighbours nearly always answers.
func (l *Lock) repeated() int {
	for i := 1; i < len(l.Packages); i++ {
		p := &l.Packages[i]
		if p.Name < l.Packages[i-1].Name {
			return l.repeatedAnywhere()
		}
		for j := i - 1; j >= 0 && l.Packages[j].Name == p.Name; j-- {
			if l.Packages[j].ref() == p.ref() {
				return i
			}
		}
	}
	return -1
}

func (l *Lock) repeatedAnywhere() int {
	seen := make(map[Ref]bool, len(l.Packages))
	for i := range l.Packages {
		ref := l.Packages[i].ref()
		if seen[ref] {
			return i
		}
		seen[ref] = true
	}
	return -1
}

// guess tells format 1 from 2, neither of which is written down: 2 has checksums beside packages and short references.
// A single package shows neither; then the empty line at the end decides that old Cargos left by mistake.
func (l *Lock) guess(text string) Format {
	var sources map[Ref][]string // by name and version
	for i := range l.Packages {
		p := &l.Packages[i]
		if p.Checksum != "" {
			return V2
		}
		for _, d := range p.Dependencies {
			if d.Version == "" {
				return V2
			}
			if d.Source != "" {
				continue
			}
			if sources == nil {
				sources = l.sources()
			}
			if at := sources[Ref{Name: d.Name, Version: d.Version}]; len(at) == 1 && at[0] != "" {
				return V2
			}
		}
	}
	if len(l.Packages) == 1 && strings.HasSuffix(text, "\n") && !strings.HasSuffix(text, "\n\n") {
		return V2
	}
	return V1
}

func (l *Lock) sources() map[Ref][]string {
	sources := make(map[Ref][]string, len(l.Packages))
	for i := range l.Packages {
		p := &l.Packages[i]
		key := Ref{Name: p.Name, Version: p.Version}
		sources[key] = append(sources[key], p.Source)
	}
	return sources
}

// conflictMarker finds what git leaves in a file that it could not merge.
func conflictMarker(text string) (at int, found bool) {
	for at < len(text) {
		line, _, _ := strings.Cut(text[at:], "\n")
		for _, mark := range [...]string{"<<<<<<< ", ">>>>>>> ", "||||||| "} {
			if strings.HasPrefix(line, mark) {
				return at, true
			}
		}
		if strings.TrimSuffix(line, "\r") == "=======" {
			return at, true
		}
		at += len(line) + 1
	}
	return 0, false
}

// errorAt is an error about the line that begins at an offset.
func (r *reader) errorAt(at int, message, help string) *tomldoc.Error {
	line, _, _ := strings.Cut(r.text[at:], "\n")
	line = strings.TrimSuffix(line, "\r")
	return &tomldoc.Error{
		Name: r.name, At: tomldoc.Position{Line: strings.Count(r.text[:at], "\n") + 1, Column: 1},
		Line: line, Width: utf8.RuneCountInString(line), Message: message, Help: help,
	}
}

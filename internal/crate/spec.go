package crate

import (
	"fmt"
	"strings"
	"unicode"
	"unicode/utf8"

	"berth/internal/nearest"
	"berth/internal/semver"
)

// Spec is a package id specification: what `-p` takes. What it does not say fits every package.
type Spec struct {
	Name    string
	Version semver.Partial
	URL     string // in normal form
	HasKind bool   // of the source: Kind, and for git Ref
	Kind    SourceKind
	Ref     GitRef
}

// SpecOf is the specification that fits one package alone.
func SpecOf(id PackageID) Spec {
	s := Spec{Name: id.Name, Version: semver.PartialOf(id.Version), URL: id.Source.URL(), HasKind: true, Kind: id.Source.Kind()}
	if s.Kind == Git {
		s.Ref = id.Source.GitRef()
	}
	return s
}

// ParseSpec reads name, name@1.2, name:1.2, URL, URL#1.2, URL#name or URL#name@1.2; the scheme of the URL may begin
// with the kind of its source, as in git+https://….
func ParseSpec(text string) (Spec, error) {
	if strings.Contains(text, "://") {
		if s, ok, err := parseSpecURL(text); ok || err != nil {
			return s, err
		}
	}
	name, version, err := splitSpec(text)
	if err != nil {
		return Spec{}, fmt.Errorf("invalid package id specification %q: %w", text, err)
	}
	if err := CheckPackageName(name); err != nil {
		if strings.ContainsAny(text, `/\`) {
			err = fmt.Errorf("%w; to name a package by its directory write file:// and the absolute path", err)
		}
		return Spec{}, fmt.Errorf("invalid package id specification %q: %w", text, err)
	}
	return Spec{Name: name, Version: version}, nil
}

// splitSpec splits name@version and name:version.
func splitSpec(text string) (name string, version semver.Partial, err error) {
	at := strings.LastIndexByte(text, '@')
	if at < 0 {
		if at = strings.LastIndexByte(text, ':'); at < 0 || strings.HasSuffix(text[:at], ":") {
			return text, version, nil
		}
	}
	version, err = semver.ParsePartial(text[at+1:])
	return text[:at], version, err
}

// parseSpecURL: ok is false where the text is no URL at all.
func parseSpecURL(text string) (s Spec, ok bool, err error) {
	address, fragment, hasFragment := strings.Cut(text, "#")
	if kind, rest, found := strings.Cut(address, "+"); found && strings.Contains(rest, "://") && isScheme(kind) {
		if address, err = s.setKind(kind, rest, address); err != nil {
			return s, true, fmt.Errorf("invalid package id specification %q: %w", text, err)
		}
	}
	address, query, hasQuery := strings.Cut(address, "?")
	if s.URL, err = ParseURL(address); err != nil {
		return s, false, nil
	}
	switch {
	case hasQuery && s.HasKind && s.Kind == Git:
		s.Ref = refOfQuery(query)
	case hasQuery:
		return s, true, fmt.Errorf("invalid package id specification %q: only git+… URLs can have a query", text)
	}
	s.Name = lastSegment(s.URL)
	if hasFragment {
		if err := s.setFragment(fragment); err != nil {
			return s, true, fmt.Errorf("invalid package id specification %q: %w", text, err)
		}
	}
	if err := CheckPackageName(s.Name); err != nil {
		return s, true, fmt.Errorf("invalid package id specification %q: %w", text, err)
	}
	return s, true, nil
}

// setKind takes the kind off the scheme; a sparse registry's is part of its URL.
func (s *Spec) setKind(kind, rest, whole string) (address string, err error) {
	s.HasKind = true
	switch kind {
	case "git":
		s.Kind, s.Ref = Git, GitRef{Kind: DefaultBranch}
	case "registry":
		s.Kind = Registry
	case "sparse":
		s.Kind = SparseRegistry
		return whole, nil
	case "path":
		s.Kind = Path
		if !strings.HasPrefix(rest, "file:") {
			return "", fmt.Errorf("path+ goes with file:// URLs only")
		}
	default:
		return "", fmt.Errorf("sources of the kind %q are not known", kind)
	}
	return rest, nil
}

func (s *Spec) setFragment(fragment string) (err error) {
	if strings.ContainsAny(fragment, "@:") {
		s.Name, s.Version, err = splitSpec(fragment)
		return err
	}
	first, _ := utf8.DecodeRuneInString(fragment)
	switch {
	case fragment == "":
		return fmt.Errorf("there is nothing after #")
	case unicode.IsLetter(first):
		s.Name = fragment
		return nil
	}
	s.Version, err = semver.ParsePartial(fragment)
	return err
}

// Matches tells whether the package is one that s means.
func (s Spec) Matches(id PackageID) bool {
	return s.Name == id.Name && (s.Version.IsZero() || s.Version.Matches(id.Version)) && s.matchesSource(id.Source)
}

func (s Spec) matchesSource(source SourceID) bool {
	if s.URL != "" && s.URL != source.URL() {
		return false
	}
	return !s.HasKind || s.Kind == source.Kind() && (s.Kind != Git || s.Ref == source.GitRef())
}

// String is the specification as it is written.
func (s Spec) String() string {
	text, named := "", s.URL == ""
	if s.URL != "" {
		if s.HasKind {
			text = [...]string{Git: "git+", Path: "path+", Registry: "registry+", SparseRegistry: "", LocalRegistry: "local-registry+", Directory: "directory+"}[s.Kind]
		}
		text += s.URL
		if query := s.Ref.Query(true); s.HasKind && s.Kind == Git && query != "" {
			text += "?" + query
		}
		if named = lastSegment(s.URL) != s.Name; named {
			text += "#"
		}
	}
	if named {
		text += s.Name
	}
	if !s.Version.IsZero() {
		if named {
			text += "@"
		} else {
			text += "#"
		}
		text += s.Version.String()
	}
	return text
}

// Query is the one package of ids that s means.
func (s Spec) Query(ids []PackageID) (PackageID, error) {
	found := s.filter(ids)
	switch len(found) {
	case 1:
		return found[0], nil
	case 0:
		return PackageID{}, fmt.Errorf("package ID specification `%s` did not match any packages%s", s, s.similar(ids))
	}
	return PackageID{}, fmt.Errorf("specification `%s` is ambiguous\nhelp: re-run this command with one of the following specifications%s", s, list(found))
}

func (s Spec) filter(ids []PackageID) []PackageID {
	var found []PackageID
	for _, id := range ids {
		if s.Matches(id) {
			found = append(found, id)
		}
	}
	return found
}

// similar are the packages that s would mean if it said less, or the one with the nearest name.
func (s Spec) similar(ids []PackageID) string {
	for _, less := range []Spec{{Name: s.Name, Version: s.Version}, {Name: s.Name}} {
		if found := less.filter(ids); len(found) > 0 {
			return "\nhelp: there are similar package ID specifications:\n" + list(found)
		}
	}
	names := make([]string, len(ids))
	for i, id := range ids {
		names[i] = id.Name
	}
	if name := nearest.Of(s.Name, names...); name != "" {
		return "\n\nhelp: a package with a similar name exists: `" + name + "`"
	}
	return ""
}

// list writes specifications that are told apart.
func list(ids []PackageID) string {
	count := map[semver.Version]int{}
	for _, id := range ids {
		count[id.Version]++
	}
	var b strings.Builder
	for _, id := range ids {
		if count[id.Version] == 1 {
			b.WriteString("\n  " + id.Name + "@" + id.Version.String())
		} else {
			b.WriteString("\n  " + id.Spec())
		}
	}
	return b.String()
}

package installed

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"
	"unicode/utf8"

	"berth/internal/crate"
	"berth/internal/semver"
	"berth/internal/tomldoc"
)

// ParseError is a list that cannot be read.
type ParseError struct {
	File string
	Err  error
}

func (e *ParseError) Error() string {
	return fmt.Sprintf("failed to parse crate metadata at `%s`: %v; move it away, and install anew what it named", e.File, e.Err)
}

func (e *ParseError) Unwrap() error { return e.Err }

// read takes the first file for the truth on which packages and programs there are, and the second for the rest, as stock
// does: an older Cargo knows of the first alone.
func (t *Tracker) read(first, second []byte) error {
	name := t.root.dir.Join(firstName).Display()
	if err := t.readFirst(name, first); err != nil {
		return &ParseError{name, err}
	}
	if err := t.readSecond(second); err != nil {
		return &ParseError{t.root.dir.Join(secondName).Display(), err}
	}
	t.sort()
	return nil
}

func (t *Tracker) readFirst(name string, data []byte) error {
	if len(bytes.TrimSpace(data)) == 0 {
		return nil
	}
	doc, err := tomldoc.Parse(name, data)
	if err != nil {
		return err
	}
	v1 := doc.Root().Get("v1")
	if v1.Kind() != tomldoc.TableKind {
		return errors.New("there is no table [v1]")
	}
	for entry := range v1.Table().Entries() {
		p, err := parseID(entry.Key())
		if err != nil {
			return err
		}
		if entry.Kind() != tomldoc.Array {
			return fmt.Errorf("%q is not a list of programs", entry.Key())
		}
		for item := range entry.Items() {
			program, ok := item.Text()
			if !ok {
				return fmt.Errorf("%q is not a list of programs", entry.Key())
			}
			p.Programs = append(p.Programs, program)
		}
		p.Programs = sorted(p.Programs)
		p.Profile = "release"
		t.packages = append(t.packages, p)
	}
	return nil
}

// parseID reads `name 1.2.3 (source)`.
func parseID(text string) (*Package, error) {
	name, rest, ok1 := strings.Cut(text, " ")
	version, source, ok2 := strings.Cut(rest, " ")
	url, ok3 := strings.CutPrefix(source, "(")
	url, ok4 := strings.CutSuffix(url, ")")
	if !ok1 || !ok2 || !ok3 || !ok4 || name == "" {
		return nil, fmt.Errorf("expected a package like `name 1.0.0 (source)`, got %q", text)
	}
	v, err := semver.Parse(version)
	if err != nil {
		return nil, fmt.Errorf("package %q: %w", text, err)
	}
	s, err := crate.ParseSource(url)
	if err != nil {
		return nil, fmt.Errorf("package %q: %w", text, err)
	}
	return &Package{ID: crate.PackageID{Name: name, Version: v, Source: s}, id: text}, nil
}

// idText writes it.
func idText(id crate.PackageID) string {
	return id.Name + " " + id.Version.String() + " (" + id.Source.EncodedText() + ")"
}

// field is a member of a JSON object that is kept as it is.
type field struct {
	name  string
	value json.RawMessage // compact, members sorted
}

type info struct {
	Requirement *string  `json:"version_req"`
	Bins        []string `json:"bins"`
	Features    []string `json:"features"`
	AllFeatures bool     `json:"all_features"`
	NoDefault   bool     `json:"no_default_features"`
	Profile     string   `json:"profile"`
	Target      *string  `json:"target"`
	Rustc       *string  `json:"rustc"`
}

func (t *Tracker) readSecond(data []byte) error {
	if len(bytes.TrimSpace(data)) == 0 {
		return nil
	}
	if !utf8.Valid(data) {
		return errors.New("it is not UTF-8")
	}
	all, err := members(data)
	if err != nil {
		return err
	}
	for _, f := range all {
		if f.name != "installs" {
			t.more = append(t.more, f)
			continue
		}
		installs, err := members(f.value)
		if err != nil {
			return err
		}
		for _, f := range installs {
			if err := t.readInfo(f); err != nil {
				return err
			}
		}
	}
	return nil
}

func (t *Tracker) readInfo(f field) error {
	id, err := parseID(f.name)
	if err != nil {
		return err
	}
	all, err := members(f.value)
	if err != nil {
		return fmt.Errorf("package %q: %w", f.name, err)
	}
	var in info
	if err := json.Unmarshal(f.value, &in); err != nil {
		return fmt.Errorf("package %q: %w", f.name, err)
	}
	i := slices.IndexFunc(t.packages, func(p *Package) bool { return p.ID.Same(id.ID) })
	if i < 0 {
		return nil // removed by somebody who knows of the first file alone
	}
	p := t.packages[i]
	p.id = f.name
	p.Requirement, p.Target, p.Compiler, p.Features = in.Requirement, in.Target, in.Rustc, sorted(in.Features)
	p.AllFeatures, p.NoDefault, p.Profile = in.AllFeatures, in.NoDefault, in.Profile
	for _, m := range all {
		if !slices.Contains(strings.Fields("version_req bins features all_features no_default_features profile target rustc"), m.name) {
			p.more = append(p.more, m)
		}
	}
	return nil
}

// members are those of an object, sorted, their values in the form in which stock writes them again.
func members(data []byte) ([]field, error) {
	decoder := json.NewDecoder(bytes.NewReader(data))
	decoder.UseNumber()
	var object map[string]any
	if err := decoder.Decode(&object); err != nil {
		return nil, err
	}
	if _, err := decoder.Token(); !errors.Is(err, io.EOF) {
		return nil, errors.New("something stands behind its end")
	}
	if object == nil {
		return nil, errors.New("expected an object")
	}
	var all []field
	for name, value := range object {
		all = append(all, field{name, appendJSON(nil, value)})
	}
	slices.SortFunc(all, func(a, b field) int { return strings.Compare(a.name, b.name) })
	return all, nil
}

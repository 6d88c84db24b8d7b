package dist

import (
	"errors"
	"fmt"
	"maps"
)

// maxManifest bounds a channel manifest. Real ones have a megabyte.
const maxManifest = 32 << 20

// ParseManifest reads a channel manifest, one from a server or the one that a toolchain keeps, and checks it.
func ParseManifest(doc []byte) (*Manifest, error) {
	root := &rootTable{}
	err := walk("channel manifest", doc, maxManifest, func(d *document) scope {
		root.doc = d
		root.packages = packagesTable{root: root, byName: map[string]*packageTable{}}
		return root
	})
	if err != nil {
		return nil, err
	}
	return root.finish()
}

// rootTable and the tables below it follow the manifest's shape. They keep what has been read and where, until the
// whole is there and can be checked.
type rootTable struct {
	doc      *document
	seen     fields
	version  string
	date     string
	packages packagesTable
	renames  renamesTable
	profiles profilesTable

	builds    []*buildTable // in the document's order: errors name the first
	component componentTable
}

// fields are the keys of a table that have been seen, a bit each.
type fields uint16

func (f *fields) add(bit fields, k key) error {
	if *f&bit != 0 {
		return twice(k)
	}
	*f |= bit
	return nil
}

const (
	fieldVersion fields = 1 << iota
	fieldDate
	fieldPackages
	fieldRenames
	fieldProfiles
)

func (t *rootTable) table(k key, define bool) (scope, error) {
	var s scope
	var bit fields
	switch k.name {
	case "pkg":
		s, bit = &t.packages, fieldPackages
	case "renames":
		s, bit = &t.renames, fieldRenames
	case "profiles":
		s, bit = &t.profiles, fieldProfiles
	case "manifest-version", "date":
		return nil, wrongKind(k, "a string", "a table")
	default:
		return nil, nil
	}
	if define {
		return s, t.seen.add(bit, k)
	}
	return s, nil
}

func (t *rootTable) element(k key) (scope, error) {
	switch k.name {
	case "pkg", "renames", "profiles":
		return nil, wrongKind(k, "a table", "an array of tables")
	case "manifest-version", "date":
		return nil, wrongKind(k, "a string", "an array of tables")
	}
	return nil, nil
}

func (t *rootTable) value(k key, v value) (err error) {
	switch k.name {
	case "manifest-version":
		if t.version, err = v.string(); err != nil {
			return err
		}
		if t.version != "2" {
			return v.doc.errorf(v.place(v.node), "manifest version %s is not supported, expected \"2\"", quoteShort(t.version))
		}
		return t.seen.add(fieldVersion, k)
	case "date":
		if t.date, err = v.string(); err != nil {
			return err
		}
		return t.seen.add(fieldDate, k)
	case "pkg", "renames", "profiles":
		return v.expected("a table")
	}
	return nil
}

// finish checks what can only be checked once everything has been read.
func (t *rootTable) finish() (*Manifest, error) {
	end := uint32(len(t.doc.text))
	switch {
	case t.seen&fieldVersion == 0:
		return nil, t.doc.errorf(end, "expected manifest-version = \"2\", found none")
	case t.seen&fieldDate == 0:
		return nil, t.doc.errorf(end, "expected a date, found none")
	}
	m := &Manifest{
		Date:     t.date,
		Packages: make(map[string]*Package, len(t.packages.byName)),
		Renames:  make(map[string]string, len(t.renames.list)),
		Profiles: t.profiles.lists,
		display:  make(map[string]string, len(t.renames.list)),
	}
	if m.Profiles == nil {
		m.Profiles = map[Profile][]string{}
	}
	for _, p := range t.packages.order {
		pkg, err := p.finish(t.doc)
		if err != nil {
			return nil, err
		}
		m.Packages[p.name.name] = pkg
	}
	if err := t.resolve(m); err != nil {
		return nil, err
	}
	return m, t.finishRenames(m)
}

// resolve checks that there is a build behind every component.
func (t *rootTable) resolve(m *Manifest) error {
	for _, b := range t.builds {
		for i, c := range b.build.Components {
			if m.build(c) == nil {
				return t.doc.errorf(b.at(i), "missing package for component %s: expected a table [pkg.%s.target.%s]",
					c.Name(), c.Pkg, orAny(c.Target))
			}
		}
	}
	return nil
}

func (t *rootTable) finishRenames(m *Manifest) error {
	for _, r := range t.renames.list {
		if r.seen == 0 {
			return t.doc.errorf(r.name.at, "rename %s: expected to = \"…\", found none", quoteShort(r.name.name))
		}
		if m.Packages[r.to] == nil {
			return t.doc.errorf(r.name.at, "missing package for the target of a rename: expected a table [pkg.%s]", r.to)
		}
		m.Renames[r.name.name] = r.to
	}
	// Where two names lead to one package the last of them, in order, is the one to show.
	for from, to := range maps.All(m.Renames) {
		m.display[to] = max(m.display[to], from)
	}
	return nil
}

func orAny(target string) string {
	if target == "" {
		return anyTarget
	}
	return target
}

// renamesTable is [renames], a table for each old name.
type renamesTable struct {
	list   []*renameTable
	byName map[string]*renameTable
}

func (t *renamesTable) table(k key, define bool) (scope, error) {
	r, ok := t.byName[k.name]
	if !ok {
		if t.byName == nil {
			t.byName = map[string]*renameTable{}
		}
		r = &renameTable{name: k}
		t.byName[k.name] = r
		t.list = append(t.list, r)
	}
	if define && r.defined {
		return nil, twice(k)
	}
	r.defined = r.defined || define
	return r, nil
}

func (t *renamesTable) element(k key) (scope, error) {
	return nil, wrongKind(k, "a table", "an array of tables")
}
func (t *renamesTable) value(_ key, v value) error { return v.expected("a table") }

type renameTable struct {
	name    key
	to      string
	seen    fields
	defined bool
}

func (t *renameTable) table(k key, _ bool) (scope, error) { return nil, t.unless(k, "a table") }
func (t *renameTable) element(k key) (scope, error)       { return nil, t.unless(k, "an array of tables") }

func (t *renameTable) unless(k key, got string) error {
	if k.name == "to" {
		return wrongKind(k, "a string", got)
	}
	return nil
}

func (t *renameTable) value(k key, v value) (err error) {
	if k.name != "to" {
		return nil
	}
	if t.to, err = v.string(); err != nil {
		return err
	}
	return t.seen.add(1, k)
}

// profilesTable is [profiles].
type profilesTable struct{ lists map[Profile][]string }

func (t *profilesTable) table(k key, _ bool) (scope, error) {
	return nil, wrongKind(k, "an array of strings", "a table")
}

func (t *profilesTable) element(k key) (scope, error) {
	return nil, wrongKind(k, "an array of strings", "an array of tables")
}

func (t *profilesTable) value(k key, v value) error {
	profile := Profile(k.name)
	if !profile.known() {
		return fmt.Errorf("expected one of the profiles minimal, default and complete, got %s", quoteShort(k.name))
	}
	names, err := v.strings()
	if err != nil {
		return err
	}
	if _, ok := t.lists[profile]; ok {
		return twice(k)
	}
	if t.lists == nil {
		t.lists = map[Profile][]string{}
	}
	t.lists[profile] = names
	return nil
}

var errNoRust = errors.New("channel manifest: expected a package rust, found none")

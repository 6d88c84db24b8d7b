package edit

import (
	"fmt"
	"path/filepath"
	"slices"
	"strings"

	"berth/internal/crate"
	"berth/internal/manifest"
	"berth/internal/semver"
	"berth/internal/tomldoc"
)

// origin is where a dependency comes from.
type origin uint8

const (
	unknown origin = iota
	fromRegistry
	fromPath
	fromGit
	fromWorkspace
)

// dependency is an entry of a table of dependencies.
type dependency struct {
	name   string
	rename string // its key, where that is not the name

	origin           origin
	version          string // empty where none is stated
	path             string // absolute
	git              string
	branch, tag, rev string
	registry         string // empty for the public one

	optional, defaults *bool
	features           *[]string // nil where none are stated
	inherited          []string  // features that the workspace states
}

// key is what the dependency stands under.
func (d *dependency) key() string {
	if d.rename != "" {
		return d.rename
	}
	return d.name
}

// String is the dependency as messages name it.
func (d *dependency) String() string {
	switch d.origin {
	case fromRegistry:
		return d.name + "@" + d.version
	case fromPath:
		return d.name + "@" + d.path
	case fromGit:
		return d.name + "@" + d.gitText()
	case fromWorkspace:
		return d.name + "@workspace"
	}
	return d.key()
}

func (d *dependency) gitText() string {
	text := d.git
	if query := d.ref().Query(true); query != "" {
		text += "?" + query
	}
	return text
}

func (d *dependency) ref() crate.GitRef {
	switch {
	case d.branch != "":
		return crate.GitRef{Kind: crate.Branch, Name: d.branch}
	case d.tag != "":
		return crate.GitRef{Kind: crate.Tag, Name: d.tag}
	case d.rev != "":
		return crate.GitRef{Kind: crate.Rev, Name: d.rev}
	}
	return crate.GitRef{Kind: crate.DefaultBranch}
}

// setOrigin takes over where another one comes from.
func (d *dependency) setOrigin(o *dependency) {
	d.origin, d.version, d.path, d.git = o.origin, o.version, o.path, o.git
	d.branch, d.tag, d.rev = o.branch, o.tag, o.rev
}

func (d *dependency) clearVersion() {
	if d.origin == fromRegistry {
		d.origin = unknown
	}
	d.version = ""
}

// addFeatures adds what is not there.
func (d *dependency) addFeatures(features []string) {
	var all []string
	if d.features != nil {
		all = slices.Clone(*d.features)
	}
	for _, f := range features {
		if !slices.Contains(all, f) {
			all = append(all, f)
		}
	}
	d.features = &all
}

// withoutBuild is a version or requirement as manifests have it: Cargo warns of build metadata there.
func withoutBuild(version string) string {
	version, _, _ = strings.Cut(version, "+")
	return version
}

// ofSummary is a dependency on a package that was found.
func ofSummary(s *crate.Summary) *dependency {
	source := s.ID.Source
	d := &dependency{name: s.ID.Name, version: withoutBuild(s.ID.Version.String()), origin: fromRegistry}
	switch {
	case source.IsPath():
		d.origin, d.path = fromPath, source.Dir()
	case source.IsGit():
		d.origin, d.git = fromGit, source.URL()
		switch ref := source.GitRef(); ref.Kind {
		case crate.Branch:
			d.branch = ref.Name
		case crate.Tag:
			d.tag = ref.Name
		case crate.Rev:
			d.rev = ref.Name
		}
	}
	return d
}

// ofEntry reads an entry of a manifest in dir.
func ofEntry(e *tomldoc.Entry, dir string) (*dependency, error) {
	d := &dependency{name: e.Key()}
	if version, ok := e.Text(); ok {
		d.origin, d.version = fromRegistry, withoutBuild(version)
		return d, nil
	}
	if !e.IsTable() {
		return nil, fmt.Errorf("dependency `%s` is %s, expected a version or a table", e.Key(), e.Kind())
	}
	r := entryReader{table: e}
	if name := r.text("package"); name != "" {
		d.name, d.rename = name, e.Key()
	}
	d.version = withoutBuild(r.text("version"))
	d.git, d.branch, d.tag, d.rev = r.text("git"), r.text("branch"), r.text("tag"), r.text("rev")
	d.path, d.registry = r.text("path"), r.text("registry")
	d.defaults, d.optional = flagOf(e, "default-features"), flagOf(e, "optional")
	d.features = r.texts("features")
	switch inherits, isFlag := e.Get("workspace").Bool(); {
	case d.git != "":
		d.origin, d.path = fromGit, ""
	case d.path != "":
		d.origin = fromPath
		if !filepath.IsAbs(d.path) {
			d.path = filepath.Join(dir, filepath.FromSlash(d.path))
		}
	case d.version != "":
		d.origin = fromRegistry
	case isFlag && inherits:
		d.origin = fromWorkspace
	case r.err == nil:
		r.err = fmt.Errorf("dependency `%s` says nothing of where it comes from: it has no version, `path`, `git` or `workspace = true`", e.Key())
	}
	if e.Get("default_features") != nil && r.err == nil {
		r.err = fmt.Errorf("dependency `%s` has `default_features`, an old spelling\nhelp: write `default-features`", e.Key())
	}
	return d, r.err
}

// entryReader reads the values of an entry; the first of a wrong type is its error.
type entryReader struct {
	table *tomldoc.Entry
	err   error
}

func (r *entryReader) wrong(key string, is tomldoc.Kind, expected string) {
	if r.err == nil {
		r.err = fmt.Errorf("`%s` of dependency `%s` is %s, expected %s", key, r.table.Key(), is, expected)
	}
}

func (r *entryReader) text(key string) string {
	e := r.table.Get(key)
	text, ok := e.Text()
	if e != nil && !ok {
		r.wrong(key, e.Kind(), "a string")
	}
	return text
}

func (r *entryReader) texts(key string) *[]string {
	e := r.table.Get(key)
	if e == nil {
		return nil
	}
	list := []string{}
	if !e.IsArray() {
		r.wrong(key, e.Kind(), "an array of strings")
	}
	for _, item := range e.Entries() {
		text, ok := item.Text()
		if !ok {
			r.wrong(key, e.Kind(), "an array of strings")
		}
		if !slices.Contains(list, text) {
			list = append(list, text)
		}
	}
	return &list
}

func flagOf(e *tomldoc.Entry, key string) *bool {
	if b, ok := e.Get(key).Bool(); ok {
		return &b
	}
	return nil
}

// source is where the dependency's versions are asked for.
func (ed *Editor) source(d *dependency) (crate.SourceID, error) {
	switch d.origin {
	case fromPath:
		return crate.PathSource(d.path), nil
	case fromGit:
		return crate.GitSource(d.git, d.ref())
	}
	if d.registry == "" {
		return crate.PublicSource(), nil
	}
	if ed.Registry == nil {
		return crate.SourceID{}, fmt.Errorf("registry `%s` has no index in the configuration", d.registry)
	}
	return ed.Registry(d.registry)
}

// req is the stated requirement; any version where none is.
func (d *dependency) req() (req semver.Req, any bool, err error) {
	if d.version == "" {
		return req, true, nil
	}
	req, err = semver.ParseReq(d.version)
	if err != nil {
		err = fmt.Errorf("the requirement of dependency `%s`: %w", d.name, err)
	}
	return req, false, err
}

// isSelf: a package cannot depend on itself.
func (d *dependency) isSelf(m *manifest.Manifest) bool {
	return d.origin == fromPath && d.path == filepath.Dir(m.Path)
}

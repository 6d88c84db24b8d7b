package manifest

import (
	"cmp"
	"io/fs"
	"path/filepath"
	"slices"
	"strings"

	"berth/internal/crate"
	"berth/internal/dialect"
	"berth/internal/tomldoc"
)

// File is a Cargo.toml and what belongs to it.
type File struct {
	Path   string         // absolute
	Source crate.SourceID // zero: the package's own directory
	Files  fs.FS          // the package's directory
	// Root is the workspace that the package inherits from, by its package.workspace if it states that; it is asked when
	// the first key wants it. Nil where there is none but the manifest's own [workspace].
	Root func(pointer string) (*Workspace, error)
}

// Options are the same for all manifests of a run.
type Options struct {
	// Nightly: cargo-features may ask for what is not stable.
	Nightly bool
	// Release is the Cargo that is followed.
	Release dialect.Release
	// Registry is the source of a registry that has a name in the configuration.
	Registry func(name string) (crate.SourceID, error)
	// NoPublic is why no dependency can be of the public registry; nil where it can.
	NoPublic error
}

// Read reads a manifest, of which the text has been parsed.
func Read(f File, doc *tomldoc.Document, o Options) (*Manifest, error) {
	p := newParser(f, doc, o)
	p.read()
	if p.err != nil {
		return nil, p.err
	}
	p.m.Warnings, p.m.Inherited = p.warnings, p.root
	return p.m, nil
}

// Outline reads only what places a manifest in a workspace: [workspace] and package.workspace. It needs no other
// manifest, so that manifests which name each other as their root can be told apart.
func Outline(f File, doc *tomldoc.Document, o Options) (*Manifest, error) {
	p := newParser(f, doc, o)
	p.readWorkspace()
	return p.m, p.err
}

// ReadPatches reads only the [patch] tables of a document, which need be no manifest.
func ReadPatches(f File, doc *tomldoc.Document, o Options) (*Manifest, error) {
	p := newParser(f, doc, o)
	p.readPatches()
	if p.err != nil {
		return nil, p.err
	}
	p.m.Warnings = p.warnings
	return p.m, nil
}

func newParser(f File, doc *tomldoc.Document, o Options) *parser {
	p := &parser{file: f, opts: o, doc: doc, dir: filepath.Dir(f.Path), m: &Manifest{Path: f.Path, Doc: doc}}
	p.files.fs = f.Files
	p.source = f.Source
	return p
}

// own is the source of the package. It is made when first wanted: that takes a fifth of the time of a small manifest, and
// an outline needs none.
func (p *parser) own() crate.SourceID {
	if p.source.IsZero() {
		p.source = crate.PathSource(p.dir)
	}
	return p.source
}

// parser reads one manifest.
type parser struct {
	file     File
	opts     Options
	doc      *tomldoc.Document
	dir      string
	m        *Manifest
	err      error // the first
	warnings []Warning
	unused   []Warning
	beside   []string // directories of path dependencies, in a package that is not the user's own

	edition  Edition
	source   crate.SourceID // see own
	root     *Workspace     // once it was asked for
	files    files
	features cargoFeatures
}

// fail notes an error at a place, unless there is one already. The answer is that error, for what else is to be said.
func (p *parser) fail(doc *tomldoc.Document, at tomldoc.Span, format string, args ...any) *tomldoc.Error {
	e := doc.Errorf(at, format, args...)
	if p.err == nil {
		p.err = e
	}
	return e
}

func (p *parser) warn(i item, message string) {
	w := Warning{Message: message}
	if i.v != nil {
		w.At = i.doc.Position(i.v.Span().Start)
	}
	p.warnings = append(p.warnings, w)
}

// warnFatal notes what keeps the package from being built, but not from being looked at.
func (p *parser) warnFatal(i item, message string) {
	p.warn(i, message)
	p.warnings[len(p.warnings)-1].Fatal = true
}

// whole is the table of the whole manifest, top an entry of it.
func (p *parser) whole() item         { return item{p, p.doc, p.doc.Value(), trail{}} }
func (p *parser) top(key string) item { return p.whole().get(key) }

// Keys of the tables that are read as structures, for warnings and for guesses at what was meant.
const (
	topKeys = "cargo-features package project badges features lib bin example test bench dependencies dev-dependencies dev_dependencies " +
		"build-dependencies build_dependencies target lints hints workspace profile patch replace"
	configKeys = "paths alias build credential-alias doc env future-incompat-report http install net registries registry source target term unstable"
)

func (p *parser) read() {
	p.readFeatures()
	p.readWorkspace()
	about := p.top("package").table()
	if !about.there() {
		about = p.top("project").table()
	}
	switch {
	case p.err != nil:
	case about.there():
		p.readPackage(about)
	case p.m.Workspace != nil:
		p.refusePackageKeys()
	default:
		p.fail(p.doc, tomldoc.Span{}, "this is neither a package nor a workspace").WithHelp("add a [package] table with a name, or a [workspace] table")
	}
	p.readProfiles()
	p.readPatches()
	p.readReplaces()
	p.warnUnused()
}

// refusePackageKeys: a workspace without a package has nothing that these could be of.
func (p *parser) refusePackageKeys() {
	for _, key := range strings.Fields("badges features lib bin example test bench dependencies dev-dependencies dev_dependencies build-dependencies build_dependencies target lints hints") {
		if i := p.top(key); i.there() {
			e := p.fail(p.doc, i.v.KeySpan(), "`%s` belongs to a package, and this workspace has no [package]", key)
			if key == "lints" {
				e.WithHelp("members can inherit [workspace.lints]")
			}
			if strings.HasSuffix(key, "dependencies") {
				e.WithHelp("members can inherit [workspace.dependencies]")
			}
			return
		}
	}
}

// warnUnused tells of the keys that nothing has read, in order of the keys.
func (p *parser) warnUnused() {
	for key, one := range p.whole().entries() {
		if isWord(topKeys, key) {
			continue
		}
		w := one.stranger(strings.Fields(topKeys))
		if isWord(configKeys, key) {
			w.Message = "unused manifest key: " + key + "\nhelp: " + key + " is a valid .cargo/config.toml key"
		}
		p.unused = append(p.unused, w)
	}
	slices.SortStableFunc(p.unused, func(a, b Warning) int { return cmp.Compare(a.Message, b.Message) })
	p.warnings = append(p.warnings, p.unused...)
}

// deprecatedUnderscore is the value of a key that has an old spelling with an underscore.
func (p *parser) deprecatedUnderscore(table item, key, of string) item {
	now, old := table.get(key), table.get(strings.ReplaceAll(key, "-", "_"))
	if !old.there() {
		return now
	}
	switch {
	case p.edition >= Edition2024:
		p.fail(old.doc, old.v.KeySpan(), "`%s` is no longer read in edition 2024", old.v.Key()).WithHelp("write `%s`", key)
	case now.there():
		p.warn(old, "`"+old.v.Key()+"` is redundant with `"+key+"`, which is preferred in the "+of)
	default:
		p.warn(old, "`"+old.v.Key()+"` is an old spelling of `"+key+"` and is not read in edition 2024\n(in the "+of+")")
		return old
	}
	return now
}

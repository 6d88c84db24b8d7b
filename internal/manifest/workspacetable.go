package manifest

import (
	"io/fs"

	"berth/internal/crate"
	"berth/internal/tomldoc"
)

// Workspace is a [workspace] table.
type Workspace struct {
	Dir            string // absolute
	Members        []string
	HasMembers     bool
	DefaultMembers []string // nil where there are none stated
	Exclude        []string
	Metadata       *tomldoc.Value
	Package        *tomldoc.Value // [workspace.package]
	Dependencies   *tomldoc.Value // [workspace.dependencies]
	Lints          *tomldoc.Value // [workspace.lints]
	LintTable      []Lint         // the same, read
	Doc            *tomldoc.Document

	files fs.FS
}

const (
	workspaceKeys  = "members exclude default-members resolver metadata package dependencies lints"
	inheritedTexts = "description homepage documentation license license-file repository edition"
	inheritedLists = "authors keywords categories exclude include"
	inheritedKeys  = inheritedTexts + " " + inheritedLists + " version readme publish badges rust-version"
)

// readWorkspace reads [workspace] and checks what members can inherit, so that an error is told once and in its place.
func (p *parser) readWorkspace() {
	table := p.top("workspace").table()
	pointer := p.top("package").get("workspace")
	if !pointer.there() {
		pointer = p.top("project").get("workspace")
	}
	p.m.WorkspacePath = pointer.str()
	if !table.there() {
		return
	}
	if pointer.there() {
		pointer.wrong("`package.workspace` and [workspace] cannot be in one manifest: this package is the root itself")
	}
	table.unused(workspaceKeys)
	w := &Workspace{
		Dir:            p.dir,
		Members:        table.get("members").texts(),
		HasMembers:     table.get("members").there(),
		DefaultMembers: table.get("default-members").texts(),
		Exclude:        table.get("exclude").texts(),
		Metadata:       table.get("metadata").free(),
		Package:        table.get("package").table().v,
		Dependencies:   table.get("dependencies").table().v,
		Lints:          table.get("lints").table().v,
		Doc:            p.doc,
		files:          p.file.Files,
	}
	p.m.Resolver = p.readResolver(table.get("resolver"))
	p.checkInheritable(table.get("package"))
	p.checkWorkspaceDependencies(table.get("dependencies"))
	w.LintTable = p.readLints(table.get("lints"))
	p.m.Workspace = w
}

func (p *parser) readResolver(i item) Resolver {
	text := i.text()
	if text == nil {
		return 0
	}
	r, ok := parseResolver(*text)
	if !ok {
		i.wrong("there is no resolver %q, expected \"1\", \"2\" or \"3\"", *text)
	}
	return r
}

// checkInheritable checks the types in [workspace.package].
func (p *parser) checkInheritable(table item) {
	if !table.there() {
		return
	}
	table.unused(inheritedKeys)
	for key, i := range table.entries() {
		switch {
		case isWord(inheritedTexts, key):
			i.text()
		case isWord(inheritedLists, key):
			i.texts()
		}
	}
	table.get("version").version()
	table.get("rust-version").rustVersion()
	table.get("readme").textOrFlag()
	table.get("publish").publish()
	table.get("badges").badges()
}

func (p *parser) checkWorkspaceDependencies(table item) {
	for _, i := range table.sorted() {
		if err := crate.CheckPackageName(i.v.Key()); err != nil {
			p.fail(i.doc, i.v.KeySpan(), "%v", err)
			return
		}
		d := p.readDetail(i)
		for _, key := range []string{"optional", "public"} {
			if flag := i.get(key); flag.v != nil && flag.v.Raw() == "true" {
				flag.wrong("workspace dependencies cannot be %s; members say that of themselves", key)
			}
		}
		p.warnings = append(p.warnings, d.strangers...)
	}
}

package manifest

import (
	"path/filepath"
	"slices"
	"strings"
)

// gather puts together the targets of a kind that are declared and those that are found in their usual places.
func (p *parser) gather(kind TargetKind, auto *bool, flag string, look func() []source) ([]declared, []source) {
	section := p.top(kind.key())
	var ds []declared
	complete := auto != nil && !*auto
	for _, i := range section.array("tables") {
		d := p.declared(i)
		complete = complete && d.get("name").there() && d.get("path").there()
		ds = append(ds, d)
	}
	if complete {
		return ds, nil // in the order of the manifest: published packages state all
	}
	found := look()
	switch {
	case !section.there():
		if auto == nil || *auto {
			ds = p.asDeclared(kind, found)
		}
	default:
		others := p.asDeclared(kind, p.undeclared(ds, found))
		if auto == nil && p.edition == Edition2015 {
			p.warnNotFound(kind, flag, others)
		} else if auto == nil || *auto {
			ds = append(ds, others...)
		}
	}
	slices.SortStableFunc(ds, func(a, b declared) int { return strings.Compare(a.name, b.name) })
	return ds, found
}

func (p *parser) asDeclared(kind TargetKind, found []source) []declared {
	ds := make([]declared, len(found))
	for i, s := range found {
		ds[i] = declared{item: item{p: p, doc: p.doc, path: trailOf(kind.key())}, name: s.name, path: s.path}
	}
	return ds
}

// undeclared are the found targets that no declared one has the name or the path of.
func (p *parser) undeclared(ds []declared, found []source) []source {
	var others []source
	for _, s := range found {
		if !slices.ContainsFunc(ds, func(d declared) bool {
			return d.name == s.name && d.get("name").there() || d.path != "" && filepath.Join(p.dir, d.path) == filepath.Join(p.dir, s.path)
		}) {
			others = append(others, s)
		}
	}
	return others
}

// warnNotFound: in 2015 one declared target turns the search off.
func (p *parser) warnNotFound(kind TargetKind, flag string, others []declared) {
	if len(others) == 0 {
		return
	}
	var list strings.Builder
	for _, d := range others {
		list.WriteString("* " + d.path + "\n")
	}
	p.warn(p.top(kind.key()), "there is a [["+kind.key()+"]] section, so that in edition 2015 other "+kind.noun()+" targets are not looked for. From 2018 on these files are targets too:\n\n"+
		list.String()+"\nState `"+flag+" = false` in [package] to keep it as it is, or move those files.")
}

// checkTarget checks the keys that all kinds have in common.
func (p *parser) checkTarget(d *declared, kind TargetKind) {
	doc, at := d.at("name")
	switch {
	case p.err != nil:
	case d.name == "" && d.v != nil && !d.get("name").there():
		p.fail(doc, at, "this %s has no `name`", kind.noun()).WithHelp("add `name = \"…\"`")
	case strings.TrimSpace(d.name) == "":
		p.fail(doc, at, "the name of a %s cannot be empty", kind.noun())
	}
	of := "`" + d.name + "` " + kind.noun() + " target"
	d.procMacro = p.deprecatedUnderscore(d.item, "proc-macro", of).flag()
	if types := p.deprecatedUnderscore(d.item, "crate-type", of); types.there() {
		d.types = types.texts()
	}
	if d.procMacro == nil && slices.Contains(d.types, "proc-macro") {
		yes := true
		d.procMacro = &yes
	}
}

// newTarget takes over what the manifest states.
func (p *parser) newTarget(d declared, kind TargetKind) Target {
	t := Target{Kind: kind, Name: d.name, Edition: p.edition, Path: p.absolute(clean(d.path))}
	t.defaults()
	for _, f := range []struct {
		key  string
		flag *bool
	}{{"test", &t.Test}, {"doctest", &t.Doctest}, {"bench", &t.Bench}, {"doc", &t.Doc}, {"harness", &t.Harness}} {
		if stated := d.get(f.key).flag(); stated != nil {
			*f.flag = *stated
		}
	}
	if d.procMacro != nil {
		t.ProcMacro, t.ForHost = *d.procMacro, *d.procMacro
	}
	t.ScrapeExamples = d.get("doc-scrape-examples").flag()
	if required := d.get("required-features").texts(); required != nil && kind != Lib {
		t.RequiredFeatures = &required
	}
	if i := d.get("edition"); i.there() {
		edition, ok := ParseEdition(i.str())
		if !ok {
			i.wrong("there is no edition %q in this version, expected \"2015\", \"2018\", \"2021\" or \"2024\"", i.str())
		}
		t.Edition = edition
		p.warn(i, "`edition` is set on "+kind.noun()+" `"+d.name+"` which is deprecated")
	}
	return t
}

// warnShared: a file that several targets are built from.
func (p *parser) warnShared(k *Package) {
	of := map[string][]string{}
	var order []string
	for _, t := range k.Targets {
		if of[t.Path] == nil {
			order = append(order, t.Path)
		}
		noun := map[TargetKind]string{Lib: "lib", Bin: "bin", Test: "integration-test", Example: "example", Bench: "bench"}[t.Kind]
		of[t.Path] = append(of[t.Path], "  * `"+noun+"` target `"+t.Name+"`")
	}
	for _, file := range order {
		if len(of[file]) > 1 {
			p.warn(item{p: p}, "file `"+file+"` found to be present in multiple build targets:\n"+strings.Join(of[file], "\n"))
		}
	}
}

// textOrTexts is a string or an array of them.
func (i item) textOrTexts() []string {
	if _, ok := i.v.Text(); ok {
		return []string{i.str()}
	}
	return i.texts()
}

func (p *parser) checkDefaultRun(about item, k *Package) {
	if k.DefaultRun == nil {
		return
	}
	var names []string
	for _, t := range k.Targets {
		if t.Kind == Bin {
			names = append(names, t.Name)
		}
	}
	if slices.Contains(names, *k.DefaultRun) {
		return
	}
	p.misnamed(about.get("default-run"), "there is no binary `"+*k.DefaultRun+"` to run by default", *k.DefaultRun, names, "target")
}

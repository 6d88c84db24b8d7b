package manifest

import (
	"path"
	"path/filepath"
	"slices"
	"strings"

	"berth/internal/nearest"
	"berth/internal/tomldoc"
)

const targetKeys = "name crate-type crate_type path filename test doctest bench doc doc-scrape-examples proc-macro proc_macro harness required-features edition"

// declared is a target as the manifest writes it, or as it was found in its usual place.
type declared struct {
	item
	name, path string // empty where not stated
	types      []string
	procMacro  *bool
}

func (p *parser) declared(i item) declared {
	d := declared{item: i.table(), name: i.get("name").str(), path: i.get("path").str()}
	d.unused(targetKeys)
	return d
}

// at is where an error about the target points to.
func (d declared) at(key string) (*tomldoc.Document, tomldoc.Span) {
	if i := d.get(key); i.there() {
		return i.doc, i.v.Span()
	}
	return d.doc, d.v.Span()
}

// readTargets fills in what is built of the package.
func (p *parser) readTargets(about item, k *Package, name string) {
	k.Metabuild = about.get("metabuild").textOrTexts()
	if i := about.get("metabuild"); i.there() {
		p.require(i, "metabuild")
	}
	p.readBuildScripts(about, k)
	p.readLib(about, k, name)
	p.readPrograms(about, k, name)
	p.readUsual(about, k, Example, "examples", "autoexamples")
	p.readUsual(about, k, Test, "tests", "autotests")
	p.readUsual(about, k, Bench, "benches", "autobenches")
	if len(k.Targets) == 0 && p.err == nil {
		p.fail(p.doc, about.v.Span(), "the package has nothing to build").
			WithHelp("add src/lib.rs or src/main.rs, or a [lib] or [[bin]] section with a path")
	}
	p.warnShared(k)
	for _, script := range k.BuildScripts {
		stem := strings.TrimSuffix(path.Base(script), path.Ext(script))
		t := Target{Kind: CustomBuild, Name: "build-script-" + stem, NameStated: true, Path: p.absolute(script), Edition: p.edition}
		t.defaults()
		t.ScrapeExamples = new(bool)
		k.Targets = append(k.Targets, t)
	}
}

// absolute keeps the `..` that a file outside of the package begins with, as stock does: all that names the file shows it.
func (p *parser) absolute(file string) string {
	switch native := filepath.FromSlash(file); {
	case filepath.IsAbs(file):
		return native
	case strings.HasPrefix(file, "../"):
		return strings.TrimSuffix(p.dir, string(filepath.Separator)) + string(filepath.Separator) + native
	default:
		return filepath.Join(p.dir, native)
	}
}

func (p *parser) readBuildScripts(about item, k *Package) {
	i := about.get("build")
	switch i.v.Kind() {
	case tomldoc.Missing:
		if p.files.isFile("build.rs") {
			k.BuildScripts = []string{"build.rs"}
		}
	case tomldoc.Boolean:
		if *i.flag() {
			k.BuildScripts = []string{"build.rs"}
		}
	case tomldoc.String:
		k.BuildScripts = []string{clean(i.str())}
	case tomldoc.Array:
		p.require(i, "multiple-build-scripts")
		k.BuildScripts = i.texts()
	default:
		i.expected("a path, true or false")
	}
	seen := map[string]bool{}
	for _, script := range k.BuildScripts {
		stem := strings.TrimSuffix(path.Base(script), path.Ext(script))
		switch {
		case stem == "" || stem == "." || stem == "..":
			i.wrong("`%s` names no file", i.path)
		case seen[stem]:
			i.wrong("two build scripts have the file name %q, which must be unique", stem)
		}
		seen[stem] = true
	}
}

// readLib: without a path it is src/lib.rs; without a name it is the package's.
func (p *parser) readLib(about item, k *Package, packageName string) {
	section := p.top("lib").table()
	auto := about.get("autolib").flag()
	inferred := !section.get("path").there() && p.files.exists("src/lib.rs")
	if !section.there() && (!inferred || auto != nil && !*auto) {
		return
	}
	d := p.declared(section)
	stated := d.get("name").there()
	if !stated {
		d.name = strings.ReplaceAll(packageName, "-", "_")
	}
	p.checkTarget(&d, Lib)
	if strings.Contains(d.name, "-") {
		doc, at := d.at("name")
		p.fail(doc, at, "the name of a library cannot have hyphens, as `%s` does", d.name).WithHelp("write %q", strings.ReplaceAll(d.name, "-", "_"))
	}
	if d.path == "" && !d.get("path").there() {
		d.path = p.libPath(d, inferred)
	}
	t := p.newTarget(d, Lib)
	t.NameStated = stated
	t.CrateTypes = p.libTypes(d)
	k.Targets = append(k.Targets, t)
}

func (p *parser) libPath(d declared, inferred bool) string {
	if inferred {
		return "src/lib.rs"
	}
	legacy := "src/" + d.name + ".rs"
	if p.edition == Edition2015 && p.files.exists(legacy) {
		p.warn(d.item, "`"+legacy+"` was taken for the library `"+d.name+"` by mistake once; rename it to `src/lib.rs` or set lib.path")
		return legacy
	}
	if p.err == nil {
		p.fail(d.doc, d.v.Span(), "there is no src/lib.rs for the library `%s`", d.name).WithHelp("add the file, or set `path` in [lib]")
	}
	return ""
}

func (p *parser) libTypes(d declared) []string {
	if d.types == nil {
		if d.procMacro != nil && *d.procMacro {
			return []string{"proc-macro"}
		}
		return []string{"lib"}
	}
	doc, at := d.at("crate-type")
	switch {
	case slices.Contains(d.types, "dylib") && slices.Contains(d.types, "cdylib"):
		p.fail(doc, at, "the library `%s` cannot be both dylib and cdylib: they have one file name", d.name)
	case slices.Contains(d.types, "proc-macro"):
		p.warn(d.item, "library `"+d.name+"` should only specify `proc-macro = true` instead of setting `crate-type`")
		if len(d.types) > 1 {
			p.fail(doc, at, "proc-macro cannot be one of several crate types")
		}
	}
	return d.types
}

// readPrograms reads the binaries.
func (p *parser) readPrograms(about item, k *Package, packageName string) {
	hasLib := k.Lib() != nil
	ds, inferred := p.gather(Bin, about.get("autobins").flag(), "autobins", func() []source { return p.files.programs(packageName) })
	for i := range ds {
		d := &ds[i]
		p.checkTarget(d, Bin)
		p.checkProgram(d)
		if d.path == "" && !d.get("path").there() {
			found, err := p.find(*d, Bin, inferred, func() string { return p.legacyProgram(d.name, hasLib) })
			if err != "" && p.err == nil {
				p.fail(d.doc, d.v.Span(), "%s", err)
			}
			d.path = found
		}
	}
	p.addTargets(k, Bin, ds)
}

// checkProgram: some names would collide with directories of a build.
func (p *parser) checkProgram(d *declared) {
	doc, at := d.at("name")
	switch d.name {
	case "deps", "examples", "build", "incremental":
		p.fail(doc, at, "a binary cannot be called `%s`: builds have a directory of that name", d.name)
	}
	if len(d.types) > 0 {
		p.warnFatal(d.item, "the target `"+d.name+"` is a binary and can't have any crate-types set (currently \""+strings.Join(d.types, ", ")+"\")")
	}
	if d.procMacro != nil && *d.procMacro {
		p.warnFatal(d.item, "the target `"+d.name+"` is a binary and can't have `proc-macro` set `true`")
	}
	if f := d.get("filename"); f.there() {
		p.require(f, "different-binary-name")
	}
}

func (p *parser) legacyProgram(name string, hasLib bool) string {
	for _, file := range []string{"src/" + name + ".rs", "src/main.rs", "src/bin/main.rs"} {
		if file == "src/"+name+".rs" && hasLib || !p.files.exists(file) {
			continue
		}
		p.warn(item{p: p}, "`"+file+"` was taken for the binary `"+name+"` by mistake once; set `path` of that [[bin]]")
		return file
	}
	return ""
}

// readUsual reads examples, tests and benchmarks. A path that cannot be found only keeps them from being built.
func (p *parser) readUsual(about item, k *Package, kind TargetKind, dir, flag string) {
	ds, inferred := p.gather(kind, about.get(flag).flag(), flag, func() []source { return p.files.sources(dir) })
	kept := ds[:0]
	for _, d := range ds {
		p.checkTarget(&d, kind)
		if d.path == "" && !d.get("path").there() {
			found, err := p.find(d, kind, inferred, func() string { return p.legacyBench(kind, d) })
			if err != "" {
				p.warnFatal(d.item, err)
				continue
			}
			d.path = found
		}
		kept = append(kept, d)
	}
	p.addTargets(k, kind, kept)
}

func (p *parser) legacyBench(kind TargetKind, d declared) string {
	const file = "src/bench.rs"
	if kind != Bench || d.name != "bench" || !p.files.exists(file) {
		return ""
	}
	p.warn(d.item, "`"+file+"` was taken for the benchmark `bench` by mistake once; set `path` of that [[bench]]")
	return file
}

func (p *parser) addTargets(k *Package, kind TargetKind, ds []declared) {
	seen := map[string]bool{}
	for _, d := range ds {
		if seen[d.name] {
			doc, at := d.at("name")
			p.fail(doc, at, "two %s targets are called `%s`, and the name must be unique", kind.noun(), d.name)
		}
		seen[d.name] = true
		t := p.newTarget(d, kind)
		t.NameStated = true
		t.FileName = d.get("filename").str()
		if kind == Example && slices.ContainsFunc(d.types, func(c string) bool { return c != "bin" }) {
			t.CrateTypes = d.types
		}
		k.Targets = append(k.Targets, t)
	}
}

// find is the path of a target that states none.
func (p *parser) find(d declared, kind TargetKind, inferred []source, legacy func() string) (file, err string) {
	var paths []string
	for _, s := range inferred {
		if s.name == d.name {
			paths = append(paths, s.path)
		}
	}
	if len(paths) == 1 {
		return paths[0], ""
	}
	if p.edition == Edition2015 {
		if file := legacy(); file != "" {
			return file, ""
		}
	}
	if len(paths) > 1 {
		return "", "cannot tell the path of " + kind.key() + " `" + d.name + "`: there are both `" + paths[0] + "` and `" + paths[1] + "`; set `path`"
	}
	return "", p.notFound(d.name, kind, inferred)
}

// notFound also looks where such files are put by mistake.
func (p *parser) notFound(name string, kind TargetKind, inferred []source) string {
	usual := map[TargetKind]string{Bin: "src/bin", Example: "examples", Test: "tests", Bench: "benches"}[kind]
	mistaken := map[TargetKind]string{Bin: "src/bins", Example: "example", Test: "test", Bench: "bench"}[kind]
	for _, file := range []string{"/" + name + ".rs", "/" + name + "/main.rs"} {
		if p.files.exists(mistaken + file) {
			return "there is no " + kind.key() + " `" + name + "` in " + usual + ", but `" + mistaken + file + "`; move it to `" + usual + file + "`, or set `path` of that [[" + kind.key() + "]]"
		}
	}
	message := "there is neither `" + usual + "/" + name + ".rs` nor `" + usual + "/" + name + "/main.rs` for the " + kind.key() + " `" + name + "`; set `path` of that [[" + kind.key() + "]] if it is elsewhere"
	names := make([]string, len(inferred))
	for i, s := range inferred {
		names[i] = s.name
	}
	if similar := nearest.Of(name, names...); similar != "" {
		message += " (a target with a similar name exists: `" + similar + "`)"
	}
	return message
}

package manifest

import (
	"strings"

	"berth/internal/cfgexpr"
	"berth/internal/crate"
	"berth/internal/nearest"
	"berth/internal/tomldoc"
)

const (
	dependencyKeys = "version registry registry-index path base git branch tag rev features optional default-features default_features package public artifact lib target"
	inheritingKeys = "workspace features default-features default_features optional public"
	platformKeys   = "dependencies dev-dependencies dev_dependencies build-dependencies build_dependencies"
)

// detail is a dependency as it is written.
type detail struct {
	item
	version, registry, registryIndex, path, git *string
	branch, tag, rev, rename                    *string
	features                                    []string
	optional, defaults, public                  *bool
	dir                                         string // what path is relative to
	strangers                                   []Warning
}

// readAllDependencies reads them in the order in which Cargo lists them: by table, and by name in each.
func (p *parser) readAllDependencies() []*crate.Dependency {
	deps := p.readTable(nil, p.top("dependencies"), crate.Normal, "")
	of := "`" + p.top("package").get("name").str() + "` package"
	deps = p.readTable(deps, p.deprecatedUnderscore(p.whole(), "dev-dependencies", of), crate.Dev, "")
	deps = p.readTable(deps, p.deprecatedUnderscore(p.whole(), "build-dependencies", of), crate.Build, "")
	for _, platform := range p.top("target").table().sorted() {
		platform.table().unused(platformKeys)
		name := p.readPlatform(platform)
		of := "`" + platform.v.Key() + "` platform target"
		deps = p.readTable(deps, platform.get("dependencies"), crate.Normal, name)
		deps = p.readTable(deps, p.deprecatedUnderscore(platform, "build-dependencies", of), crate.Build, name)
		deps = p.readTable(deps, p.deprecatedUnderscore(platform, "dev-dependencies", of), crate.Dev, name)
	}
	p.checkOneSource(deps)
	return deps
}

// readPlatform is the platform in the form in which Cargo writes it.
func (p *parser) readPlatform(i item) string {
	platform, err := cfgexpr.Parse(i.v.Key())
	if err != nil {
		e := p.fail(i.doc, i.v.KeySpan(), "%v", err)
		if hint, ok := err.(*cfgexpr.Error); ok && hint.Hint() != "" {
			e.WithHelp("%s", hint.Hint())
		}
		return ""
	}
	for _, c := range platform.Pointless() {
		p.warn(i, "`"+c.String()+"` in `"+i.path.String()+"` never selects a dependency, as it is not of the target but of how a crate is built")
	}
	for _, c := range platform.Keywords() {
		p.warn(i, "`"+c.String()+"` in `"+i.path.String()+"` is a keyword of Rust; write it as r#"+c.String())
	}
	return platform.String()
}

func (p *parser) readTable(deps []*crate.Dependency, table item, kind crate.DepKind, platform string) []*crate.Dependency {
	for _, i := range table.table().sorted() {
		d := p.readDependency(i, kind)
		if p.err != nil {
			return deps
		}
		dep := p.dependency(d)
		if p.err != nil {
			return deps
		}
		dep.Kind, dep.Platform = kind, platform
		if dep.Optional && kind == crate.Dev {
			d.get("optional").wrong("a dev-dependency cannot be optional, as `%s` says", i.v.Key())
		}
		deps = append(deps, dep)
	}
	return deps
}

// readDependency reads one entry, of this manifest or inherited.
func (p *parser) readDependency(i item, kind crate.DepKind) detail {
	if err := crate.CheckPackageName(i.v.Key()); err != nil {
		p.fail(i.doc, i.v.KeySpan(), "%v", err)
		return detail{}
	}
	var d detail
	if w := i.get("workspace"); w.there() {
		d = p.inheritDependency(i, w)
	} else {
		d = p.readDetail(i)
		p.warnOfOldDefaults(i)
		d.dir = p.dir
	}
	p.warnings = append(p.warnings, d.strangers...)
	if d.public != nil {
		p.checkPublic(&d, i, kind)
	}
	return d
}

// checkPublic: the key is for nightly, and elsewhere passed over.
func (p *parser) checkPublic(d *detail, i item, kind crate.DepKind) {
	switch enabled := p.features["public-dependency"]; {
	case kind != crate.Normal && enabled:
		i.get("public").wrong("only a regular dependency can be public")
	case kind != crate.Normal:
		p.warn(i, "'public' specifier can only be used on regular dependencies, not "+kind.String()+"-dependencies")
		d.public = nil
	case !enabled:
		p.warn(i, "ignoring `public` on dependency "+i.v.Key()+", pass `-Zpublic-dependency` to enable support for it")
		d.public = nil
	}
}

// inheritDependency takes an entry of [workspace.dependencies], and adds what the member says of its own.
func (p *parser) inheritDependency(i, w item) detail {
	if b := w.flag(); b != nil && !*b {
		w.wrong("`%s` cannot be false", w.path).WithHelp("leave it out, and say where the dependency comes from")
	}
	if p.err != nil {
		return detail{}
	}
	root := p.workspace(i)
	if root == nil {
		return detail{}
	}
	entry := item{p, root.Doc, root.Dependencies.Get(i.v.Key()), trailOf("workspace", "dependencies", i.v.Key())}
	if !entry.there() {
		var names []string
		for v := range root.Dependencies.Table().Entries() {
			names = append(names, v.Key())
		}
		p.misnamed(i, "`"+i.v.Key()+"` is inherited, but [workspace.dependencies] has no such entry", i.v.Key(), names, "dependency")
		return detail{}
	}
	d := p.readDetail(entry)
	p.warnOfOldDefaults(entry)
	d.dir = root.Dir
	d.strangers = i.strangers(inheritingKeys)
	d.item = i
	d.optional, d.public = i.get("optional").flag(), i.get("public").flag()
	d.features = append(d.features, i.get("features").texts()...)
	p.inheritDefaults(&d, i)
	return d
}

// inheritDefaults: a member can turn default features on that the workspace turned off, but the other way only where that
// is new.
func (p *parser) inheritDefaults(d *detail, i item) {
	own := defaultsOf(i)
	newer := p.opts.Release.InheritedDefaultsOff()
	switch {
	case own == nil:
	case newer && p.edition >= Edition2024:
		d.defaults = own
	case *own && d.defaults != nil && !*d.defaults:
		d.defaults = own
	case !*own && (d.defaults == nil || *d.defaults):
		stated := "not specified"
		if d.defaults != nil {
			stated = "true"
		}
		switch message := "`default-features` is ignored for " + i.v.Key() + ", since `default-features` was " + stated + " for `workspace.dependencies." + i.v.Key() + "`"; {
		case p.edition >= Edition2024:
			i.get("default-features").wrong("`default-features = false` cannot turn off what [workspace.dependencies] leaves on for `%s`", i.v.Key()).
				WithHelp("state `default-features = false` in [workspace.dependencies], and turn them on in the members that want them")
		default:
			if newer {
				message += "; overriding workspace `default-features` to false requires Rust 1.99+ and the 2024 edition"
			} else {
				message += ", this could become a hard error in the future"
			}
			p.warn(i, message)
		}
	}
}

// defaultsOf is what is said of default features, in whichever spelling.
func defaultsOf(i item) *bool {
	if now := i.get("default-features"); now.there() {
		return now.flag()
	}
	return i.get("default_features").flag()
}

// warnOfOldDefaults is for the packages that have a dependency: who says something that nobody takes up hears nothing.
func (p *parser) warnOfOldDefaults(i item) {
	p.deprecatedUnderscore(i, "default-features", "`"+i.v.Key()+"` dependency")
}

// readDetail reads what is written for a dependency in one place: a requirement, or a table.
func (p *parser) readDetail(i item) detail {
	d := detail{item: i}
	switch i.v.Kind() {
	case tomldoc.String:
		d.version = i.text()
		return d
	case tomldoc.TableKind:
	case tomldoc.Boolean:
		e := i.wrong("`%s` is a boolean, expected a version like \"0.9.8\" or a table like { version = \"0.9.8\" }", i.path)
		if b, _ := i.v.Bool(); b {
			e.WithHelp("for a dependency of the workspace write `%s.workspace = true`", i.v.Key())
		}
		return d
	default:
		i.expected("a version like \"0.9.8\" or a table like { version = \"0.9.8\" }")
		return d
	}
	d.strangers = i.strangers(dependencyKeys)
	d.version, d.path, d.git = i.get("version").text(), i.get("path").text(), i.get("git").text()
	d.registry, d.registryIndex = i.get("registry").text(), i.get("registry-index").text()
	d.branch, d.tag, d.rev = i.get("branch").text(), i.get("tag").text(), i.get("rev").text()
	d.rename = i.get("package").text()
	d.features = i.get("features").texts()
	d.optional, d.public = i.get("optional").flag(), i.get("public").flag()
	d.defaults = defaultsOf(i)
	p.refuseUnstable(i)
	return d
}

func (p *parser) refuseUnstable(i item) {
	if base := i.get("base"); base.there() {
		p.require(base, "path-bases")
	}
	if artifact := i.get("artifact"); artifact.there() {
		p.fail(artifact.doc, artifact.v.KeySpan(), "`%s` needs -Z bindeps, which is not stable", artifact.path)
	}
	for _, key := range []string{"lib", "target"} {
		if needs := i.get(key); needs.there() {
			p.fail(needs.doc, needs.v.KeySpan(), "`%s` means nothing without `artifact`", needs.path)
		}
	}
}

// checkOneSource: a name stands for one source, whatever the platform.
func (p *parser) checkOneSource(deps []*crate.Dependency) {
	sources := map[string]crate.SourceID{}
	for _, d := range deps {
		name := d.NameInManifest()
		if before, ok := sources[name]; ok && !before.Same(d.Source) {
			p.failDependency(name, "dependency `%s` comes from different sources in different tables, expected the same everywhere", name)
			return
		}
		sources[name] = d.Source
	}
}

// failDependency is an error about an entry of any table.
func (p *parser) failDependency(name, format string, args ...any) {
	tables := []item{p.top("dependencies"), p.top("dev-dependencies"), p.top("build-dependencies")}
	for _, platform := range p.top("target").sorted() {
		tables = append(tables, platform.get("dependencies"), platform.get("dev-dependencies"), platform.get("build-dependencies"))
	}
	at := tomldoc.Span{}
	for _, table := range tables {
		if i := table.get(name); i.there() {
			at = i.v.KeySpan()
		}
	}
	p.fail(p.doc, at, format, args...)
}

// misnamed is an error about a name that nothing has.
func (p *parser) misnamed(i item, message, name string, names []string, what string) {
	e := i.wrong("%s", message)
	if similar := nearest.Of(name, names...); similar != "" {
		e.WithHelp("a %s with a similar name exists: `%s`", what, similar)
	} else if len(names) > 0 && len(names) <= 8 {
		e.WithHelp("there are: %s", strings.Join(names, ", "))
	}
}

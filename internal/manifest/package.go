package manifest

import (
	"strings"

	"berth/internal/crate"
	"berth/internal/semver"
	"berth/internal/tomldoc"
)

const packageKeys = "edition rust-version name version authors build metabuild default-target forced-target links exclude include publish workspace " +
	"im-a-teapot autolib autobins autoexamples autotests autobenches default-run description homepage documentation readme keywords categories " +
	"license license-file repository resolver metadata cargo-features"

func (p *parser) readPackage(about item) {
	about.unused(packageKeys)
	if i := about.get("cargo-features"); i.there() {
		p.fail(i.doc, i.v.KeySpan(), "`cargo-features` is not part of [package]").WithHelp("put it above the first table of the manifest")
	}
	k := &Package{Dir: p.dir}
	p.m.Package = k
	id := crate.PackageID{Name: p.packageName(about), Source: p.own()}
	rust := p.inherited(about, "rust-version").rustVersion()
	p.edition = p.readEdition(about, rust)
	k.Edition = p.edition
	p.checkProject()
	if v := p.inherited(about, "version").version(); v != nil {
		id.Version, k.HasVersion = *v, true
	}
	p.readDescription(about, k)
	if r := about.get("resolver"); r.there() {
		if p.m.Resolver != 0 {
			r.wrong("`resolver` is stated in both [package] and [workspace]").WithHelp("leave the one in [workspace]")
		}
		p.m.Resolver = p.readResolver(r)
	}
	deps := p.readAllDependencies()
	p.readTargets(about, k, id.Name)
	p.checkLinks(about, k)
	p.readOther(about, k)
	if p.err != nil {
		return
	}
	k.Beside = p.beside
	k.Summary = &crate.Summary{ID: id, Deps: deps, RustVersion: rust}
	if k.Links != nil {
		k.Summary.Links = *k.Links
	}
	p.readFeatureTable(k.Summary)
	p.checkDefaultRun(about, k)
}

func (p *parser) packageName(about item) string {
	i := about.get("name")
	if !i.there() {
		p.fail(about.doc, about.v.Span(), "the package has no `name`").WithHelp("add `name = \"…\"` to [package]")
		return ""
	}
	name := i.str()
	if err := crate.CheckPackageName(name); err != nil {
		i.wrong("%v", err)
	}
	return name
}

// checkProject: [project] is what [package] was called before Cargo had a version.
func (p *parser) checkProject() {
	i := p.top("project")
	switch {
	case !i.there():
	case p.edition >= Edition2024:
		i.wrong("[project] is no longer read in edition 2024").WithHelp("call it [package]")
	default:
		p.warn(i, "`[project]` is deprecated in favor of `[package]`")
	}
}

func (p *parser) readEdition(about item, rust semver.Partial) Edition {
	i := p.inherited(about, "edition")
	text := i.text()
	if text == nil {
		p.warnNoEdition(rust)
		return Edition2015
	}
	edition, ok := ParseEdition(*text)
	if !ok {
		i.wrong("there is no edition %q in this version, expected \"2015\", \"2018\", \"2021\" or \"2024\"", *text)
		return Edition2015
	}
	if edition == EditionFuture {
		p.require(about.get("edition"), "unstable-editions")
	}
	if first := edition.first(); !rust.IsZero() && first != (semver.Version{}) && !compatible(first, rust) {
		about.get("rust-version").wrong("rust-version %s is older than edition %s, which came with %s", rust, edition, first)
	}
	return edition
}

// compatible tells whether what runs with `needs` runs with the release that a rust-version names.
func compatible(needs semver.Version, rust semver.Partial) bool {
	release := semver.Version{Major: rust.Major, Minor: rust.Minor, Patch: rust.Patch}
	return semver.PartialOf(needs).CaretReq().Matches(release)
}

// warnNoEdition tells what could be used, but not those whose rust-version allows nothing newer.
func (p *parser) warnNoEdition(rust semver.Partial) {
	best := Edition2015
	for _, e := range []Edition{Edition2018, Edition2021, Edition2024} {
		if !rust.IsZero() && compatible(e.first(), rust) {
			best = e
		}
	}
	switch {
	case rust.IsZero() || best == Edition2024:
		p.warn(item{p: p}, "the package has no `edition`: it counts as 2015, while the latest is 2024")
	case best != Edition2015:
		p.warn(item{p: p}, "the package has no `edition`: it counts as 2015, while its `rust-version` allows "+best.String())
	}
}

// version is a whole version; white space around it has always been taken.
func (i item) version() *semver.Version {
	text := i.text()
	if text == nil {
		return nil
	}
	v, err := semver.Parse(strings.TrimSpace(*text))
	if err != nil {
		i.wrong("`%s`: %v", i.path, err)
		return nil
	}
	return &v
}

func (i item) rustVersion() semver.Partial {
	text := i.text()
	if text == nil {
		return semver.Partial{}
	}
	v, err := semver.ParsePartial(*text)
	switch {
	case err != nil:
		i.wrong("`%s`: %v", i.path, err).WithHelp("it is a release of Rust, such as \"1.70\"")
	case v.Pre != "" || v.Build != "":
		i.wrong("`%s` is a release of Rust, such as \"1.70\": it has no pre-release or build part", i.path)
	}
	return v
}

func (p *parser) readDescription(about item, k *Package) {
	k.Authors = p.inherited(about, "authors").texts()
	k.Keywords = p.inherited(about, "keywords").texts()
	k.Categories = p.inherited(about, "categories").texts()
	k.License = p.inherited(about, "license").text()
	k.LicenseFile = p.inheritedPath(about, "license-file")
	k.Description = p.inherited(about, "description").text()
	k.Readme = p.readme(about)
	k.Homepage = p.inherited(about, "homepage").text()
	k.Repository = p.inherited(about, "repository").text()
	k.Documentation = p.inherited(about, "documentation").text()
	k.Include = p.inherited(about, "include").texts()
	k.Exclude = p.inherited(about, "exclude").texts()
	k.Metadata = about.get("metadata").free()
	k.Badges = p.top("badges").badges()
	k.Publish = p.inherited(about, "publish").publish()
	if k.Publish == nil && !about.get("publish").there() && !k.HasVersion {
		k.Publish = &[]string{}
	}
	if !k.HasVersion && (k.Publish == nil || len(*k.Publish) > 0) {
		about.get("publish").wrong("a package that may be published needs a `version`").WithHelp("add `version = \"0.1.0\"` to [package], or leave out `publish`")
	}
	if k.License != nil && k.LicenseFile != nil {
		p.warn(about.get("license-file"), "only one of `license` or `license-file` is necessary\n"+
			"`license` is for licenses that an SPDX expression names, `license-file` for others")
	}
}

// free is a value that is for other tools, of whatever kind; only numbers have to be such as they can read.
func (i item) free() *tomldoc.Value {
	if i.v.Kind() == tomldoc.Integer {
		if _, ok := i.v.Int(); !ok {
			i.wrong("`%s` is too large a number", i.path)
		}
	}
	for _, one := range i.entries() {
		one.free()
	}
	for one := range i.items() {
		one.free()
	}
	return i.v
}

// publish is the list of registries, nil for all of them.
func (i item) publish() *[]string {
	switch i.v.Kind() {
	case tomldoc.Array:
		list := i.texts()
		return &list
	case tomldoc.Boolean:
		if !*i.flag() {
			return &[]string{}
		}
	case tomldoc.Missing:
	default:
		i.expected("true, false or an array of registries")
	}
	return nil
}

func (i item) badges() []Badge {
	var badges []Badge
	for _, one := range i.table().sorted() {
		b := Badge{Name: one.v.Key()}
		for _, pair := range one.table().sorted() {
			b.Pairs = append(b.Pairs, [2]string{pair.v.Key(), pair.str()})
		}
		badges = append(badges, b)
	}
	return badges
}

// readOther reads the keys of [package] that are of no interest to most packages.
func (p *parser) readOther(about item, k *Package) {
	k.DefaultRun = about.get("default-run").text()
	k.Lints, k.LintFlags = p.readPackageLints()
	k.DefaultTarget, k.ForcedTarget = about.get("default-target").str(), about.get("forced-target").str()
	for _, key := range []string{"default-target", "forced-target"} {
		if i := about.get(key); i.there() {
			p.require(i, "per-package-target")
		}
	}
	if i := about.get("im-a-teapot"); i.flag() != nil {
		p.require(i, "test-dummy-unstable")
	}
	if hints := p.top("hints").table(); hints.there() {
		hints.unused("mostly-unused")
		k.HasHints, k.MostlyUnused = true, hints.get("mostly-unused").free()
	}
}

func (p *parser) checkLinks(about item, k *Package) {
	i := about.get("links")
	if k.Links = i.text(); k.Links != nil && len(k.BuildScripts) == 0 && len(k.Metabuild) == 0 {
		i.wrong("the package links to `%s` but has no build script", *k.Links).WithHelp("add a build.rs, which tells how to link, or leave `links` out")
	}
}

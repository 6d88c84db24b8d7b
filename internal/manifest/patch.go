package manifest

import (
	"berth/internal/crate"
	"berth/internal/semver"
)

// Patch is an entry of [patch.<source>].
type Patch struct {
	Source crate.SourceID // whose packages are replaced
	Key    string         // the source as the manifest names it
	Dep    *crate.Dependency
}

// Replace is an entry of [replace], which [patch] has taken the place of.
type Replace struct {
	Spec crate.Spec
	Dep  *crate.Dependency
}

func (p *parser) readPatches() {
	table := p.top("patch").table()
	for _, source := range table.sorted() {
		id := p.patchedSource(source)
		for _, i := range source.table().sorted() {
			d := p.readDependency(i, crate.Normal)
			if p.err != nil {
				return
			}
			dep := p.dependency(d)
			if p.err != nil {
				return
			}
			p.m.Patches = append(p.m.Patches, Patch{id, source.v.Key(), dep})
		}
	}
}

// patchedSource: a registry's name, or a URL of a registry or a repository.
func (p *parser) patchedSource(i item) crate.SourceID {
	name := i.v.Key()
	if name == crate.PublicKey {
		return crate.PublicSource()
	}
	if p.opts.Registry != nil {
		if source, err := p.opts.Registry(name); err == nil {
			return source
		}
	}
	source, err := crate.RegistrySource(name, "")
	if err != nil && p.err == nil {
		e := p.fail(i.doc, i.v.KeySpan(), "`%s` is neither a registry of the configuration nor a URL", i.path)
		if name == "crates" {
			e.WithHelp("the public registry is [patch.%s]", crate.PublicKey)
		}
	}
	return source
}

func (p *parser) readReplaces() {
	table := p.top("replace").table()
	if table.there() && p.top("patch").there() {
		p.fail(table.doc, table.v.KeySpan(), "[replace] and [patch] cannot be in one manifest").WithHelp("[patch] can do all that [replace] can")
	}
	for _, i := range table.sorted() {
		spec, err := crate.ParseSpec(i.v.Key())
		if err != nil || spec.Version.Parts < 3 {
			p.fail(i.doc, i.v.KeySpan(), "`%s` names no version to replace, expected NAME:VERSION", i.path)
			return
		}
		if spec.URL == "" {
			spec.URL = crate.PublicSource().URL()
		}
		d := p.readDetail(i)
		d.dir = p.dir
		if d.version != nil {
			i.wrong("`%s` cannot state a version: it has that of the package in whose place it comes", i.path)
		}
		if p.err != nil {
			return
		}
		p.warnings = append(p.warnings, d.strangers...)
		dep := p.dependency(d)
		if p.err != nil {
			return
		}
		if dep.Rename == "" {
			dep.Name = spec.Name
		}
		dep.Req, dep.HasReq = semver.ExactReq(spec.Version.Version()), true
		p.m.Replaces = append(p.m.Replaces, Replace{spec, dep})
	}
}

package manifest

import (
	"path/filepath"
	"strings"

	"berth/internal/crate"
	"berth/internal/semver"
)

// dependency makes of what is written what the resolver works with.
func (p *parser) dependency(d detail) *crate.Dependency {
	dep := &crate.Dependency{Name: d.v.Key(), DefaultFeatures: true, Features: d.features}
	if d.version == nil && d.path == nil && d.git == nil {
		p.fail(d.doc, d.v.KeySpan(), "dependency `%s` says nothing of where it comes from", d.v.Key()).
			WithHelp("give it a version, a `path`, a `git` repository, or `workspace = true`")
		return nil
	}
	if d.rename != nil {
		if err := crate.CheckPackageName(*d.rename); err != nil {
			d.get("package").wrong("%v", err)
			return nil
		}
		dep.Name, dep.Rename = *d.rename, d.v.Key()
	}
	if d.version != nil {
		p.readReq(d, dep)
	}
	p.checkFeatureNames(d)
	dep.Source = p.dependencySource(d)
	dep.Registry = p.statedRegistry(d)
	dep.Optional = d.optional != nil && *d.optional
	dep.Public = d.public != nil && *d.public
	if d.defaults != nil {
		dep.DefaultFeatures = *d.defaults
	}
	return dep
}

func (p *parser) readReq(d detail, dep *crate.Dependency) {
	req, err := semver.ParseReq(*d.version)
	if err != nil {
		i := d.item
		if v := d.get("version"); v.there() {
			i = v
		}
		i.wrong("the requirement of dependency `%s`: %v", d.v.Key(), err)
		return
	}
	if strings.Contains(*d.version, "+") {
		p.warn(d.item, "version requirement `"+*d.version+"` for dependency `"+d.v.Key()+"` includes semver metadata which will be ignored, removing the metadata is recommended to avoid confusion")
	}
	dep.Req, dep.HasReq = req, true
}

func (p *parser) checkFeatureNames(d detail) {
	for _, feature := range d.features {
		i := d.get("features")
		if !i.there() {
			i = d.item
		}
		switch {
		case strings.Contains(feature, "/"):
			i.wrong("feature `%s` of dependency `%s` cannot have a slash", feature, d.v.Key()).
				WithHelp("features of its own dependencies can only be reached through a feature that it has in its [features]")
		case strings.HasPrefix(feature, "dep:"):
			i.wrong("feature `%s` of dependency `%s` cannot begin with dep:", feature, d.v.Key()).
				WithHelp("name a feature that it has in its [features]")
		}
	}
}

func (p *parser) dependencySource(d detail) crate.SourceID {
	p.checkAmbiguous(d)
	switch {
	case p.err != nil:
	case d.git != nil:
		return p.gitSource(d)
	case d.path != nil:
		return p.pathSource(d)
	case d.registry != nil:
		return p.registry(d.get("registry"), *d.registry)
	case d.registryIndex != nil:
		return p.registryIndex(d)
	default:
		p.checkPublicRegistry(d.item)
	}
	return crate.PublicSource()
}

// checkPublicRegistry refuses a dependency of the public registry where that cannot be.
func (p *parser) checkPublicRegistry(i item) {
	if p.opts.NoPublic != nil {
		i.wrong("%v", p.opts.NoPublic)
	}
}

func (p *parser) checkAmbiguous(d detail) {
	var refs []string
	for _, ref := range []struct {
		key   string
		value *string
	}{{"branch", d.branch}, {"tag", d.tag}, {"rev", d.rev}} {
		if ref.value != nil {
			refs = append(refs, ref.key)
		}
	}
	switch {
	case d.git != nil && d.path != nil:
		d.wrong("dependency `%s` has both `git` and `path`, and only one can be", d.v.Key())
	case d.git != nil && !p.opts.Release.GitAndRegistry() && (d.registry != nil || d.registryIndex != nil):
		d.wrong("dependency `%s` has both `git` and `registry`, and only one can be", d.v.Key())
	case d.registry != nil && d.registryIndex != nil:
		d.wrong("dependency `%s` has both `registry` and `registry-index`, and only one can be", d.v.Key())
	case d.git == nil && len(refs) > 0:
		d.wrong("dependency `%s` has `%s`, which means nothing without `git`", d.v.Key(), refs[0])
	case len(refs) > 1:
		d.wrong("dependency `%s` has `%s`, and only one of `branch`, `tag` and `rev` can be", d.v.Key(), strings.Join(refs, "` and `"))
	}
}

func (p *parser) gitSource(d detail) crate.SourceID {
	ref := crate.GitRef{Kind: crate.DefaultBranch}
	switch {
	case d.branch != nil:
		ref = crate.GitRef{Kind: crate.Branch, Name: *d.branch}
	case d.tag != nil:
		ref = crate.GitRef{Kind: crate.Tag, Name: *d.tag}
	case d.rev != nil:
		ref = crate.GitRef{Kind: crate.Rev, Name: *d.rev}
	}
	if _, fragment, ok := strings.Cut(*d.git, "#"); ok {
		p.warn(d.item, "URL fragment `#"+fragment+"` in git URL is ignored for dependency ("+d.v.Key()+"). "+
			"If you were trying to specify a specific git revision, use `rev = \""+fragment+"\"` in the dependency declaration.")
	}
	source, err := crate.GitSource(*d.git, ref)
	if err != nil {
		d.wrong("the repository of dependency `%s`: %v", d.v.Key(), err)
	}
	return source
}

// pathSource: of a package in a directory of the user's it is another directory; elsewhere (in a git repository, an
// archive) it is the same source.
func (p *parser) pathSource(d detail) crate.SourceID {
	dir := filepath.FromSlash(*d.path)
	if !filepath.IsAbs(dir) {
		dir = filepath.Join(d.dir, dir)
	}
	dir = filepath.Clean(dir)
	if !p.own().IsPath() {
		p.beside = append(p.beside, dir)
		return p.own()
	}
	return crate.PathSource(dir)
}

func (p *parser) registry(i item, name string) crate.SourceID {
	if err := crate.CheckRegistryName(name); err != nil {
		i.wrong("%v", err)
		return crate.SourceID{}
	}
	if name == crate.PublicKey {
		p.checkPublicRegistry(i)
		return crate.PublicSource()
	}
	if p.opts.Registry == nil {
		i.wrong("registry `%s` has no index in the configuration", name)
		return crate.SourceID{}
	}
	source, err := p.opts.Registry(name)
	if err != nil {
		i.wrong("%v", err)
	}
	return source
}

func (p *parser) registryIndex(d detail) crate.SourceID {
	source, err := crate.RegistrySource(*d.registryIndex, "")
	if err != nil {
		d.get("registry-index").wrong("%v", err)
	}
	return source
}

// statedRegistry is the registry that the manifest names, also beside a path or a repository.
func (p *parser) statedRegistry(d detail) crate.SourceID {
	switch {
	case p.err != nil:
	case d.registry != nil:
		return p.registry(d.get("registry"), *d.registry)
	case d.registryIndex != nil:
		return p.registryIndex(d)
	}
	return crate.SourceID{}
}

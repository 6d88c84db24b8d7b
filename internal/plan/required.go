package plan

import (
	"fmt"
	"slices"
	"strings"

	"berth/internal/crate"
	"berth/internal/manifest"
	"berth/internal/resolve/features"
	"berth/internal/unit"
)

// missingFeatures tells whether a target requires features that are off.
func (p *planner) missingFeatures(k *pkg, t *manifest.Target) (bool, error) {
	if t.RequiredFeatures == nil {
		return false, nil
	}
	if err := p.checkRequired(k, t); err != nil {
		return false, err
	}
	on := p.allFeatures(k, NeedsDev(p.in.Intent, p.in.Targets), p.in.Kinds)
	return slices.ContainsFunc(*t.RequiredFeatures, func(f string) bool { return !on[f] }), nil
}

// allFeatures are the features of a package, and as name/feature those of its dependencies.
func (p *planner) allFeatures(k *pkg, dev bool, kinds []unit.Kind) map[string]bool {
	on := map[string]bool{}
	names, _ := p.in.Features.Of(features.Use{Package: k.index})
	for _, name := range names {
		on[name] = true
	}
	for _, e := range p.in.Graph.Packages[k.index].Edges {
		if !slices.ContainsFunc(e.Deps, func(d *crate.Dependency) bool { return (dev || d.Kind != crate.Dev) && p.isActiveOn(d, kinds) }) {
			continue
		}
		to := p.pkg(p.in.Graph.Target(e))
		macro := slices.ContainsFunc(to.targets, func(t *manifest.Target) bool { return t.ProcMacro })
		for _, d := range e.Deps {
			names, _ := p.in.Features.Of(features.Use{Package: to.index, Host: macro || d.Kind == crate.Build})
			for _, name := range names {
				on[d.NameInManifest()+"/"+name] = true
			}
		}
	}
	return on
}

// isActiveOn: on the host too, as build scripts are for it.
func (p *planner) isActiveOn(d *crate.Dependency, kinds []unit.Kind) bool {
	return d.Platform == "" || p.in.Active(d, unit.Host) || slices.ContainsFunc(kinds, func(k unit.Kind) bool { return p.in.Active(d, k) })
}

// checkRequired looks for mistakes in required-features.
func (p *planner) checkRequired(k *pkg, t *manifest.Target) error {
	s := k.manifest.Package.Summary
	for _, text := range *t.RequiredFeatures {
		v := crate.ParseFeatureValue(text)
		complain := func(format string, args ...any) {
			p.warnings = append(p.warnings, fmt.Sprintf("invalid feature `%s` in required-features of target `%s`: ", text, t.Name)+fmt.Sprintf(format, args...))
		}
		switch {
		case v.IsFeature() && !s.Features.Has(v.Feature):
			complain("`%s` is not present in [features] section", text)
		case v.IsFeature():
		case v.IsDep():
			return fmt.Errorf("invalid feature `%s` in required-features of target `%s`: `dep:` prefixed feature values are not allowed in required-features", text, t.Name)
		case v.Weak:
			return fmt.Errorf("invalid feature `%s` in required-features of target `%s`: optional dependency with `?` is not allowed in required-features", text, t.Name)
		default:
			to := p.dependency(k, v.Dep)
			if to == nil {
				complain("dependency `%s` does not exist", v.Dep)
			} else if !to.Features.Has(v.Feature) && !hasOptional(to, v.Feature) {
				complain("feature `%s` does not exist in package `%s`", v.Feature, to.ID)
			}
		}
	}
	return nil
}

// dependency is a package that another depends on by that name, with whatever features.
func (p *planner) dependency(k *pkg, name string) *crate.Summary {
	g := p.in.Whole
	at := g.Find(p.in.Graph.Packages[k.index].ID)
	if at < 0 {
		return nil
	}
	for _, e := range g.Packages[at].Edges {
		if slices.ContainsFunc(e.Deps, func(d *crate.Dependency) bool { return d.NameInManifest() == name }) {
			return g.Packages[g.Target(e)].Summary
		}
	}
	return nil
}

func hasOptional(s *crate.Summary, name string) bool {
	return slices.ContainsFunc(s.Deps, func(d *crate.Dependency) bool { return d.Optional && d.NameInManifest() == name })
}

func requiresError(p *manifest.Package, t *manifest.Target) error {
	var quoted []string
	for _, f := range *t.RequiredFeatures {
		quoted = append(quoted, "`"+f+"`")
	}
	return fmt.Errorf("target `%s` in package `%s` requires the features: %s\nConsider enabling them by passing, e.g., `--features=\"%s\"`",
		t.Name, p.Name(), strings.Join(quoted, ", "), strings.Join(*t.RequiredFeatures, " "))
}

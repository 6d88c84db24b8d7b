package plan

import (
	"fmt"
	"slices"
	"strings"

	"berth/internal/manifest"
	"berth/internal/unit"
)

// proposal is a target that may be asked for.
type proposal struct {
	pkg    *pkg
	target int
	mode   unit.Mode
	strict bool // it is an error if features that it requires are off
}

// roots are the units that are asked for, in order.
func (p *planner) roots() ([]*node, error) {
	proposals, err := p.proposals()
	if err != nil {
		return nil, err
	}
	var roots []*node
	for _, c := range proposals {
		t := c.pkg.targets[c.target]
		missing, err := p.missingFeatures(c.pkg, t)
		if err != nil {
			return nil, err
		}
		switch {
		case t.Kind == manifest.Lib || !missing:
			roots = p.addUnits(roots, c)
		case c.strict:
			return nil, requiresError(c.pkg.manifest.Package, t)
		}
	}
	p.warnOfNothing(roots)
	slices.SortFunc(roots, p.compareNodes)
	return p.override(roots)
}

// addUnits adds the units of a target, one a kind, none twice.
func (p *planner) addUnits(roots []*node, c proposal) []*node {
	t := c.pkg.targets[c.target]
	mode := c.mode
	if mode == unit.Test && t.Kind == manifest.Example && !p.in.Targets.IsSpecific() && !t.Test {
		mode = unit.Build // to see that it compiles
	}
	for _, k := range p.in.Kinds {
		kind := p.kindIndex(p.explicit(k))
		isTest := c.mode == unit.Test || c.mode == unit.CheckTest || c.mode == unit.Doctest
		index, prof := p.profileFor(c.pkg, use{unwind: isTest || t.ForHost}, kind)
		n := p.node(c.pkg, c.target, forTarget(kind, t), mode, index, prof, p.featuresFor(c.pkg, t.ProcMacro))
		if !slices.Contains(roots, n) {
			roots = append(roots, n)
		}
	}
	return roots
}

func (p *planner) proposals() ([]proposal, error) {
	f := p.in.Targets
	if !f.IsSpecific() {
		return p.defaults(), nil
	}
	var all []proposal
	mode := p.in.Intent.mode()
	if f.Lib || f.withLib {
		libs, err := p.libraries(mode)
		if err != nil {
			return nil, err
		}
		all = libs
	}
	testMode := mode
	switch p.in.Intent {
	case Build:
		testMode = unit.Test
	case Check, CheckTests:
		testMode = unit.CheckTest
	}
	for _, l := range []listing{
		{f.Bins, "bin", mode, isKind(manifest.Bin)},
		{f.Examples, "example", mode, isKind(manifest.Example)},
		{f.Tests, "test", testMode, either(f.Tests.All, func(t *manifest.Target) bool { return t.Test }, isKind(manifest.Test))},
		{f.Benches, "bench", testMode, either(f.Benches.All, func(t *manifest.Target) bool { return t.Bench }, isKind(manifest.Bench))},
	} {
		if l.rule.All {
			all = append(all, p.filter(l.is, l.mode, false)...)
			continue
		}
		for _, name := range l.rule.Names {
			named, err := p.named(l, name)
			if err != nil {
				return nil, err
			}
			all = append(all, named...)
		}
	}
	return all, nil
}

// listing is one kind of target, and which of it are asked for.
type listing struct {
	rule Rule
	noun string
	mode unit.Mode
	is   func(*manifest.Target) bool
}

func isKind(k manifest.TargetKind) func(*manifest.Target) bool {
	return func(t *manifest.Target) bool { return t.Kind == k }
}

func either(first bool, a, b func(*manifest.Target) bool) func(*manifest.Target) bool {
	if first {
		return a
	}
	return b
}

// defaults are what the verb takes where flags say nothing.
func (p *planner) defaults() []proposal {
	var all []proposal
	for _, i := range p.in.Chosen {
		k := p.pkg(i)
		for at, t := range k.targets {
			if p.in.Intent.defaults(k.manifest.Package.Targets, t) {
				all = append(all, proposal{k, at, p.in.Intent.mode(), p.in.Targets.Strict})
			}
		}
		if p.in.Intent != Test {
			continue
		}
		if at := slices.IndexFunc(k.targets, (*manifest.Target).Doctested); at >= 0 {
			all = append(all, proposal{pkg: k, target: at, mode: unit.Doctest})
		}
	}
	return all
}

func (p *planner) filter(is func(*manifest.Target) bool, mode unit.Mode, strict bool) []proposal {
	var all []proposal
	for _, i := range p.in.Chosen {
		k := p.pkg(i)
		for at, t := range k.targets {
			if is(t) {
				all = append(all, proposal{k, at, mode, strict})
			}
		}
	}
	return all
}

// libraries are those of the chosen packages.
func (p *planner) libraries(mode unit.Mode) ([]proposal, error) {
	var libs []proposal
	for _, c := range p.filter(isKind(manifest.Lib), mode, false) {
		t := c.pkg.targets[c.target]
		if p.in.Intent == Doctest && !isDoctestable(t) {
			p.warnings = append(p.warnings, fmt.Sprintf("doc tests are not supported for crate type(s) `%s` in package `%s`", strings.Join(t.RustcTypes(), ", "), c.pkg.manifest.Package.Name()))
			continue
		}
		libs = append(libs, c)
	}
	if len(libs) > 0 || !p.in.Targets.Lib {
		return libs, nil
	}
	var names []string
	for _, i := range p.in.Chosen {
		names = append(names, p.in.Graph.Packages[i].ID.Name)
	}
	if len(names) == 1 {
		return nil, fmt.Errorf("no library targets found in package `%s`", names[0])
	}
	return nil, fmt.Errorf("no library targets found in packages: %s", strings.Join(names, ", "))
}

// isDoctestable tells whether rustdoc can test the library, whatever the manifest says of it.
func isDoctestable(t *manifest.Target) bool {
	copied := *t
	copied.Doctest = true
	return copied.Doctested()
}

// warnOfNothing says that flags fit no target at all.
func (p *planner) warnOfNothing(roots []*node) {
	f := p.in.Targets
	if len(roots) > 0 || !f.IsSpecific() {
		return
	}
	var filters []string
	for _, rule := range []struct {
		on   bool
		name string
	}{{f.Bins.All, "`bins`"}, {f.Tests.All, "`tests`"}, {f.Examples.All, "`examples`"}, {f.Benches.All, "`benches`"}} {
		if rule.on {
			filters = append(filters, rule.name)
		}
	}
	plural := ""
	if f.AllTargets {
		filters = []string{"`all-targets`"}
	} else if len(filters) > 1 {
		plural = "s"
	}
	p.warnings = append(p.warnings, fmt.Sprintf("target filter%s %s specified, but no targets matched; this is a no-op", plural, strings.Join(filters, ", ")))
}

// override replaces the crate types of the one target that is asked for.
func (p *planner) override(roots []*node) ([]*node, error) {
	if len(p.in.CrateTypes) == 0 {
		return roots, nil
	}
	if len(roots) != 1 {
		return nil, fmt.Errorf("crate types to rustc can only be passed to one target, consider filtering\nthe package by passing, e.g., `--lib` or `--example` to specify a single target")
	}
	n := roots[0]
	t := *n.target()
	if t.Kind != manifest.Lib && !t.IsExampleLib() {
		return nil, fmt.Errorf("crate types can only be specified for libraries and example libraries.\nBinaries, tests, and benchmarks are always the `bin` crate type")
	}
	t.CrateTypes = p.in.CrateTypes
	n.pkg.targets = append(n.pkg.targets, &t)
	n.pkg.order()
	return []*node{p.node(n.pkg, len(n.pkg.targets)-1, n.kind, n.mode, n.key.profile, n.profile, featureSet{n.key.features, n.features})}, nil
}

package plan

import (
	"slices"

	"berth/internal/crate"
	"berth/internal/manifest"
	"berth/internal/plan/profile"
	"berth/internal/resolve/features"
	"berth/internal/unit"
)

// followRoots works out what the units need that are asked for.
func (p *planner) followRoots(roots []*node) error {
	for _, n := range roots {
		if err := p.follow(n, p.useOfRoot(n)); err != nil {
			return err
		}
	}
	return nil
}

// useOfRoot: in a test, everything that is built unwinds, so that the library is not built once more for the tests'
// sake; and macros are tested on the host.
func (p *planner) useOfRoot(n *node) use {
	t := n.target()
	switch {
	case n.isTest() || p.in.Intent.isRustcTest():
		return use{host: t.ProcMacro, hostFeatures: t.ProcMacro, unwind: true}
	case t.ProcMacro:
		return use{host: true, hostFeatures: true, unwind: true}
	case t.ForHost:
		return use{unwind: true}
	}
	return use{}
}

// follow works out the dependencies of a unit, and theirs. The use that comes first decides.
func (p *planner) follow(n *node, u use) error {
	if n.followed {
		return nil
	}
	n.followed = true
	var err error
	switch n.mode {
	case unit.RunBuildScript:
		p.needsOfRun(n, u)
	case unit.Doc:
		err = p.needsOfDoc(n, u)
	default:
		err = p.needs(n, u)
	}
	if err != nil {
		return err
	}
	for _, d := range n.deps {
		if err := p.follow(d.to, d.use); err != nil {
			return err
		}
	}
	return nil
}

// edge is a package that a unit needs the library of.
type edge struct {
	to     *pkg
	lib    int // its target, -1 where it has none
	extern string
	public bool
	dev    bool
	deps   []*crate.Dependency
}

// edges are the packages that a unit needs.
func (p *planner) edges(n *node, u use) ([]edge, error) {
	var list []edge
	for _, e := range p.in.Graph.Packages[n.key.pkg].Edges {
		used := slices.DeleteFunc(slices.Clone(e.Deps), func(d *crate.Dependency) bool { return !p.isUsed(n, u, d) })
		if len(used) == 0 {
			continue
		}
		dev := !slices.ContainsFunc(used, func(d *crate.Dependency) bool { return d.Kind != crate.Dev })
		to := p.pkg(p.in.Graph.Target(e))
		if to.manifest.Package.Lib() == nil {
			continue
		}
		extern, err := p.in.Graph.ExternName(n.key.pkg, e, to.targets[0].CrateName())
		if err != nil {
			return nil, err
		}
		public := slices.ContainsFunc(e.Deps, func(d *crate.Dependency) bool { return d.Public })
		list = append(list, edge{to: to, extern: extern, public: public, dev: dev, deps: used})
	}
	return list, nil
}

// isUsed tells whether a unit uses a dependency of its package.
func (p *planner) isUsed(n *node, u use, d *crate.Dependency) bool {
	t := n.target()
	if (t.Kind == manifest.CustomBuild) != (d.Kind == crate.Build) {
		return false
	}
	if d.Kind == crate.Dev && t.Kind != manifest.Test && t.Kind != manifest.Example && !n.isTest() {
		return false
	}
	if d.Platform != "" && !p.isActive(d, n.kind) {
		return false
	}
	return !d.Optional || p.in.Features.HasDep(features.Use{Package: n.key.pkg, Host: u.hostFeatures}, d.NameInManifest())
}

func (p *planner) isActive(d *crate.Dependency, kind int) bool {
	a := activity{d.Platform, kind}
	on, ok := p.active[a]
	if !ok {
		on = p.in.Active(d, p.kinds[kind])
		p.active[a] = on
	}
	return on
}

// below is the use of a library that a unit needs.
func (u use) below(parent *node, t *manifest.Target) use {
	return use{
		host:         u.host || t.ForHost,
		hostFeatures: u.hostFeatures || parent.target().Kind == manifest.CustomBuild || t.ProcMacro,
		unwind:       u.unwind || t.ForHost,
	}
}

// forScript is the use of a build script, and of its run.
func (u use) forScript() use { return use{host: true, hostFeatures: u.hostFeatures, unwind: true} }

// needsMetadata tells whether a unit in some mode needs no more of a library than its metadata.
func needsMetadata(m unit.Mode, t *manifest.Target) bool {
	return (m == unit.Check || m == unit.CheckTest || m == unit.Doc) && !t.ForHost
}

// library is the dependency of a unit on a library of a package.
func (p *planner) library(n *node, k *pkg, target int, u use) dep {
	t := k.targets[target]
	kind, below := forTarget(n.kind, t), u.below(n, t)
	index, prof := p.profileFor(k, below, kind)
	mode, built := unit.Build, false
	if needsMetadata(n.mode, t) {
		if built = p.isBuilt(k, below, &prof); !built {
			mode = unit.Check
		}
	}
	d := p.depIn(k, target, kind, mode, below, index, prof)
	d.to.built = d.to.built || built
	return d
}

// isBuilt tells whether the library of a package is taken as builds make it.
func (p *planner) isBuilt(k *pkg, u use, prof *profile.Profile) bool {
	features := p.featuresFor(k, u.hostFeatures).names
	return p.in.Built != nil && p.in.Built(k.index, unit.LibraryOf(p.in.Graph.Packages[k.index].ID, features, &prof.Profile))
}

// dep is a dependency on a target of a package in the profile that it has there.
func (p *planner) dep(k *pkg, target, kind int, mode unit.Mode, u use) dep {
	index, prof := p.profileFor(k, u, kind)
	return p.depIn(k, target, kind, mode, u, index, prof)
}

func (p *planner) depIn(k *pkg, target, kind int, mode unit.Mode, u use, index int, prof profile.Profile) dep {
	n := p.node(k, target, kind, mode, index, prof, p.featuresFor(k, u.hostFeatures))
	return dep{to: n, use: u, extern: k.targets[target].CrateName()}
}

// needs are the dependencies of a unit that is compiled, or of tests in documentation.
func (p *planner) needs(n *node, u use) error {
	edges, err := p.edges(n, u)
	if err != nil {
		return err
	}
	t := n.target()
	for _, e := range edges {
		d := p.library(n, e.to, e.lib, u)
		d.extern, d.public, d.dev, d.declared = e.extern, e.public, e.dev, e.deps
		n.deps = append(n.deps, d)
	}
	if t.Kind == manifest.CustomBuild {
		return nil
	}
	p.addRuns(n, u)
	if t.Kind == manifest.Lib && n.mode != unit.Doctest {
		return nil
	}
	p.addOwnLib(n, u)
	if n.mode == unit.Test && (t.Kind == manifest.Test || t.Kind == manifest.Bench) {
		p.addBinaries(n)
	}
	return nil
}

// addOwnLib: all targets of a package can use its library.
func (p *planner) addOwnLib(n *node, u use) {
	if lib := n.pkg.linkable(); lib >= 0 {
		n.deps = append(n.deps, p.library(n, n.pkg, lib, u))
	}
}

func (k *pkg) linkable() int { return slices.IndexFunc(k.targets, isLinkable) }

// addBinaries: tests of a package find its binaries through their environment. Those for which features are missing are
// left out; development dependencies do not count here.
func (p *planner) addBinaries(n *node) {
	var on map[string]bool
	for i, t := range n.pkg.targets {
		if t.Kind != manifest.Bin {
			continue
		}
		if t.RequiredFeatures != nil {
			if on == nil {
				on = p.allFeatures(n.pkg, false, []unit.Kind{p.kinds[n.kind]})
			}
			if slices.ContainsFunc(*t.RequiredFeatures, func(f string) bool { return !on[f] }) {
				continue
			}
		}
		n.deps = append(n.deps, p.dep(n.pkg, i, forTarget(n.kind, t), unit.Build, use{}))
	}
}

package plan

import (
	"fmt"
	"slices"

	"berth/internal/manifest"
	"berth/internal/unit"
)

// addRuns: a package with a build script is compiled after that has run.
func (p *planner) addRuns(n *node, u use) {
	for i, t := range n.pkg.targets {
		if t.Kind == manifest.CustomBuild {
			prof := n.profile.Running()
			n.deps = append(n.deps, p.depIn(n.pkg, i, n.kind, unit.RunBuildScript, u.forScript(), p.profileIndex(&prof), prof))
		}
	}
}

// needsOfRun: a build script is built before it runs. What other runs it waits for is known when all units are.
func (p *planner) needsOfRun(n *node, u use) {
	if links := n.pkg.manifest.Package.Links; links != nil && p.in.Overridden != nil && p.in.Overridden(p.kinds[n.kind], *links) {
		return
	}
	n.deps = append(n.deps, p.dep(n.pkg, n.key.target, 0, unit.Build, u.forScript()))
}

// connectRuns: a build script learns what those said whose packages have `links`, of all packages that the units need
// which wait for it. Development dependencies do not count, as they may go in circles.
func (p *planner) connectRuns() {
	type script struct {
		run *node
		add []dep
	}
	scripts := map[*node]*script{}
	var order []*script
	for _, parent := range p.nodes {
		for _, d := range parent.deps {
			if d.to.mode != unit.RunBuildScript {
				continue
			}
			s := scripts[d.to]
			if s == nil {
				s = &script{run: d.to}
				scripts[d.to], order = s, append(order, s)
			}
			s.add = p.linked(s.add, parent, s.run)
		}
	}
	for _, s := range order {
		s.run.deps = append(s.run.deps, s.add...)
	}
}

// linked adds the runs of libraries with `links` that a unit needs beside its own build script.
func (p *planner) linked(add []dep, parent, run *node) []dep {
	if parent.mode == unit.RunBuildScript {
		return add
	}
	for _, other := range parent.deps {
		if other.dev || other.to.pkg == run.pkg || other.to.pkg.manifest.Package.Links == nil || !isLinkable(other.to.target()) {
			continue
		}
		at := slices.IndexFunc(other.to.deps, func(d dep) bool { return d.to.mode == unit.RunBuildScript })
		if at < 0 {
			continue
		}
		found := other.to.deps[at]
		if !slices.ContainsFunc(add, func(d dep) bool { return d.to == found.to && d.extern == found.extern }) {
			add = append(add, found)
		}
	}
	return add
}

// checkLinks: a library of the system can be linked once only. Registries have refused it for long; this is for
// packages whose index line says nothing of it.
func (p *planner) checkLinks() error {
	users := map[string]*pkg{}
	var units []*node
	for _, n := range p.nodes {
		if n.pkg.manifest.Package.Links != nil {
			units = append(units, n)
		}
	}
	slices.SortFunc(units, p.compareNodes)
	for _, n := range units {
		links := n.pkg.manifest.Package.Links
		if other := users[*links]; other != nil && other != n.pkg {
			return fmt.Errorf("multiple packages link to native library `%s`, but a native library can be linked only once\n\npackage `%s`\nlinks to native library `%s`\n\npackage `%s`\nalso links to native library `%s`",
				*links, other.manifest.Package.ID(), *links, n.pkg.manifest.Package.ID(), *links)
		}
		users[*links] = n.pkg
	}
	return nil
}

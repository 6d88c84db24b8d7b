package plan

import (
	"encoding/binary"
	"slices"

	"berth/internal/manifest"
	"berth/internal/unit"
)

// sharer makes the units of a command. Where no target is named, what is built for the host and what runs while
// building are one unit if they are equal down to the last dependency; until here they were kept apart, because with
// other features below them they are not.
type sharer struct {
	*planner
	graph  *unit.Graph
	toHost bool
	host   int // the kind that stands for the host
	made   map[string]*unit.Unit
}

func (p *planner) share(roots []*node) *unit.Graph {
	s := &sharer{planner: p, graph: &unit.Graph{Whole: p.in.Targets.isWhole()}, made: map[string]*unit.Unit{}}
	s.toHost = slices.Contains(p.in.Kinds, unit.Host)
	s.host = p.kindIndex(unit.Kind(p.in.Host))
	for _, n := range roots {
		if u := s.unit(n, false); !slices.Contains(s.graph.Roots, u) {
			s.graph.Roots = append(s.graph.Roots, u)
		}
	}
	s.markBuilt()
	return s.graph
}

// markBuilt: what a library is made from is as builds make it where the library is.
func (s *sharer) markBuilt() {
	for _, u := range slices.Backward(s.graph.Units) { // dependencies come first
		for _, d := range u.Deps {
			d.Unit.Built = d.Unit.Built || u.Built && d.Linked && !d.Unit.Target.ForHost
		}
	}
}

// unit is what a node becomes. Who comes first says whether it runs while building.
func (s *sharer) unit(n *node, forHost bool) *unit.Unit {
	if n.shared != nil {
		return n.shared
	}
	deps := make([]unit.Dep, len(n.deps))
	for i, d := range n.deps {
		deps[i] = unit.Dep{Unit: s.unit(d.to, d.use.host), Extern: d.extern, Public: d.public, Declared: d.declared, Linked: isLinked(n, d.to)}
	}
	s.closeProfile(n, deps, forHost)
	kind := n.kind
	if s.toHost && kind == s.host {
		kind = 0
	}
	id := s.identity(n, kind, deps)
	u := s.made[id]
	if u == nil {
		t := n.target()
		u = &unit.Unit{
			Index: len(s.graph.Units), ID: s.id(n), Package: n.pkg.manifest.Package, Manifest: n.pkg.manifest.Path, Target: t, Profile: n.profile.Profile,
			Kind: s.kinds[kind], Mode: n.mode, Features: n.features, Member: n.pkg.member, Local: n.pkg.local, Deps: deps,
		}
		s.made[id] = u
		s.graph.Units = append(s.graph.Units, u)
	}
	u.Built = u.Built || n.built
	n.shared = u
	return u
}

// isLinked tells whether a crate is passed to the compiler.
func isLinked(n, to *node) bool {
	return n.mode != unit.RunBuildScript && to.mode != unit.Doc && to.mode != unit.RunBuildScript && isLinkable(to.target()) && to.target().Kind != manifest.CustomBuild
}

// closeProfile decides what was left open.
func (s *sharer) closeProfile(n *node, deps []unit.Dep, forHost bool) {
	p := &n.profile
	if p.StripOpen && !p.HasDebug() && !slices.ContainsFunc(deps, func(d unit.Dep) bool { return d.Unit.Profile.Debuginfo != "0" }) {
		p.Strip = "debuginfo"
	}
	if !p.DebugOpen || !forHost || !s.toHost {
		return
	}
	probe := n.key
	probe.kind, probe.profile = s.host, s.profileIndex(p)
	if built := s.byKey[probe]; built == nil || !built.followed {
		p.Debuginfo = "0"
	}
}

// identity is equal for nodes that become one unit.
func (s *sharer) identity(n *node, kind int, deps []unit.Dep) string {
	var b []byte
	for _, part := range []int{n.key.pkg, n.key.target, s.profileIndex(&n.profile), kind, n.key.features, int(n.mode)} {
		b = binary.AppendUvarint(b, uint64(part))
	}
	for _, d := range deps {
		b = binary.AppendUvarint(b, uint64(d.Unit.Index))
	}
	return string(b)
}

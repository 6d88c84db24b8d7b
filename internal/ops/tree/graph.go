package tree

import (
	"cmp"
	"slices"
	"strings"

	"berth/internal/crate"
	"berth/internal/manifest"
	"berth/internal/order"
	"berth/internal/resolve/features"
)

// node is a package with certain features for a platform, or a feature of such a package.
type node struct {
	pkg      int // in the resolver's graph
	features []string
	platform string // empty is the host
	of       int    // of a feature: the node of its package; else -1
	feature  string
	edges    [4][]int
}

// The kinds of edges, in the order in which they are printed.
const (
	normal = iota
	build
	dev
	feature
)

func kindOf(k crate.DepKind) int {
	switch k {
	case crate.Build:
		return build
	case crate.Dev:
		return dev
	default:
		return normal
	}
}

// key is what makes a node the same.
type key struct {
	pkg, of                      int
	features, platform, featured string
}

func (n *node) key() key {
	return key{n.pkg, n.of, strings.Join(n.features, "\x00"), n.platform, n.feature}
}

// named is a dependency by its name in the manifest.
type named struct {
	node     int
	optional bool
}

type graph struct {
	in        *Input
	nodes     []*node
	index     map[key]int
	fromFlags map[int]bool // features that flags ask for
	named     map[int]map[string][]named
}

func (g *graph) add(n *node) (at int, isNew bool) {
	k := n.key()
	if at, ok := g.index[k]; ok {
		return at, false
	}
	g.nodes = append(g.nodes, n)
	g.index[k] = len(g.nodes) - 1
	return len(g.nodes) - 1, true
}

func (g *graph) link(from, kind, to int) {
	if edges := &g.nodes[from].edges[kind]; !slices.Contains(*edges, to) {
		*edges = append(*edges, to)
	}
}

// compare is the order of nodes wherever several are printed: packages by id, features and platform, then features.
func (g *graph) compare(a, b int) int {
	x, y := g.nodes[a], g.nodes[b]
	if c := order.Bools(x.of >= 0, y.of >= 0); c != 0 {
		return c
	}
	if x.of >= 0 {
		return cmp.Or(cmp.Compare(x.of, y.of), strings.Compare(x.feature, y.feature))
	}
	return cmp.Or(g.id(x.pkg).Compare(g.id(y.pkg)), slices.Compare(x.features, y.features), strings.Compare(x.platform, y.platform))
}

func (g *graph) id(pkg int) crate.PackageID { return g.in.Graph.Packages[pkg].ID }

func (g *graph) ids() []crate.PackageID {
	var ids []crate.PackageID
	for _, p := range g.in.Graph.Packages {
		ids = append(ids, p.ID)
	}
	return ids
}

func (g *graph) build() error {
	members := slices.Clone(g.in.Members)
	slices.SortFunc(members, func(a, b Member) int { return g.id(a.Package).Compare(g.id(b.Package)) })
	for _, m := range members {
		pkg, err := g.in.Manifest(m.Package)
		if err != nil {
			return err
		}
		for _, platform := range g.in.Platforms {
			at, err := g.addPackage(features.Use{Package: m.Package, Host: isMacro(pkg)}, platform)
			if err != nil {
				return err
			}
			if g.in.Options.Kinds.Features {
				g.addFlags(at, m.Features)
			}
		}
	}
	if g.in.Options.Kinds.Features {
		g.addInner()
	}
	return nil
}

func isMacro(p *manifest.Package) bool {
	return slices.ContainsFunc(p.Targets, func(t manifest.Target) bool { return t.ProcMacro })
}

// addPackage adds a package as it is used, and all that it depends on.
func (g *graph) addPackage(use features.Use, platform string) (int, error) {
	names, _ := g.in.Features.Of(use)
	n := &node{pkg: use.Package, features: names, platform: platform, of: -1}
	if use.Host {
		n.platform = ""
	}
	from, isNew := g.add(n)
	if !isNew {
		return from, nil
	}
	byName := map[string][]named{}
	if g.in.Options.Kinds.Features {
		g.named[from] = byName
	}
	for _, e := range g.edgesOf(use.Package) {
		if err := g.addDependencies(from, use, e, platform, byName); err != nil {
			return 0, err
		}
	}
	return from, nil
}

type edge struct {
	to   int
	deps []*crate.Dependency
}

// edgesOf are the packages that one depends on, in order.
func (g *graph) edgesOf(pkg int) []edge {
	var edges []edge
	for _, e := range g.in.Graph.Packages[pkg].Edges {
		edges = append(edges, edge{g.in.Graph.Target(e), e.Deps})
	}
	slices.SortStableFunc(edges, func(a, b edge) int { return g.id(a.to).Compare(g.id(b.to)) })
	return edges
}

func (g *graph) addDependencies(from int, use features.Use, e edge, platform string, byName map[string][]named) error {
	deps, err := g.wanted(g.nodes[from].platform, use, e)
	if err != nil || len(deps) == 0 {
		return err
	}
	pkg, err := g.in.Manifest(e.to)
	if err != nil {
		return err
	}
	for _, d := range deps {
		host := use.Host || d.Kind == crate.Build || isMacro(pkg)
		to, err := g.addPackage(features.Use{Package: e.to, Host: host}, platform)
		if err != nil {
			return err
		}
		kind := kindOf(d.Kind)
		if !g.in.Options.Kinds.Features {
			g.link(from, kind, to)
			continue
		}
		if entry := (named{to, d.Optional}); !slices.Contains(byName[d.NameInManifest()], entry) {
			byName[d.NameInManifest()] = append(byName[d.NameInManifest()], entry)
		}
		if d.DefaultFeatures {
			g.link(from, kind, g.addFeature("default", to))
		}
		for _, name := range d.Features {
			g.link(from, kind, g.addFeature(name, to))
		}
		if !d.DefaultFeatures && len(d.Features) == 0 {
			g.link(from, kind, to)
		}
	}
	return nil
}

// wanted are the dependencies of an edge that the options, the platform and the features leave.
func (g *graph) wanted(platform string, use features.Use, e edge) ([]*crate.Dependency, error) {
	o := g.in.Options
	var deps []*crate.Dependency
	for _, d := range e.deps {
		on := platform
		if d.Kind == crate.Build {
			on = ""
		}
		if !o.AllPlatforms && !g.in.Active(d, on) || !o.Kinds.has(d.Kind) {
			continue
		}
		if o.Kinds.NoMacros {
			pkg, err := g.in.Manifest(e.to)
			if err != nil {
				return nil, err
			}
			if isMacro(pkg) {
				continue
			}
		}
		if o.Kinds.Public && !d.Public || d.Optional && !g.in.Features.HasDep(use, d.NameInManifest()) {
			continue
		}
		deps = append(deps, d)
	}
	slices.SortStableFunc(deps, func(a, b *crate.Dependency) int {
		return cmp.Or(cmp.Compare(a.Kind, b.Kind), strings.Compare(a.NameInManifest(), b.NameInManifest()))
	})
	return deps, nil
}

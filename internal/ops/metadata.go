package ops

import (
	"context"
	"slices"

	"berth/internal/cfgexpr"
	"berth/internal/crate"
	"berth/internal/manifest"
	"berth/internal/ops/metadata"
	"berth/internal/resolve"
	"berth/internal/workspace"
)

// Platform is a target triple and what rustc names for it.
type Platform struct {
	Triple string
	Cfg    *cfgexpr.Set
}

// isActive tells whether a dependency is one on any of the platforms; on none given every one is.
func isActive(platforms []Platform, d *crate.Dependency) bool {
	if len(platforms) == 0 || d.Platform == "" {
		return true
	}
	on, err := cfgexpr.Parse(d.Platform)
	if err != nil {
		return true
	}
	return slices.ContainsFunc(platforms, func(p Platform) bool { return on.Matches(p.Triple, p.Cfg) })
}

// Metadata is the part of cargo metadata that needs a graph: all packages that the members of a workspace lead to on
// the platforms, every platform where none is given, and how they depend on each other.
func (r *Run) Metadata(ctx context.Context, ws *workspace.Workspace, flags workspace.Features, platforms []Platform) (*metadata.Graph, []*manifest.Manifest, error) {
	res, err := r.Resolve(ctx, ws, Wish{})
	if err != nil {
		return nil, nil, err
	}
	specs, _, err := ws.Specs(workspace.Selection{All: true})
	if err != nil {
		return nil, nil, err
	}
	members, err := ws.WithFeatures(specs, flags)
	if err != nil {
		return nil, nil, err
	}
	graph, err := r.Selected(ctx, ws, res, members, true)
	if err != nil {
		return nil, nil, err
	}
	b := &metadataBuilder{graph: graph, platforms: platforms}
	if b.manifests, err = res.Packages.manifestsOf(ctx, graph, reachedOn(graph, ws, platforms)); err != nil {
		return nil, nil, err
	}
	r.warnOfMissingLibraries(graph, b.manifests, memberIDs(ws), func(d *crate.Dependency) bool { return isActive(platforms, d) })
	return b.build(ws)
}

type metadataBuilder struct {
	graph     *resolve.Graph
	platforms []Platform
	manifests []*manifest.Manifest // nil where no member leads to the package
}

// isOn tells whether an edge is one on any of the platforms.
func isOn(platforms []Platform, e resolve.Edge) bool {
	return slices.ContainsFunc(e.Deps, func(d *crate.Dependency) bool { return isActive(platforms, d) })
}

func (b *metadataBuilder) build(ws *workspace.Workspace) (*metadata.Graph, []*manifest.Manifest, error) {
	g := &metadata.Graph{}
	var all []*manifest.Manifest
	listed := b.listed(ws)
	for i, m := range b.manifests {
		if listed[i] {
			all = append(all, m)
			n, err := b.node(i)
			if err != nil {
				return nil, nil, err
			}
			g.Nodes = append(g.Nodes, n)
		}
	}
	if current, err := ws.CurrentPackage(); err == nil {
		id := current.Package.ID()
		g.Root = &id
	}
	return g, all, nil
}

// listed are the members and what they lead to by edges that are shown.
func (b *metadataBuilder) listed(ws *workspace.Workspace) []bool {
	listed := make([]bool, len(b.manifests))
	var walk func(at int)
	walk = func(at int) {
		if listed[at] {
			return
		}
		listed[at] = true
		for _, e := range b.graph.Packages[at].Edges {
			if b.isShown(e) {
				walk(b.graph.Target(e))
			}
		}
	}
	for _, id := range memberIDs(ws) {
		walk(b.graph.Find(id))
	}
	return listed
}

// isShown: a package that has no library is no dependency for the compiler, whatever the manifest says.
func (b *metadataBuilder) isShown(e resolve.Edge) bool {
	return isOn(b.platforms, e) && b.manifests[b.graph.Target(e)].Package.Lib() != nil
}

func (b *metadataBuilder) node(at int) (metadata.Node, error) {
	p := &b.graph.Packages[at]
	n := metadata.Node{ID: b.manifests[at].Package.ID(), Features: p.Features}
	for _, e := range p.Edges {
		to := b.graph.Target(e)
		if !b.isShown(e) {
			continue
		}
		extern, err := b.graph.ExternName(at, e, b.manifests[to].Package.Lib().CrateName())
		if err != nil {
			return n, err
		}
		n.Deps = append(n.Deps, metadata.Dep{Extern: extern, ID: b.manifests[to].Package.ID(), Uses: e.Deps})
	}
	slices.SortFunc(n.Deps, func(x, y metadata.Dep) int { return x.ID.Compare(y.ID) })
	return n, nil
}

package ops

import (
	"context"
	"io"
	"slices"

	"berth/internal/crate"
	"berth/internal/manifest"
	"berth/internal/ops/tree"
	"berth/internal/resolve"
	"berth/internal/resolve/features"
	"berth/internal/workspace"
)

// TreeRequest is what `cargo tree` is asked for.
type TreeRequest struct {
	Selection workspace.Selection
	Features  workspace.Features
	Host      Platform
	Platforms []Platform // of --target; none is the host
	Options   tree.Options
}

// Tree draws the dependencies of a workspace; false where nothing is left to print.
func (r *Run) Tree(ctx context.Context, w io.Writer, ws *workspace.Workspace, t TreeRequest) (bool, error) {
	specs, warnings, err := ws.Specs(t.Selection)
	for _, w := range warnings {
		r.Voice.Warn(w)
	}
	if err != nil {
		return false, err
	}
	res, err := r.Resolve(ctx, ws, Wish{})
	if err != nil {
		return false, err
	}
	members, err := ws.WithFeatures(specs, t.Features)
	if err != nil {
		return false, err
	}
	graph, err := r.Selected(ctx, ws, res, members, true) // also where development dependencies are not shown
	if err != nil {
		return false, err
	}
	b := &treeBuilder{run: r, request: &t, graph: graph, packages: res.Packages}
	return b.draw(ctx, w, ws, members, specs)
}

type treeBuilder struct {
	run       *Run
	request   *TreeRequest
	graph     *resolve.Graph
	packages  *Packages
	manifests []*manifest.Manifest // by index in graph, nil where one is not read
}

func (b *treeBuilder) draw(ctx context.Context, w io.Writer, ws *workspace.Workspace, members []workspace.MemberFeatures, specs []crate.Spec) (bool, error) {
	in := tree.Input{
		Graph: b.graph, Roots: specs, IsMember: ws.IsMember, Options: b.request.Options, Platforms: []string{""}, Active: b.isActiveOn,
		Manifest: func(i int) (*manifest.Package, error) { return b.manifest(ctx, i) },
	}
	if len(b.request.Platforms) > 0 {
		in.Platforms = nil
		for _, p := range b.request.Platforms {
			in.Platforms = append(in.Platforms, p.Triple)
		}
		slices.Sort(in.Platforms)
		in.Platforms = slices.Compact(in.Platforms)
	}
	var roots []features.Root
	for _, m := range members {
		at := b.graph.Find(m.Member.Package.ID())
		in.Members = append(in.Members, tree.Member{Package: at, Features: featuresOf(m.Features)})
		roots = append(roots, features.Root{Package: at, Features: featuresOf(m.Features)})
	}
	if err := b.load(ctx, members); err != nil {
		return false, err
	}
	var failed error
	in.Features = features.Resolve(features.Input{
		Graph: b.graph, Roots: roots,
		Options: features.OptionsFor(int(ws.Resolver), b.request.Options.Kinds.Dev, b.request.Options.AllPlatforms),
		Active:  func(d *crate.Dependency, host bool) bool { return b.isActive(d, host) },
		Macros: func(i int) features.Macros {
			p, err := b.manifest(ctx, i)
			if err != nil {
				failed = err
				return features.Macros{}
			}
			return macrosOf(p)
		},
	})
	if failed != nil {
		return false, failed
	}
	return tree.Draw(w, in)
}

func macrosOf(p *manifest.Package) features.Macros {
	var m features.Macros
	for _, t := range p.Targets {
		m.Any = m.Any || t.ProcMacro
		m.Lib = m.Lib || t.ProcMacro && t.Kind == manifest.Lib
	}
	return m
}

// isActiveOn tells whether a dependency is one on a platform; "" is the host.
func (b *treeBuilder) isActiveOn(d *crate.Dependency, triple string) bool {
	if triple != "" {
		for _, p := range b.request.Platforms {
			if p.Triple == triple {
				return isActive([]Platform{p}, d)
			}
		}
	}
	return isActive([]Platform{b.request.Host}, d)
}

// isActive tells whether a dependency is one on the host, or else on a platform that the tree is for.
func (b *treeBuilder) isActive(d *crate.Dependency, host bool) bool {
	if host || len(b.request.Platforms) == 0 {
		return isActive([]Platform{b.request.Host}, d)
	}
	return isActive(b.request.Platforms, d)
}

// load has all packages on the disk that the tree can lead to, and reads their manifests.
func (b *treeBuilder) load(ctx context.Context, members []workspace.MemberFeatures) (err error) {
	b.manifests, err = b.packages.manifestsOf(ctx, b.graph, reach(b.graph, idsOf(members), b.mayShow))
	if err == nil {
		b.run.warnOfMissingLibraries(b.graph, b.manifests, idsOf(members), b.mayShow)
	}
	return err
}

func (b *treeBuilder) mayShow(d *crate.Dependency) bool {
	if d.Kind == crate.Dev && !b.request.Options.Kinds.Dev {
		return false
	}
	return b.request.Options.AllPlatforms || b.isActive(d, true) || b.isActive(d, false)
}

func (b *treeBuilder) manifest(ctx context.Context, i int) (*manifest.Package, error) {
	m := b.manifests[i]
	if m == nil {
		var err error
		if m, err = b.packages.Manifest(ctx, b.graph.Packages[i].Summary); err != nil {
			return nil, err
		}
		b.manifests[i] = m
	}
	return m.Package, nil
}

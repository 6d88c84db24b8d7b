package ops

import (
	"context"
	"runtime"
	"slices"
	"strings"
	"sync"

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

// IsActive tells whether a dependency is one on any of the platforms; on none given every one is.
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
	if err := b.load(ctx, ws, res.Packages); err != nil {
		return nil, nil, err
	}
	return b.build(ws)
}

type metadataBuilder struct {
	graph     *resolve.Graph
	platforms []Platform
	reached   []bool
	manifests []*manifest.Manifest
}

// load reads the manifests of all packages that are reached.
func (b *metadataBuilder) load(ctx context.Context, ws *workspace.Workspace, packages *Packages) error {
	b.reached = reach(b.graph, ws, b.platforms)
	var wanted []*crate.Summary
	for i, reached := range b.reached {
		if reached {
			wanted = append(wanted, b.graph.Packages[i].Summary)
		}
	}
	read, err := packages.Manifests(ctx, wanted)
	if err != nil {
		return err
	}
	b.manifests = make([]*manifest.Manifest, len(b.graph.Packages))
	for i := range b.reached {
		if b.reached[i] {
			b.manifests[i], read = read[0], read[1:]
		}
	}
	return nil
}

// isOn tells whether an edge is one on any of the platforms.
func isOn(platforms []Platform, e resolve.Edge) bool {
	return slices.ContainsFunc(e.Deps, func(d *crate.Dependency) bool { return isActive(platforms, d) })
}

func (b *metadataBuilder) build(ws *workspace.Workspace) (*metadata.Graph, []*manifest.Manifest, error) {
	g := &metadata.Graph{}
	var all []*manifest.Manifest
	for i := range b.graph.Packages {
		if b.reached[i] {
			all = append(all, b.manifests[i])
			g.Nodes = append(g.Nodes, b.node(i))
		}
	}
	if current, err := ws.CurrentPackage(); err == nil {
		id := current.Package.ID()
		g.Root = &id
	}
	return g, all, nil
}

func (b *metadataBuilder) node(at int) metadata.Node {
	p := &b.graph.Packages[at]
	n := metadata.Node{ID: b.manifests[at].Package.ID(), Features: p.Features}
	for _, e := range p.Edges {
		to := b.graph.Target(e)
		if !isOn(b.platforms, e) || b.manifests[to].Package.Lib() == nil {
			continue
		}
		n.Deps = append(n.Deps, metadata.Dep{Extern: externName(e, b.manifests[to].Package.Lib()), ID: b.manifests[to].Package.ID(), Uses: e.Deps})
	}
	slices.SortFunc(n.Deps, func(x, y metadata.Dep) int { return x.ID.Compare(y.ID) })
	return n
}

// externName is what the code of a package calls a library that it depends on.
func externName(e resolve.Edge, lib *manifest.Target) string {
	for _, d := range e.Deps {
		if d.Rename != "" {
			return strings.ReplaceAll(d.Rename, "-", "_")
		}
	}
	return strings.ReplaceAll(lib.Name, "-", "_")
}

// Manifests has all of the packages on the disk and reads their manifests.
func (p *Packages) Manifests(ctx context.Context, wanted []*crate.Summary) ([]*manifest.Manifest, error) {
	if err := p.Fetch(ctx, wanted); err != nil {
		return nil, err
	}
	read := make([]*manifest.Manifest, len(wanted))
	errs := make([]error, len(wanted))
	var running sync.WaitGroup
	next := make(chan int)
	for range runtime.GOMAXPROCS(0) {
		running.Go(func() {
			for i := range next {
				read[i], errs[i] = p.Manifest(ctx, wanted[i])
			}
		})
	}
	for i := range wanted {
		next <- i
	}
	close(next)
	running.Wait()
	for _, err := range errs {
		if err != nil {
			return nil, err
		}
	}
	return read, nil
}

// Fetch has all of the packages on the disk.
func (p *Packages) Fetch(ctx context.Context, wanted []*crate.Summary) error {
	var versioned []*crate.Summary
	for _, s := range wanted {
		if k := p.kind(s.ID.Source); k != crate.Path && k != crate.Git {
			versioned = append(versioned, s)
		}
	}
	if len(versioned) > 0 {
		if err := p.run.Registries.Fetch(ctx, versioned); err != nil {
			return err
		}
	}
	for _, s := range wanted {
		if p.kind(s.ID.Source) == crate.Git {
			if _, err := p.checkout(ctx, s.ID.Source); err != nil {
				return err
			}
		}
	}
	return nil
}

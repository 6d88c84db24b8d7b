package ops

import (
	"context"
	"fmt"
	"slices"

	"berth/internal/crate"
	"berth/internal/manifest"
	"berth/internal/plan"
	"berth/internal/plan/profile"
	"berth/internal/resolve"
	"berth/internal/resolve/features"
	"berth/internal/unit"
	"berth/internal/workspace"
)

// PlanRequest is what a command that compiles is asked for.
type PlanRequest struct {
	Selection  workspace.Selection
	Features   workspace.Features
	Intent     plan.Intent
	Targets    plan.Filter
	Profile    string   // dev, release, …
	CrateTypes []string // rustc --crate-type

	Host      Platform
	Platforms []Platform // of --target or build.target; none is the host

	// Foreign: the package is built to be installed. What it does not need for that need not be there, its Cargo.lock
	// counts only with --locked, and none is written.
	Foreign bool
	// Compile has the checks made that matter only where something is compiled: that sources are there, and that the
	// compiler is new enough.
	Compile bool
	// CompileTimeDeps: only what runs while the targets are compiled is to be made.
	CompileTimeDeps bool
}

// Planned is what a command has to do.
type Planned struct {
	Graph *unit.Graph
	// Built plans the graph with the metadata of dependencies as builds make it, but for libraries that are checked; nil where
	// that would be the same.
	Built      func(checked map[unit.Library]bool) (*unit.Graph, error)
	Profiles   *profile.Set
	Resolution *Resolution
	// Selected is what of the workspace's packages is in use.
	Selected *resolve.Graph
	// Chosen are the packages whose targets are asked for.
	Chosen []*manifest.Manifest
}

// Plan resolves a workspace, has all packages on the disk that are needed, and makes the unit graph.
func (r *Run) Plan(ctx context.Context, ws *workspace.Workspace, q PlanRequest) (*Planned, error) {
	if err := crate.CheckProfileName(q.Profile, r.Config.Release()); err != nil { // Profiles would say so only once all is downloaded
		return nil, err
	}
	specs, warnings, err := ws.Specs(q.Selection)
	for _, w := range warnings {
		r.Voice.Warn(w)
	}
	if err != nil {
		return nil, err
	}
	b := &planBuilder{run: r, ws: ws, request: &q, dev: plan.NeedsDev(q.Intent, q.Targets), active: map[platformUse]bool{}}
	if err := b.resolve(ctx, specs); err != nil {
		return nil, err
	}
	if err := b.load(ctx); err != nil {
		return nil, err
	}
	if err := b.choose(specs); err != nil {
		return nil, err
	}
	return b.plan(ctx)
}

// resolve chooses the versions, and deals out the features.
func (b *planBuilder) resolve(ctx context.Context, specs []crate.Spec) (err error) {
	r, ws, q := b.run, b.ws, b.request
	if b.members, err = ws.WithFeatures(specs, q.Features); err != nil { // before anybody is asked, or Cargo.lock written
		return err
	}
	if q.Foreign {
		if b.resolution, err = r.resolveForeign(ctx, ws, b.members, b.dev); err == nil {
			b.graph = b.resolution.Graph
		}
		return err
	}
	if b.resolution, err = r.Resolve(ctx, ws, Wish{}); err != nil {
		return err
	}
	if b.members, err = ws.WithFeatures(specs, q.Features); err != nil { // manifests may have been edited, and so read again
		return err
	}
	b.dev = b.dev || (q.Intent == plan.Doc || q.Intent == plan.DocOnly) && b.scrapes()
	b.graph, err = r.Selected(ctx, ws, b.resolution, b.members, true)
	return err
}

// planBuilder holds what Plan has worked out so far.
type planBuilder struct {
	run        *Run
	ws         *workspace.Workspace
	request    *PlanRequest
	resolution *Resolution
	members    []workspace.MemberFeatures
	graph      *resolve.Graph
	manifests  []*manifest.Manifest // by index in graph, nil where it is not in use
	dev        bool
	chosen     []int
	active     map[platformUse]bool
}

type platformUse struct {
	platform string
	kind     unit.Kind
}

// scrapes tells whether an example of a package says that it is shown in the documentation: then what it needs is
// resolved, though it is not built.
func (b *planBuilder) scrapes() bool {
	return slices.ContainsFunc(b.members, func(m workspace.MemberFeatures) bool {
		return slices.ContainsFunc(m.Member.Package.Targets, func(t manifest.Target) bool {
			return t.Kind == manifest.Example && t.ScrapeExamples != nil && *t.ScrapeExamples
		})
	})
}

// isActive tells whether a dependency is one for units of a kind.
func (b *planBuilder) isActive(d *crate.Dependency, kind unit.Kind) bool {
	u := platformUse{d.Platform, kind}
	on, ok := b.active[u]
	if !ok {
		platform := b.request.Host
		if kind != unit.Host {
			for _, p := range b.request.Platforms {
				if p.Triple == string(kind) {
					platform = p
				}
			}
		}
		on = isActive([]Platform{platform}, d)
		b.active[u] = on
	}
	return on
}

func (b *planBuilder) kinds() []unit.Kind {
	if len(b.request.Platforms) == 0 {
		return []unit.Kind{unit.Host}
	}
	var kinds []unit.Kind
	for _, p := range b.request.Platforms {
		kinds = append(kinds, unit.Kind(p.Triple))
	}
	slices.Sort(kinds)
	return slices.Compact(kinds)
}

// isNeeded tells whether a dependency can matter for any unit.
func (b *planBuilder) isNeeded(d *crate.Dependency) bool {
	if d.Kind == crate.Dev && !b.dev {
		return false
	}
	return d.Platform == "" || b.isActive(d, unit.Host) || slices.ContainsFunc(b.kinds(), func(k unit.Kind) bool { return b.isActive(d, k) })
}

// load has all packages on the disk that are needed, and reads their manifests.
func (b *planBuilder) load(ctx context.Context) (err error) {
	b.manifests, err = b.resolution.Packages.manifestsOf(ctx, b.graph, reach(b.graph, idsOf(b.members), b.isNeeded))
	if err == nil {
		b.run.warnOfMissingLibraries(b.graph, b.manifests, idsOf(b.members), b.isNeeded)
	}
	return err
}

// choose finds the packages that the specifications mean.
func (b *planBuilder) choose(specs []crate.Spec) error {
	ids := make([]crate.PackageID, len(b.graph.Packages))
	for i := range ids {
		ids[i] = b.graph.Packages[i].ID
	}
	for _, spec := range specs {
		id, err := spec.Query(ids)
		if err != nil {
			return err
		}
		at := b.graph.Find(id)
		if !slices.Contains(b.chosen, at) {
			b.chosen = append(b.chosen, at)
		}
	}
	slices.Sort(b.chosen)
	for _, at := range b.chosen {
		m := b.manifests[at]
		if m == nil {
			return fmt.Errorf("package `%s` is not needed on this platform, so it is not there to be built", b.graph.Packages[at].ID)
		}
		if b.request.Intent.IsTest() && !b.ws.IsMember(m.Package.ID()) && slices.ContainsFunc(m.Package.Summary.Deps, func(d *crate.Dependency) bool { return d.Kind == crate.Dev }) {
			return fmt.Errorf("package `%s` cannot be tested because it requires dev-dependencies and is not a member of the workspace", m.Package.Name())
		}
	}
	return nil
}

// features works out what each package is built with.
func (b *planBuilder) features() *features.Features { return b.featuresBy(int(b.ws.Resolver)) }

// featuresBy is features by the rules of a resolver.
func (b *planBuilder) featuresBy(resolver int) *features.Features {
	var roots []features.Root
	for _, m := range b.members {
		roots = append(roots, features.Root{Package: b.graph.Find(m.Member.Package.ID()), Features: featuresOf(m.Features)})
	}
	return features.Resolve(features.Input{
		Graph: b.graph, Roots: roots, Options: features.OptionsFor(resolver, b.dev, false),
		Active: func(d *crate.Dependency, host bool) bool {
			if host {
				return b.isActive(d, unit.Host)
			}
			return slices.ContainsFunc(b.kinds(), func(k unit.Kind) bool { return b.isActive(d, k) })
		},
		Macros: func(i int) features.Macros {
			if b.manifests[i] == nil {
				return features.Macros{} // for a platform that is not built for
			}
			return macrosOf(b.manifests[i].Package)
		},
	})
}

func (b *planBuilder) plan(ctx context.Context) (*Planned, error) {
	profiles, err := b.run.Profiles(b.ws, b.request.Profile)
	if err != nil {
		return nil, err
	}
	warnings, err := profiles.Check(b.ws.Root.Profiles, b.resolution.Graph)
	if err != nil {
		return nil, err
	}
	members := map[crate.PackageKey]bool{}
	for _, m := range b.ws.Members() {
		members[m.Package.ID().Key()] = true
	}
	in := plan.Input{
		Intent: b.request.Intent, Targets: b.request.Targets, CrateTypes: b.request.CrateTypes,
		Graph: b.graph, Whole: b.resolution.Graph, Features: b.features(), Chosen: b.chosen, Members: b.ws.Members(),
		Manifest: func(i int) *manifest.Manifest { return b.manifests[i] },
		IsMember: func(i int) bool { return members[b.graph.Packages[i].ID.Key()] },
		Profiles: profiles, Host: b.request.Host.Triple, Kinds: b.kinds(), Active: b.isActive, Overridden: b.run.overridden(b.request.Host.Triple),
	}
	if s := b.request.Selection; !s.All {
		in.Named = s.Names
	}
	made, err := plan.Make(in)
	for _, w := range append(warnings, made.Warnings...) {
		b.run.Voice.Warn(w)
	}
	if err != nil {
		return nil, err
	}
	p := &Planned{Graph: made.Graph, Built: b.builtGraph(in, made.Graph), Profiles: profiles, Resolution: b.resolution, Selected: b.graph}
	for _, i := range b.chosen {
		p.Chosen = append(p.Chosen, b.manifests[i])
	}
	if b.request.Compile {
		err = b.check(ctx, made.Graph)
	}
	if b.request.CompileTimeDeps {
		p.Graph, p.Built = plan.CompileTimeDeps(made.Graph), nil
	}
	return p, err
}

package ops

import (
	"context"
	"fmt"
	"slices"

	"berth/internal/crate"
	"berth/internal/manifest"
	"berth/internal/resolve"
	"berth/internal/semver"
	"berth/internal/workspace"
)

// Inspection is a package that somebody asks about.
type Inspection struct {
	Manifest *manifest.Manifest
	Versions []*crate.Summary // that there are in its source
	InGraph  bool             // a member of the workspace depends on it
}

// Inspector looks for a package, at first among those of a workspace.
type Inspector struct {
	run      *Run
	ws       *workspace.Workspace // nil outside of any
	packages *Packages
	graph    *resolve.Graph // of the workspace, nil where there is none
	found    *crate.Summary // of that
	member   bool
}

// Inspect begins the search for the package of a specification; ws may be nil. A workspace whose dependencies cannot be
// resolved is as good as none.
func (r *Run) Inspect(ctx context.Context, ws *workspace.Workspace, spec crate.Spec) *Inspector {
	i := &Inspector{run: r, ws: ws, packages: r.Packages(ws)}
	if ws == nil {
		return i
	}
	for _, m := range ws.Members() {
		if spec.Matches(m.Package.ID()) {
			i.found, i.member = m.Package.Summary, true
			return i
		}
	}
	if res, err := r.Resolve(ctx, ws, Wish{}); err == nil {
		i.graph, i.found = res.Graph, nearest(res.Graph, ws, spec)
	}
	return i
}

// Found is the package of the workspace, nil where it has none that fits.
func (i *Inspector) Found() *crate.Summary { return i.found }

// nearest is the newest that fits: of what the current package depends on, of what any member does, of all.
func nearest(g *resolve.Graph, ws *workspace.Workspace, spec crate.Spec) *crate.Summary {
	var members [][]*manifest.Manifest
	if !ws.IsVirtual() {
		members = append(members, []*manifest.Manifest{ws.Current})
	}
	for _, some := range append(members, ws.Members()) {
		var best *crate.Summary
		for _, m := range some {
			at := g.Find(m.Package.ID())
			if at < 0 {
				continue
			}
			for _, e := range g.Packages[at].Edges {
				best = newer(best, g.Packages[g.Target(e)].Summary, spec)
			}
		}
		if best != nil {
			return best
		}
	}
	var best *crate.Summary
	for i := range g.Packages {
		best = newer(best, g.Packages[i].Summary, spec)
	}
	return best
}

func newer(best, s *crate.Summary, spec crate.Spec) *crate.Summary {
	if s == nil || !spec.Matches(s.ID) || best != nil && s.ID.Version.Compare(best.ID.Version) < 0 {
		return best
	}
	return s
}

// In looks in a source. Where that of the package of the workspace is meant it is that package, else the best version
// that the source has.
func (i *Inspector) In(ctx context.Context, source crate.SourceID, own bool, spec crate.Spec) (*Inspection, error) {
	name := spec.Name
	versions, err := i.versions(ctx, source, name, own)
	if err != nil {
		return nil, err
	}
	if len(versions) > 0 {
		spec.Name = versions[0].ID.Name
	}
	chosen := i.found
	if !own {
		if chosen, err = i.best(ctx, versions, spec); err != nil {
			return nil, err
		}
	}
	if chosen == nil {
		return nil, fmt.Errorf("could not find `%s` in registry `%s`", spec, source.URL())
	}
	if chosen.ID.Name != name {
		i.run.Voice.Warn(fmt.Sprintf("translating `%s` to `%s`", name, chosen.ID.Name))
	}
	m, err := i.packages.Manifest(ctx, chosen)
	if err != nil {
		return nil, err
	}
	return &Inspection{Manifest: m, Versions: versions, InGraph: own && !i.member}, nil
}

// versions are those of the name, or of the same with hyphens and underscores changed. Of a package of the workspace what is
// known of its registry here will do, as it did for the graph.
func (i *Inspector) versions(ctx context.Context, source crate.SourceID, name string, own bool) ([]*crate.Summary, error) {
	atHand := own && i.graph != nil && i.graph.Settles(source)
	names := []string{name}
	for at := 0; at < len(names); at++ {
		q := resolve.Query{Name: names[at], Source: source, Any: true, AtHand: atHand}
		found, err := i.packages.Query(ctx, q)
		if err != nil {
			return nil, err
		}
		found = slices.DeleteFunc(slices.Clone(found), func(s *crate.Summary) bool { return s.Yanked })
		if len(found) > 0 {
			return found, nil
		}
		if at == 0 && !source.IsPath() && !source.IsGit() {
			similar, err := i.packages.Similar(ctx, q)
			if err != nil {
				return nil, err
			}
			names = append(names, similar...)
		}
	}
	return nil, nil
}

// best is the newest version, but rather one that the workspace's Rust is known to build.
func (i *Inspector) best(ctx context.Context, versions []*crate.Summary, spec crate.Spec) (*crate.Summary, error) {
	rust, err := i.rust(ctx)
	if err != nil {
		return nil, err
	}
	var best *crate.Summary
	builds := func(s *crate.Summary) bool { return !s.RustVersion.IsZero() && resolve.Builds(rust, s.RustVersion) }
	for _, s := range versions {
		switch {
		case !spec.Matches(s.ID):
		case best == nil, builds(s) && !builds(best), builds(s) == builds(best) && s.ID.Version.Compare(best.ID.Version) >= 0:
			best = s
		}
	}
	return best, nil
}

func (i *Inspector) rust(ctx context.Context) (semver.Version, error) {
	var stated semver.Partial
	if i.ws != nil {
		if !i.ws.IsVirtual() {
			stated = i.ws.Current.Package.Summary.RustVersion
		}
		if stated.IsZero() {
			stated = i.ws.RustVersion()
		}
	}
	if stated.IsZero() {
		var err error
		if stated, err = i.run.rust(ctx); err != nil {
			return semver.Version{}, err
		}
	}
	return stated.Version(), nil
}

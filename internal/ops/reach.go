package ops

import (
	"context"
	"runtime"
	"slices"
	"sync"

	"berth/internal/crate"
	"berth/internal/manifest"
	"berth/internal/resolve"
	"berth/internal/workspace"
)

// reach tells for each package of a graph whether some packages lead to it, or are it, where of each dependency is told
// whether it is followed.
func reach(g *resolve.Graph, from []crate.PackageID, isFollowed func(*crate.Dependency) bool) []bool {
	reached := make([]bool, len(g.Packages))
	var visit func(at int)
	visit = func(at int) {
		if at < 0 || reached[at] {
			return
		}
		reached[at] = true
		for _, e := range g.Packages[at].Edges {
			if slices.ContainsFunc(e.Deps, isFollowed) {
				visit(g.Target(e))
			}
		}
	}
	for _, id := range from {
		visit(g.Find(id))
	}
	return reached
}

// reachedOn is what the members of a workspace lead to on the platforms.
func reachedOn(g *resolve.Graph, ws *workspace.Workspace, platforms []Platform) []bool {
	return reach(g, memberIDs(ws), func(d *crate.Dependency) bool { return isActive(platforms, d) })
}

// idsOf are the members that were chosen.
func idsOf(members []workspace.MemberFeatures) []crate.PackageID {
	ids := make([]crate.PackageID, len(members))
	for i, m := range members {
		ids[i] = m.Member.Package.ID()
	}
	return ids
}

// summaries are those of the packages that are reached.
func summaries(g *resolve.Graph, reached []bool) []*crate.Summary {
	var all []*crate.Summary
	for i, is := range reached {
		if is {
			all = append(all, g.Packages[i].Summary)
		}
	}
	return all
}

// manifestsOf has the packages on the disk that are reached, and reads their manifests side by side: by index in the
// graph, nil for the others.
func (p *Packages) manifestsOf(ctx context.Context, g *resolve.Graph, reached []bool) ([]*manifest.Manifest, error) {
	if err := p.Fetch(ctx, summaries(g, reached)); err != nil {
		return nil, err
	}
	read, errs := make([]*manifest.Manifest, len(reached)), make([]error, len(reached))
	var running sync.WaitGroup
	next := make(chan int)
	for range runtime.GOMAXPROCS(0) {
		running.Go(func() {
			for i := range next {
				read[i], errs[i] = p.Manifest(ctx, g.Packages[i].Summary)
			}
		})
	}
	for i, is := range reached {
		if is {
			next <- i
		}
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

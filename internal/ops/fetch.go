package ops

import (
	"context"

	"berth/internal/crate"
	"berth/internal/resolve"
	"berth/internal/workspace"
)

// Fetch brings Cargo.lock up to date and has everything on the disk that the members of a workspace lead to on the
// platforms, on every one where none is given.
func (r *Run) Fetch(ctx context.Context, ws *workspace.Workspace, platforms []Platform) error {
	res, err := r.Resolve(ctx, ws, Wish{})
	if err != nil {
		return err
	}
	reached := reach(res.Graph, ws, platforms)
	var wanted []*crate.Summary
	for i, is := range reached {
		if is {
			wanted = append(wanted, res.Graph.Packages[i].Summary)
		}
	}
	return res.Packages.Fetch(ctx, wanted)
}

// reach tells for each package of a graph whether a member leads to it.
func reach(g *resolve.Graph, ws *workspace.Workspace, platforms []Platform) []bool {
	reached := make([]bool, len(g.Packages))
	var visit func(at int)
	visit = func(at int) {
		if at < 0 || reached[at] {
			return
		}
		reached[at] = true
		for _, e := range g.Packages[at].Edges {
			if isOn(platforms, e) {
				visit(g.Target(e))
			}
		}
	}
	for _, m := range ws.Members() {
		visit(g.Find(m.Package.ID()))
	}
	return reached
}

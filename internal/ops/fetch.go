package ops

import (
	"context"

	"berth/internal/workspace"
)

// Fetch brings Cargo.lock up to date and has everything on the disk that the members of a workspace lead to on the
// platforms, on every one where none is given.
func (r *Run) Fetch(ctx context.Context, ws *workspace.Workspace, platforms []Platform) error {
	res, err := r.Resolve(ctx, ws, Wish{})
	if err != nil {
		return err
	}
	return res.Packages.Fetch(ctx, summaries(res.Graph, reachedOn(res.Graph, ws, platforms)))
}

package ops

import (
	"context"

	"berth/internal/workspace"
)

// Fetch brings Cargo.lock up to date and has everything on the disk that the members of a workspace lead to on the
// platforms, on every one where none is given. They are asked for once Cargo.lock is there, which needs no compiler.
func (r *Run) Fetch(ctx context.Context, ws *workspace.Workspace, ask func() ([]Platform, error)) error {
	res, err := r.Resolve(ctx, ws, Wish{})
	if err != nil {
		return err
	}
	platforms, err := ask()
	if err != nil {
		return err
	}
	return res.Packages.Fetch(ctx, summaries(res.Graph, reachedOn(res.Graph, ws, platforms)))
}

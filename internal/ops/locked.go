package ops

import (
	"context"

	"berth/internal/resolve"
	"berth/internal/workspace"
)

// Locked is the graph of the Cargo.lock that a workspace has, whether it still fits the manifests or not; nil where there
// is none. Nothing is resolved and nothing is fetched.
func (r *Run) Locked(ctx context.Context, ws *workspace.Workspace) (*resolve.Graph, error) {
	was, err := readLock(ctx, ws)
	if err != nil {
		return nil, err
	}
	return previous(was, r.paths(ws))
}

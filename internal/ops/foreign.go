package ops

import (
	"context"
	"fmt"

	"berth/internal/ops/update"
	"berth/internal/resolve"
	"berth/internal/workspace"
)

// resolveForeign chooses versions for packages that are built to be installed: only for what they are built with, and
// without writing a Cargo.lock. The one that is there counts with --locked, from Cargo 1.100 on always.
func (r *Run) resolveForeign(ctx context.Context, ws *workspace.Workspace, members []workspace.MemberFeatures, dev bool) (*Resolution, error) {
	in, err := r.input(ctx, ws)
	if err != nil {
		return nil, err
	}
	res := &Resolution{Packages: in.Registry.(*Packages)}
	locked := r.LockKept != "" || r.Config.Release().InstallsLocked()
	if locked {
		was, err := readLock(ctx, ws)
		if err != nil {
			return nil, err
		}
		if in.Previous, err = previous(was, in.Paths()); err != nil {
			return nil, err
		}
		res.Previous = in.Previous
	}
	in.Roots = nil
	for _, m := range members {
		in.Roots = append(in.Roots, resolve.Root{Summary: m.Member.Package.Summary, Features: featuresOf(m.Features), DevDeps: dev})
	}
	if res.Graph, err = resolve.Resolve(ctx, *in); err != nil {
		return nil, err
	}
	r.warnOfPatches(res.Graph)
	for _, n := range res.Graph.Notices {
		r.Voice.Warn(n.Text + "\nhelp: " + n.Help)
	}
	switch {
	case !locked:
		err = r.report(ctx, ws, res, Wish{Anew: true, Occasion: update.Generated})
	case ws.HasLock():
		r.warnOfYanked(res.Graph)
	}
	if err != nil {
		return res, err
	}
	return res, r.connects()
}

// warnOfYanked tells what of a Cargo.lock its publisher has taken back.
func (r *Run) warnOfYanked(g *resolve.Graph) {
	for i := range g.Packages {
		if s := g.Packages[i].Summary; s != nil && s.Yanked {
			r.Voice.Warn(fmt.Sprintf("package `%s` in Cargo.lock is yanked in registry `%s`, consider running without --locked", s.ID, s.ID.Source.RegistryName()))
		}
	}
}

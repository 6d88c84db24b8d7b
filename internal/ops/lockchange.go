package ops

import (
	"context"
	"errors"

	"berth/internal/crate"
	"berth/internal/ops/update"
	"berth/internal/resolve"
	"berth/internal/workspace"
)

// GenerateLockfile makes Cargo.lock anew.
func (r *Run) GenerateLockfile(ctx context.Context, ws *workspace.Workspace) error {
	_, err := r.Resolve(ctx, ws, Wish{Anew: true, LockOnly: true, Occasion: update.Generated})
	return err
}

// Update lets packages of Cargo.lock change, and says what became of each.
func (r *Run) Update(ctx context.Context, ws *workspace.Workspace, o update.Options, dryRun bool) error {
	if len(ws.Members()) == 0 {
		return errors.New("you can't generate a lockfile for an empty workspace")
	}
	members := memberIDs(ws)
	_, err := r.Resolve(ctx, ws, Wish{DryRun: dryRun, LockOnly: true, From: func(prev *resolve.Graph) (Wish, error) {
		if prev == nil && o.Precise == "" {
			return Wish{DryRun: dryRun, Anew: true, Occasion: update.Generated}, nil
		}
		if prev == nil {
			var err error
			if prev, err = r.withoutLock(ctx, ws); err != nil {
				return Wish{}, err
			}
		}
		plan, err := update.NewPlan(prev, members, o)
		return Wish{DryRun: dryRun, Keep: plan.Keep, Precise: plan.Precise, Occasion: update.Asked, Previous: prev}, err
	}})
	if err == nil && dryRun {
		r.Voice.Warn("not updating lockfile due to dry run")
	}
	return err
}

// withoutLock is what would be locked if nothing was asked for: what a precise version is counted from where there is
// no Cargo.lock yet.
func (r *Run) withoutLock(ctx context.Context, ws *workspace.Workspace) (*resolve.Graph, error) {
	in, err := r.input(ctx, ws)
	if err != nil {
		return nil, err
	}
	return resolve.Resolve(ctx, *in)
}

func memberIDs(ws *workspace.Workspace) []crate.PackageID {
	var ids []crate.PackageID
	for _, m := range ws.Members() {
		ids = append(ids, m.Package.ID())
	}
	return ids
}

// report says how Cargo.lock changed.
func (r *Run) report(ctx context.Context, ws *workspace.Workspace, res *Resolution, wish Wish) error {
	if !res.Changed && !wish.Anew && wish.Occasion != update.Asked {
		return nil
	}
	in := update.Input{
		Before: res.Previous, After: res.Graph, Keep: wish.Keep, Registry: res.Packages,
		Occasion: wish.Occasion, Precise: wish.Precise, Verbose: r.Verbose, Release: r.Config.Release(),
	}
	if in.Before != nil && in.Occasion == update.Generated {
		in.Occasion = update.Synced
	}
	var err error
	if in.Age, err = r.Age(); err != nil {
		return err
	}
	if in.HonorsRust, err = r.honoursRust(ws); err != nil {
		return err
	}
	if rust, err := r.rust(ctx); err == nil { // without a compiler no package is too new for it
		in.Rust = rust
	}
	for _, m := range ws.Members() {
		in.Members = append(in.Members, update.Member{ID: m.Package.ID(), Rust: m.Package.Summary.RustVersion})
	}
	lines, err := update.Report(ctx, in)
	for _, line := range lines {
		if line.Verb == "" {
			r.Voice.Note(line.Text)
		} else {
			r.Voice.Status(line.Verb, line.Text+line.Note)
		}
	}
	return err
}

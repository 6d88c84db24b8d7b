package cargo

import (
	"context"
	"slices"

	"berth/internal/cli/command"
	"berth/internal/ops/edit"
)

type removeOptions struct {
	deps       []string
	dryRun     bool
	dev, build bool
	target     string
	pkg        optional
	manifest   string
}

func (c *cli) remove() *command.Command {
	o := &removeOptions{}
	return &command.Command{
		Name: "remove", About: "Remove dependencies from a Cargo.toml", More: more("remove"),
		Args: []command.Arg{{Name: "DEP_ID", Many: true, Required: true, Set: command.Append(&o.deps, command.Text), About: "The dependencies"}},
		Flags: slices.Concat(
			[]command.Flag{dryRun(&o.dryRun, "Show what would change, and change nothing"), silent()},
			under("Section", []command.Flag{
				{Long: "dev", Exclude: []string{"build"}, Set: command.True(&o.dev), About: "Those for tests, examples and benchmarks"},
				{Long: "build", Exclude: []string{"dev"}, Set: command.True(&o.build), About: "Those of the build script"},
				{Long: "target", Value: "TARGET", Filled: true, Set: command.To(&o.target, command.Text), About: "Those of this target"},
			}),
			[]command.Flag{packageFlag(&o.pkg, false, "Package whose Cargo.toml is changed")},
			manifestPath(&o.manifest)),
		Groups: []command.Group{{Name: "section", Members: []string{"dev", "build"}}},
		Run:    func(ctx context.Context) error { return c.runRemove(ctx, o) },
	}
}

func (c *cli) runRemove(ctx context.Context, o *removeOptions) error {
	run, ws, ed, err := c.session.editor(o.manifest)
	if err != nil {
		return err
	}
	member, err := pickMember(ws, &o.pkg, "remove from")
	if err != nil {
		return err
	}
	remove := edit.Remove{Member: member, Names: o.deps, Table: tableOf(o.dev, o.build, o.target), DryRun: o.dryRun}
	if err := ed.Remove(ctx, remove); err != nil || o.dryRun {
		return err
	}
	if err := ed.CollectWorkspace(ctx); err != nil {
		return err
	}
	// Of patches that have become useless nothing is said, as they are removed.
	c.session.mute.Store(true)
	res, err := resolveAgain(ctx, run, o.manifest, false)
	c.session.mute.Store(false)
	if err != nil {
		return err
	}
	if changed, err := ed.CollectPatches(ctx, res.Graph.Unused); err != nil || !changed {
		return err
	}
	_, err = resolveAgain(ctx, run, o.manifest, false)
	return err
}

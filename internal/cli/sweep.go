package cli

import (
	"context"

	"berth/internal/cli/command"
	"berth/internal/store"
)

func (c *cli) sweep() *command.Command {
	var dryRun, all, previous bool
	return &command.Command{
		Name:  "sweep",
		About: "Remove what no toolchain needs any more, and compiled units beyond their limit",
		More: `Each change of a toolchain sweeps by itself. What was in use up to 14 days ago
stays, unless --all is given. What a toolchain was before its last change (rollback
brings it back) stays, unless --previous is given. What a running tool uses stays always.
What was installed a moment ago is written to the disk, so that its archives can go.

Compiled units (see 'berth cache') are kept to a size by the builds that make them;
--all removes all that no running build uses.
`,
		Flags: []command.Flag{
			{Long: "dry-run", Set: command.True(&dryRun), About: "Only say what would go"},
			{Long: "all", Set: command.True(&all), About: "Also what was in use in the last 14 days"},
			{Long: "previous", Set: command.True(&previous), About: "Also what toolchains were before their last change: no rollback then"},
		},
		Run: func(ctx context.Context) error {
			policy := store.DefaultPolicy()
			if all {
				policy.Keep, policy.DayInBoot = 0, 0
			}
			policy.DryRun = dryRun
			return c.runSweep(ctx, policy, previous, all)
		},
	}
}

func (c *cli) runSweep(ctx context.Context, policy store.Policy, previous, all bool) error {
	if !policy.DryRun {
		if err := c.Home.Store().Clear(ctx); err != nil {
			return err
		}
		if err := c.Home.Store().Settle(ctx, 0); err != nil {
			return err
		}
	}
	forgets := false
	if previous {
		var err error
		if forgets, err = c.forgetPrevious(ctx, policy.DryRun); err != nil {
			return err
		}
	}
	swept, err := c.Home.Sweep(ctx, policy)
	if err != nil {
		return err
	}
	verb := "removed"
	if policy.DryRun {
		verb = "would remove"
	}
	for _, tree := range swept.Trees {
		c.UI.Printf("%s toolchain tree %s\n", verb, tree)
	}
	for _, component := range swept.Components {
		c.UI.Printf("%s component %s\n", verb, component)
	}
	for _, tree := range swept.InUse {
		c.UI.Printf("kept toolchain tree %s, which is in use\n", tree)
	}
	said, err := c.sweepUnits(ctx, all, policy.DryRun)
	if err != nil {
		return err
	}
	if len(swept.Trees)+len(swept.Components) == 0 && !said && !forgets {
		c.UI.Infof("nothing to remove")
	}
	return nil
}

// forgetPrevious tells whether it said what would go.
func (c *cli) forgetPrevious(ctx context.Context, dryRun bool) (said bool, err error) {
	if !dryRun {
		return false, c.Home.ForgetPrevious(ctx)
	}
	list, err := c.Home.Store().WithPrevious()
	for _, name := range list {
		c.UI.Printf("would remove what toolchain %s was before its last change\n", name)
	}
	return len(list) > 0, err
}

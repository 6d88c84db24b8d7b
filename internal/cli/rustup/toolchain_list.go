package rustup

import (
	"context"
	"errors"

	"berth/internal/cli/command"
	"berth/internal/names"
	"berth/internal/store"
	"berth/internal/toolchain"
	"berth/internal/ui"
)

func (c *cli) toolchainList() *command.Command {
	var verbose, quiet bool
	return &command.Command{
		Name:  "list",
		About: "List the installed toolchains",
		Flags: []command.Flag{
			{Long: "verbose", Short: 'v', Exclude: []string{"quiet"}, Set: command.True(&verbose), About: "Also print where they lie"},
			quietFlag(&quiet),
		},
		Run: func(ctx context.Context) error { return c.runToolchainList(ctx, verbose, quiet) },
	}
}

func quietFlag(p *bool) command.Flag {
	return command.Flag{Long: "quiet", Short: 'q', Set: command.True(p), About: "Print names and nothing else"}
}

// runToolchainList prints what was there when it began: as in stock the toolchain
// in force may be installed only now.
func (c *cli) runToolchainList(ctx context.Context, verbose, quiet bool) error {
	list, err := c.Home.List()
	if err != nil {
		return err
	}
	if len(list) == 0 {
		c.UI.Print("no installed toolchains\n")
		return nil
	}
	if quiet {
		for _, tc := range list {
			c.UI.Print(tc.String() + "\n")
		}
		return nil
	}
	active, err := c.activeName(ctx)
	if err != nil {
		return err
	}
	byDefault, err := c.defaultName(ctx)
	if err != nil {
		return err
	}
	for _, tc := range list {
		name := tc.String()
		line := name + c.UI.Paint(ui.Remark, standing(name == active, name == byDefault))
		if verbose {
			line += " " + c.listedPath(tc)
		}
		c.UI.Print(line + "\n")
	}
	return nil
}

// activeName is the whole name of the toolchain in force, installed if that is to
// be done; "" where there is none. Why an installation has failed is said, and the
// list is there all the same.
func (c *cli) activeName(ctx context.Context) (string, error) {
	o, err := c.inForce(ctx)
	if o == nil || err != nil {
		return "", err
	}
	err = c.EnsureInstalled(ctx, o)
	if err == nil {
		return o.Toolchain.String(), nil
	}
	if cause := context.Cause(ctx); cause != nil {
		return "", cause
	}
	if !errors.As(err, new(*toolchain.NotInstalledError)) {
		c.UI.Warnf("%v", err)
	}
	return "", nil
}

// listedPath is where the toolchain lies: for the user's own what their link says,
// for all others the name's place in the home.
func (c *cli) listedPath(tc names.Toolchain) string {
	if place, err := c.Home.Store().Look(tc.String()); err == nil && place.Kind == store.Linked {
		return place.Target
	}
	return c.shownPath(tc)
}

package rustup

import (
	"context"

	"berth/internal/cli/command"
	"berth/internal/names"
)

func (c *cli) update() *command.Command {
	var o installing
	return &command.Command{
		Name:    "update",
		Aliases: []string{"upgrade", "up"},
		About:   "Bring toolchains up to date; without a name, all that follow a channel",
		More: `
Discussion:
  Toolchains that follow a channel are stable, beta, nightly and versions
  without a patch number, without a date. One that cannot be updated does
  not keep the others from it.

  Programs that run keep the toolchain that they began with. The one before
  the update stays for 'rustup toolchain rollback'.`,
		Flags: []command.Flag{noSelfUpdateFlag(&o.noSelfUpdate), forceFlag(&o.request.Force), forceNonHostFlag(&o.forceNonHost)},
		Args:  []command.Arg{toolchainsArg(&o.toolchains)},
		Run:   func(ctx context.Context) error { return c.runUpdate(ctx, o) },
	}
}

func (c *cli) runUpdate(ctx context.Context, o installing) error {
	if err := c.warnOfComplete(ctx, o.request.Profile); err != nil {
		return err
	}
	if len(o.toolchains) == 0 {
		return c.updateAll(ctx, o)
	}
	for _, p := range o.toolchains {
		if err := c.installOne(ctx, p, o); err != nil {
			return err
		}
	}
	return c.selfUpdateLine(ctx, o.noSelfUpdate)
}

// updateAll brings every toolchain up to date that follows a channel. Stock then
// empties downloads/ and tmp/ of the home; another stock rustup may just be
// reading there, so berth leaves both alone.
func (c *cli) updateAll(ctx context.Context, o installing) error {
	tracking, err := c.tracking()
	if err != nil {
		return err
	}
	if len(tracking) == 0 {
		c.UI.Infof("no updatable toolchains installed")
		return c.selfUpdateLine(ctx, o.noSelfUpdate)
	}
	var rows []row
	failed := false
	for _, tc := range tracking {
		if there, err := c.Home.IsInstalled(tc.String()); err == nil && !there {
			continue // somebody has just uninstalled it
		}
		r, err := c.transact(ctx, tc, o.request)
		if ctx.Err() != nil {
			return context.Cause(ctx)
		}
		if err != nil {
			failed = true
			c.UI.Report(err)
			r = row{name: tc.String(), status: updateFailed, version: c.versionOrWhy(ctx, tc)}
		}
		rows = append(rows, r)
	}
	c.table(rows...)
	if failed {
		return status(1)
	}
	return c.selfUpdateLine(ctx, o.noSelfUpdate)
}

// tracking are the installed toolchains that follow a channel.
func (c *cli) tracking() (tracking []names.Official, err error) {
	list, err := c.Home.List()
	for _, tc := range list {
		if o, ok := tc.(names.Official); ok && o.Tracking() {
			tracking = append(tracking, o)
		}
	}
	return tracking, err
}

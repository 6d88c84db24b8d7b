package rustup

import (
	"context"
	"errors"
	"fmt"

	"golang.org/x/sync/errgroup"

	"berth/internal/cli/command"
	"berth/internal/names"
	"berth/internal/settings"
	"berth/internal/toolchain"
	"berth/internal/ui"
)

// updateFound is the exit code of a check that found an update.
const updateFound = status(100)

const (
	upToDate        = "up to date"
	updateAvailable = "update available"
)

func (c *cli) check() *command.Command {
	var noSelfUpdate bool
	return &command.Command{
		Name:  "check",
		About: "Say which toolchains have an update, and change nothing",
		More: `
Discussion:
  The exit code is 100 if there is an update, 0 if there is none.`,
		Flags: []command.Flag{noSelfUpdateFlag(&noSelfUpdate)},
		Run:   func(ctx context.Context) error { return c.runCheck(ctx, noSelfUpdate) },
	}
}

func (c *cli) runCheck(ctx context.Context, noSelfUpdate bool) error {
	s, err := c.Settings(ctx)
	if err != nil {
		return err
	}
	if err := c.Env.Check(); err != nil {
		return err
	}
	tracking, err := c.tracking()
	if err != nil {
		return err
	}
	found, err := c.checkAll(ctx, tracking)
	if err != nil {
		return err
	}
	if !noSelfUpdate && c.Env.UpdatesItself(s) != settings.SelfUpdateDisable {
		c.printSelfUpToDate()
	}
	if found {
		return updateFound
	}
	return nil
}

// checkAll asks for all toolchains side by side and prints in the order of lists.
// Stock ends at the first one that it learns nothing of; here the others are
// printed all the same.
func (c *cli) checkAll(ctx context.Context, tracking []names.Official) (found bool, err error) {
	results := make([]toolchain.Checked, len(tracking))
	failures := make([]error, len(tracking))
	var group errgroup.Group
	if n := c.Env.ConcurrentDownloads; n > 0 {
		group.SetLimit(n)
	}
	for i, tc := range tracking {
		group.Go(func() error {
			results[i], failures[i] = c.Home.Check(ctx, tc)
			return nil
		})
	}
	_ = group.Wait() // failures has what went wrong
	for i, tc := range tracking {
		if failures[i] == nil {
			found = c.printChecked(tc.String(), results[i]) || found
		}
	}
	return found, errors.Join(failures...)
}

func (c *cli) printChecked(name string, r toolchain.Checked) (update bool) {
	switch {
	case r.Offered != "" && r.Installed != "":
		c.printCheck(name, updateAvailable, fmt.Sprintf(": %s -> %s", r.Installed, r.Offered))
	case r.Offered != "":
		c.printCheck(name, updateAvailable, ": (unknown version) -> "+r.Offered)
	case r.Installed != "":
		c.printCheck(name, upToDate, ": "+r.Installed)
	default:
		c.UI.Print(c.UI.Paint(ui.Strong, name+" - ") + "cannot identify installed or update versions\n")
	}
	return r.Offered != ""
}

func (c *cli) printCheck(name, state, rest string) {
	tone := ui.Heading
	if state == updateAvailable {
		tone = ui.Caution
	}
	c.UI.Print(c.UI.Paint(ui.Strong, name+" - ") + c.UI.Paint(tone, state) + rest + "\n")
}

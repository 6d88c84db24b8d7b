package rustup

import (
	"context"
	"errors"
	"fmt"

	"berth/internal/app"
	"berth/internal/cli/command"
	"berth/internal/names"
	"berth/internal/settings"
)

// versionFlag is -V: whatever is right or wrong behind it, the version is shown.
func versionFlag(wanted *bool) command.Flag {
	return command.Flag{Long: "version", Short: 'V', Ends: true, Set: command.True(wanted), About: "Show the version, and that of the active rustc"}
}

// versionText begins as stock's version does, which tools parse.
func versionText() string { return fmt.Sprintf("%s (berth %s)", app.RustupVersion, app.Version) }

// runVersion prints the version, and for people, who often mean the compiler, the
// version of the rustc in force. That there is none is no failure, nor that the
// one in force cannot be had; settings that cannot be read are.
func (c *cli) runVersion(ctx context.Context) error {
	c.UI.Printf("rustup %s\n", versionText())
	c.UI.Infof("this is the version of the toolchain manager, not of the rustc compiler")
	if _, err := c.Settings(ctx); err != nil {
		return err
	}
	o, lease, err := c.Use(ctx)
	var name *names.Error
	switch {
	case errors.Is(err, settings.ErrNotSelected):
		c.UI.Infof("no `rustc` is currently active")
		return nil
	case errors.As(err, &name) && c.Env.Toolchain != "" && c.Plus == nil:
		return err // as with any other command below such a RUSTUP_TOOLCHAIN
	case err != nil:
		c.UI.Report(fmt.Errorf("the version of the active `rustc` is not known: %w", err))
		return nil
	}
	defer lease.Close()
	c.UI.Infof("the currently active `rustc` version is `%s`", c.RustcVersion(ctx, lease.Path))
	c.UI.Debugf("rustup", "%s: %s", o.Toolchain, o.Reason())
	return nil
}

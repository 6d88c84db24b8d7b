package rustup

import (
	"context"

	"berth/internal/app"
	"berth/internal/cli/command"
	"berth/internal/ui"
)

func (c *cli) self() *command.Command {
	return &command.Command{
		Name:     "self",
		About:    "Take berth off this machine, or ask how it is updated",
		Commands: []*command.Command{c.selfUpdate(), c.selfUninstall(), c.selfUpgradeData()},
	}
}

func (c *cli) selfUpdate() *command.Command {
	return &command.Command{
		Name:    "update",
		Aliases: []string{"up"},
		About:   "Say how berth is updated",
		Run: func(context.Context) error {
			c.UI.Print("  " + c.UI.Paint(ui.Strong, "rustup "+unchanged) + " - " + app.RustupVersion + "\n\n")
			c.UI.Infof("this is berth %s, which is updated as it was installed: put the new binary in the place of the old one, then run `berth setup`", app.Version)
			return nil
		},
	}
}

func (c *cli) selfUpgradeData() *command.Command {
	return &command.Command{
		Name:  "upgrade-data",
		About: "Bring the settings of an old rustup up to date",
		// An old format is an error of whoever reads the settings.
		Run: func(ctx context.Context) error {
			if _, err := c.Settings(ctx); err != nil {
				return err
			}
			c.UI.Infof("nothing to upgrade: metadata version is already '12'")
			return nil
		},
	}
}

package rustup

import (
	"bufio"
	"context"
	"strings"

	"berth/internal/cli/command"
	"berth/internal/setup"
)

func (c *cli) selfUninstall() *command.Command {
	var yes, keepPath bool
	return &command.Command{
		Name:  "uninstall",
		About: "Take berth's links and environment files back; toolchains stay",
		Flags: []command.Flag{
			{Short: 'y', Set: command.True(&yes), About: "Do not ask"},
			{Long: "no-modify-path", Set: command.True(&keepPath), About: "Leave the shells' profiles as they are"},
		},
		Run: func(ctx context.Context) error { return c.runSelfUninstall(ctx, yes, keepPath) },
	}
}

// runSelfUninstall is `berth setup --undo` under the name that stock has for it.
func (c *cli) runSelfUninstall(ctx context.Context, yes, keepPath bool) error {
	if !yes {
		c.UI.Print("This takes away what `berth setup` has made: the names rustup, cargo, rustc and so on, and the\n" +
			"lines in your shell's profiles. Toolchains and settings stay.\n\nContinue? (y/N) ")
		sure, err := c.confirmed()
		if err != nil {
			return err
		}
		if !sure {
			c.UI.Infof("aborting uninstallation")
			return nil
		}
	}
	return setup.New(c.App).Undo(ctx, keepPath)
}

// confirmed reads a line from the user; no line is no.
func (c *cli) confirmed() (bool, error) {
	if err := c.UI.Flush(); err != nil || c.Stdin == nil {
		return false, err
	}
	line, err := bufio.NewReader(c.Stdin).ReadString('\n')
	if err != nil && line == "" {
		return false, nil
	}
	answer := strings.ToLower(strings.TrimSpace(line))
	return answer == "y" || answer == "yes", nil
}

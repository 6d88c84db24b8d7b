package cargo

import (
	"context"
	"strings"

	"berth/internal/app"
	"berth/internal/cli/command"
	"berth/internal/ui"
)

func (c *cli) help() *command.Command {
	var names []string
	return &command.Command{
		Name: "help", About: "Show the help of a command",
		Args: []command.Arg{{Name: "COMMAND", Many: c.release().NestedHelp(), Set: command.Append(&names, command.Text), About: "The command"}},
		Run: func(ctx context.Context) error {
			if len(names) > 1 { // they have manual pages, none of them ours
				return errHandOver
			}
			return c.runHelp(ctx, strings.Join(names, ""))
		},
	}
}

// runHelp shows the help of a verb of ours. Those of others are shown by the
// toolchain's cargo, which has manual pages, and by the programs themselves.
func (c *cli) runHelp(ctx context.Context, name string) error {
	root := c.root("cargo")
	if name == "" {
		return c.showHelp(&command.HelpError{Command: root, Asked: true})
	}
	cfg, err := c.plainConfig()
	if err == nil {
		words, err := userAlias(cfg, name)
		if err == nil && len(words) > 1 {
			c.UI.Printf("`%s` is aliased to `%s`\n", name, joined(words))
			return nil
		}
		if err == nil && len(words) == 1 {
			name = words[0]
		}
	}
	if short := shortNames()[name]; short != "" {
		name = short
	}
	switch cmd := root.Find(name); {
	case cmd != nil:
		return c.showHelp(root.HelpOn(cmd))
	case isBuiltin(name):
		return errHandOver
	}
	return c.runExternal(ctx, []string{name, "--help"})
}

// showHelp prints help: what was asked for is a result, what is shown for want of
// arguments is not, and stands where errors stand.
func (c *cli) showHelp(h *command.HelpError) error {
	if h.Asked {
		c.UI.Print(h.Text())
		return nil
	}
	stderr := ui.New(ui.Config{Stdout: c.Stderr, Getenv: c.Lookup})
	stderr.Print(h.Text())
	if err := stderr.Close(); err != nil {
		return err
	}
	return &app.ExitCodeError{Code: 1}
}

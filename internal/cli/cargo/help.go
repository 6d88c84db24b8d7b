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
			if len(names) > 1 {
				return errHandOver
			}
			return c.runHelp(ctx, strings.Join(names, ""))
		},
	}
}

// runHelp shows what there are for verbs, or the help of one. Cargo's own verbs have manual pages, which the toolchain's
// cargo shows; programs answer themselves.
func (c *cli) runHelp(ctx context.Context, name string) error {
	if name == "" {
		return c.showHelp(&command.HelpError{Command: c.root("cargo"), Asked: true})
	}
	verb := name
	if cfg, err := c.plainConfig(); err == nil {
		words, err := userAlias(cfg, name)
		if err == nil && len(words) > 1 {
			c.UI.Printf("`%s` is aliased to `%s`\n", name, joined(words))
			return nil
		}
		if err == nil && len(words) == 1 {
			verb = words[0]
		}
	}
	if shortNames()[verb] != "" || isBuiltin(verb) {
		return errHandOver
	}
	return c.runExternal(ctx, []string{verb, "--help"})
}

// showHelp prints help: what was asked for is a result, what is shown for want of
// arguments is not, and stands where errors stand.
func (c *cli) showHelp(h *command.HelpError) error {
	if h.Asked {
		c.ensureVoice()
		h.Show(c.UI)
		return nil
	}
	stderr := ui.New(ui.Config{Stdout: c.Stderr, Getenv: c.Lookup, Style: ui.Cargo})
	h.Show(stderr)
	if err := stderr.Close(); err != nil {
		return err
	}
	return &app.ExitCodeError{Code: 1}
}

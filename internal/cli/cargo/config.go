package cargo

import (
	"context"
	"strings"

	"berth/internal/cli/command"
	"berth/internal/ops/configget"
)

type configGetOptions struct {
	keys           []string
	format, merged string
	showOrigin     bool
}

func (c *cli) config() *command.Command {
	o := &configGetOptions{format: "toml", merged: "yes"}
	get := &command.Command{
		Name: "get", About: "Show a value, or all",
		Args: []command.Arg{{Name: "key", Set: command.Append(&o.keys, command.Text), About: "Which value; all if none is given"}},
		Flags: []command.Flag{
			{Long: "format", Value: "format", Choices: []string{"toml", "json", "json-value"}, Default: "toml", Set: command.To(&o.format, command.Text), About: "Form of the answer"},
			{Long: "show-origin", Set: command.True(&o.showOrigin), About: "Say where a value comes from"},
			{Long: "merged", Value: "merged", Choices: []string{"yes", "no"}, Default: "yes", Set: command.To(&o.merged, command.Text), About: "One value out of all places, or each place's own"},
		},
		Run: func(context.Context) error { return c.runConfigGet(o) },
	}
	return &command.Command{
		Name: "config", About: "Show the configuration", Commands: []*command.Command{get}, HelpIfEmpty: true,
	}
}

// runConfigGet is unstable in stock cargo, and asks for -Z there. Here it is a verb as
// others are.
func (c *cli) runConfigGet(o *configGetOptions) error {
	cfg, err := c.session.configuration()
	if err != nil {
		return err
	}
	options := configget.Options{Format: o.format, ShowOrigin: o.showOrigin, Unmerged: o.merged == "no"}
	if len(o.keys) > 0 {
		options.Key = &o.keys[0]
	}
	out, err := configget.Get(cfg, options)
	if err != nil {
		return err
	}
	if _, err := c.UI.Data().Write([]byte(out.Stdout)); err != nil {
		return err
	}
	for line := range strings.Lines(out.Stderr) {
		c.UI.Aside(strings.TrimSuffix(line, "\n"))
	}
	return nil
}

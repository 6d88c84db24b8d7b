package cargo

import (
	"context"

	"berth/internal/cli/command"
)

type configGetOptions struct {
	key, format, merged string
	showOrigin          bool
}

func (c *cli) config() *command.Command {
	o := &configGetOptions{format: "toml", merged: "yes"}
	get := &command.Command{
		Name: "get", About: "Show a value, or all",
		Args: []command.Arg{{Name: "key", Set: command.To(&o.key, command.Text), About: "Which value; all if none is given"}},
		Flags: []command.Flag{
			{Long: "format", Value: "format", Choices: []string{"toml", "json", "json-value"}, Default: "toml", Set: command.To(&o.format, command.Text), About: "Form of the answer"},
			{Long: "show-origin", Set: command.True(&o.showOrigin), About: "Say where a value comes from"},
			{Long: "merged", Value: "merged", Choices: []string{"yes", "no"}, Default: "yes", Set: command.To(&o.merged, command.Text), About: "One value out of all places, or each place's own"},
		},
		Run: func(context.Context) error { return errHandOver },
	}
	return &command.Command{
		Name: "config", About: "Show the configuration", Commands: []*command.Command{get}, HelpIfEmpty: true,
	}
}

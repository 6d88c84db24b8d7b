package rustup

import (
	"context"
	"errors"

	"berth/internal/cli/rustup/command"
)

func (c *cli) selfUninstall() *command.Command {
	var yes, keepPath bool
	return &command.Command{
		Name:  "uninstall",
		About: "Take berth's links and environment files back",
		Flags: []command.Flag{
			{Short: 'y', Set: command.True(&yes), About: "Do not ask"},
			{Long: "no-modify-path", Set: command.True(&keepPath), About: "Leave the shells' profiles as they are"},
		},
		Run: func(context.Context) error { return errUninstall },
	}
}

var errUninstall = errors.New("berth is taken off this machine with `berth setup --undo`")

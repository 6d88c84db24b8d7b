package cli

import (
	"context"
	"errors"

	"berth/internal/cli/command"
	"berth/internal/setup"
)

func (c *cli) setup() *command.Command {
	var o setup.Options
	var undo, all, yes bool
	return &command.Command{
		Name:  "setup",
		About: "Put rustup, cargo, rustc and the other names in place",
		More: `berth is copied to $CARGO_HOME/bin, the names become links to it, and the shells'
profiles learn of that directory. It may be repeated. Another rustup that is there
is left alone without --replace; its toolchains are used as they are.
`,
		Flags: []command.Flag{
			{Short: 'y', Set: command.True(&yes), About: "Do not ask; nothing is asked anyway"},
			{Long: "replace", Set: command.True(&o.Replace), Exclude: []string{"undo"}, About: "Put the programs of another rustup aside"},
			{Long: "no-modify-path", Set: command.True(&o.KeepProfile), About: "Leave the shells' profiles as they are"},
			{Long: "undo", Set: command.True(&undo), About: "Take it all back, and bring the other rustup back"},
			{Long: "all", Set: command.True(&all), About: "With --undo: leave plain toolchain directories, and nothing of berth"},
		},
		Run: func(ctx context.Context) error {
			s := setup.New(c.App)
			switch {
			case all && !undo:
				return errors.New("--all goes with --undo: `berth setup --undo --all`")
			case all:
				return s.UndoAll(ctx, o.KeepProfile)
			case undo:
				return s.Undo(ctx, o.KeepProfile)
			}
			return s.Install(ctx, o)
		},
	}
}

package rustup

import (
	"context"
	"errors"
	"fmt"
	"strings"

	"berth/internal/app"
	"berth/internal/cli/command"
	"berth/internal/names"
	"berth/internal/ui"
)

// root declares the whole command line, in the order of its help.
func (c *cli) root() *command.Command {
	root := &command.Command{
		Name:  "rustup",
		About: fmt.Sprintf("rustup %s (berth %s)\n\nInstalls Rust and keeps it up to date, in any number of processes at once", app.RustupVersion, app.Version),
		More:  rootHelp,
		Flags: []command.Flag{
			{Long: "verbose", Short: 'v', Exclude: []string{"quiet"}, Set: command.True(&c.speech.Verbose), About: "Say more: what is looked at, what is fetched"},
			{Long: "quiet", Short: 'q', Set: command.True(&c.speech.Quiet), About: "Say less: no progress, only warnings and errors"},
			versionFlag(&c.version),
		},
		Args: []command.Arg{{Name: "+toolchain", Set: c.setPlus, About: "Toolchain to use for this command: +stable, +my-own"}},
		Commands: []*command.Command{
			c.install("add"), c.uninstall(), c.toolchain(), c.defaultToolchain(), c.show(), c.update(), c.check(), c.target(), c.component(),
			c.override(), c.run(), c.which(), c.doc(), c.man(), c.self(), c.set(), c.completions(c.root), c.testament(),
		},
	}
	root.Run = func(ctx context.Context) error {
		if c.version {
			return c.runVersion(ctx)
		}
		return c.helpOnStderr(root)
	}
	return root
}

// errNoCommand is the word for a line whose first word is neither a command nor
// marked as a toolchain.
var errNoCommand = errors.New("no command of this name; a toolchain for one command is written with a plus: +stable")

func (c *cli) setPlus(word string) (err error) {
	name, ok := strings.CutPrefix(word, "+")
	if !ok {
		return errNoCommand
	}
	c.Plus, err = names.ParseNamed(name)
	return err
}

// helpOnStderr is what a line without a command gets: nobody asked for help, so it
// is no result.
func (c *cli) helpOnStderr(root *command.Command) error {
	stderr := ui.New(ui.Config{Stdout: c.Stderr, Getenv: c.Lookup})
	stderr.Print(root.Help())
	if err := stderr.Close(); err != nil {
		return err
	}
	return status(1)
}

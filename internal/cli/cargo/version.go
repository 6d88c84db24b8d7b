package cargo

import (
	"context"

	"berth/internal/cli/command"
)

func (c *cli) versionVerb() *command.Command {
	return &command.Command{
		Name: "version", About: "Show the version", More: more("version"), Flags: []command.Flag{silent()},
		Run: func(context.Context) error { return c.showVersion(c.globals.verbose > 0) },
	}
}

// showVersion prints what the toolchain's cargo prints, since people ask it what that
// cargo can do. berth has a version of its own, which `berth --version` tells.
func (c *cli) showVersion(verbose bool) error {
	if verbose {
		c.UI.Print(c.cargo.Verbose)
		return nil
	}
	c.UI.Print(c.cargo.Line + "\n")
	return nil
}

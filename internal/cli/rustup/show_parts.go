package rustup

import (
	"context"
	"errors"
	"os"

	"berth/internal/cli/command"
	"berth/internal/names"
	"berth/internal/settings"
	"berth/internal/toolchain"
)

func (c *cli) showActive() *command.Command {
	var verbose bool
	return &command.Command{
		Name:  "active-toolchain",
		About: "Show the active toolchain",
		More: `
Discussion:
  For scripts: one line, the toolchain's name and why it is active. With no
  active toolchain the command fails.

  Where the compiler lies says 'rustc --print sysroot', which one it is
  'rustc --version'.`,
		Flags: []command.Flag{verboseFlag(&verbose, "Also print its rustc and where it lies")},
		Run:   func(ctx context.Context) error { return c.runShowActive(ctx, verbose) },
	}
}

func (c *cli) runShowActive(ctx context.Context, verbose bool) error {
	o, err := c.Ensure(ctx)
	if err != nil {
		return noActive(err)
	}
	if !isDirectory(c.shownPath(o.Toolchain)) {
		_, official := o.Toolchain.(names.Official)
		return &toolchain.NotInstalledError{Name: o.Toolchain.String(), Custom: !official} // a link of the user's that leads nowhere
	}
	switch {
	case verbose:
	case o.Source == settings.FromDefault:
		c.UI.Printf("%s (default)\n", o.Toolchain)
		return nil
	default:
		c.UI.Printf("%s (%s)\n", o.Toolchain, o.Reason())
		return nil
	}
	version, err := c.rustcOf(ctx, o.Toolchain)
	if err != nil {
		return err
	}
	c.UI.Printf("%s\nactive because: %s\ncompiler: %s\npath: %s\n", o.Toolchain, o.Reason(), version, c.shownPath(o.Toolchain))
	return nil
}

func (c *cli) showHome() *command.Command {
	return &command.Command{
		Name:  "home",
		About: "Show where RUSTUP_HOME is",
		Run: func(context.Context) error {
			c.UI.Print(c.Env.RustupHome + "\n")
			return nil
		},
	}
}

func (c *cli) showProfile() *command.Command {
	return &command.Command{
		Name:  "profile",
		About: "Show the profile that new toolchains are installed with",
		Run:   c.runShowProfile,
	}
}

func (c *cli) runShowProfile(ctx context.Context) error {
	s, err := c.Settings(ctx)
	if err != nil {
		return err
	}
	profile := s.Profile
	if profile == "" {
		profile = settings.Default
	}
	c.UI.Printf("%s\n", profile)
	return nil
}

func isDirectory(path string) bool {
	info, err := os.Stat(path)
	return err == nil && info.IsDir()
}

// noActive words the absence of any choice; other errors stay as they are.
func noActive(err error) error {
	if errors.Is(err, settings.ErrNotSelected) {
		return &noActiveError{}
	}
	return err
}

// noActiveError says that nothing chooses a toolchain here, in stock's words, which
// scripts look for.
type noActiveError struct{}

func (*noActiveError) Error() string { return "no active toolchain" }

// Hint is the next step.
func (*noActiveError) Hint() string { return "choose one with `rustup default stable`" }

package rustup

import (
	"context"

	"berth/internal/cli/cargo"
	"berth/internal/cli/command"
	"berth/internal/names"
	"berth/internal/proxy"
	"berth/internal/settings"
	"berth/internal/store"
)

func (c *cli) run() *command.Command {
	var install bool
	var ref names.Ref
	var words []string
	return &command.Command{
		Name:  "run",
		About: "Run a command in the environment of a toolchain",
		More: `
Discussion:
  Any command will do, not only the toolchain's own, and everything behind
  it is its own, flags too. What it calls by the names rustc, cargo, … is
  the toolchain's; it keeps that toolchain until it ends, whatever is
  updated or uninstalled meanwhile.

  For a toolchain's own commands there is a shorter way. These are the same:

    $ cargo +nightly build
    $ rustup run nightly cargo build`,
		Flags: []command.Flag{{Long: "install", Set: command.True(&install), About: "Install the toolchain first if it is missing"}},
		Args: []command.Arg{
			{Name: "TOOLCHAIN", Required: true, Set: command.To(&ref, names.ParseLocal), About: "An official or linked toolchain, or the absolute path of one"},
			{Name: "COMMAND", Required: true, Many: true, Set: command.Append(&words, command.Text), About: "What to run, with its arguments"},
		},
		Verbatim: true,
		Run:      func(ctx context.Context) error { return c.runRun(ctx, ref, words, install) },
	}
}

// runRun becomes the command where the system can do that, and ends with its exit
// code where it cannot.
func (c *cli) runRun(ctx context.Context, ref names.Ref, words []string, install bool) error {
	tc, err := c.Resolve(ctx, ref)
	if err != nil {
		return err
	}
	if install {
		c.Env.AutoInstall = settings.AutoInstallEnable // the flag says so for this one
		if err := c.EnsureSome(ctx, &settings.Override{Toolchain: tc, Source: settings.FromCommandLine}); err != nil {
			return err
		}
	}
	if words[0] == "cargo" && cargo.MayBeOurs(words[1:]) {
		return c.runCargo(ctx, tc, ref, words[1:])
	}
	return proxy.Run(ctx, c.App, tc, words)
}

// runCargo is `cargo +toolchain`: berth does the same verbs itself, whichever way it
// is called. But a toolchain that is missing is not installed here.
func (c *cli) runCargo(ctx context.Context, tc names.Toolchain, ref names.Ref, args []string) error {
	lease, err := c.Lease(ctx, tc)
	if err != nil {
		return err
	}
	lease.Close()
	if lease.Kind == store.None {
		return c.NotInstalled(tc)
	}
	c.Plus = ref
	if code := cargo.Run(ctx, c.App, args); code != 0 {
		return status(code)
	}
	return nil
}

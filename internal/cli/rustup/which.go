package rustup

import (
	"context"
	"path/filepath"

	"berth/internal/cli/command"
	"berth/internal/exe"
	"berth/internal/names"
	"berth/internal/proxy"
	"berth/internal/settings"
)

func (c *cli) which() *command.Command {
	var name string
	var toolchain names.Ref
	return &command.Command{
		Name:  "which",
		About: "Show which program a command runs",
		Flags: []command.Flag{{
			Long: "toolchain", Value: "TOOLCHAIN", Set: command.To(&toolchain, names.ParseNamed),
			About: "The toolchain to look into, official or linked, instead of the active one",
		}},
		Args: []command.Arg{{Name: "COMMAND", Required: true, Set: command.To(&name, command.Text), About: "A tool such as 'rustc'"}},
		Run:  func(ctx context.Context) error { return c.runWhich(ctx, name, toolchain) },
	}
}

func (c *cli) runWhich(ctx context.Context, name string, ref names.Ref) error {
	o, err := c.chosen(ctx, ref)
	if err != nil {
		return err
	}
	path := binary(c.shownPath(o.Toolchain), name)
	place, err := c.Home.Store().Look(o.Toolchain.String())
	if err != nil {
		return err
	}
	there, err := c.Home.AwaitFile(ctx, place, path)
	if err != nil {
		return err
	}
	if !there {
		return c.missingTool(ctx, o.Toolchain, name)
	}
	c.UI.Print(path + "\n")
	return nil
}

// binary is a tool of the toolchain at dir, by the path that a user would write.
// As in stock an absolute path is itself, and nothing is cleaned.
func binary(dir, name string) string {
	if filepath.IsAbs(name) {
		return name
	}
	return filepath.Join(dir, "bin") + string(filepath.Separator) + exe.Named(name)
}

// chosen is the toolchain of a --toolchain flag or, without one, that in force;
// installed, unless automatic installation is off.
func (c *cli) chosen(ctx context.Context, ref names.Ref) (*settings.Override, error) {
	if ref == nil {
		return c.Ensure(ctx)
	}
	tc, err := c.Resolve(ctx, ref)
	if err != nil {
		return nil, err
	}
	o := &settings.Override{Toolchain: tc, Source: settings.FromCommandLine}
	return o, c.EnsureInstalled(ctx, o)
}

// missingTool says why a toolchain has no such tool, as its proxy would.
func (c *cli) missingTool(ctx context.Context, tc names.Toolchain, tool string) error {
	place, err := c.Home.Store().Look(tc.String())
	if err != nil {
		return err
	}
	return proxy.Missing(ctx, c.App, tc, place, tool)
}

package rustup

import (
	"context"

	"berth/internal/cli/command"
	"berth/internal/names"
	"berth/internal/settings"
)

func (c *cli) override() *command.Command {
	return &command.Command{
		Name:  "override",
		About: "Choose toolchains for directories",
		More: `
Discussion:
  An override holds for a directory and all below it, on this machine. A
  project that wants the same for everybody has a rust-toolchain.toml; of
  the two the one in the deeper directory counts, in the same directory the
  override.

    $ rustup override set nightly-2026-01-02`,
		Commands: []*command.Command{c.overrideList(), c.overrideSet(), c.overrideUnset()},
	}
}

func pathFlag(p *string) command.Flag {
	return command.Flag{Long: "path", Value: "PATH", Filled: true, Set: command.To(p, command.Text), About: "The directory, if not the working directory"}
}

func (c *cli) overrideSet() *command.Command {
	var ref names.Ref
	var path string
	return &command.Command{
		Name:    "set",
		Aliases: []string{"add"},
		About:   "Set the toolchain of a directory",
		Flags:   []command.Flag{pathFlag(&path)},
		Args: []command.Arg{{Name: "TOOLCHAIN", Required: true, Set: command.To(&ref, names.ParseNamed),
			About: "stable, 1.80.0, a linked toolchain, …"}},
		Run: func(ctx context.Context) error { return c.runOverrideSet(ctx, ref, path) },
	}
}

func (c *cli) runOverrideSet(ctx context.Context, ref names.Ref, path string) error {
	tc, err := c.Resolve(ctx, ref)
	if err != nil {
		return err
	}
	r, err := c.provide(ctx, tc)
	if err != nil {
		return err
	}
	if r.version != "" {
		c.table(r)
	}
	if path == "" {
		if path, err = c.Dir(); err != nil {
			return err
		}
	}
	return c.setOverride(ctx, path, tc)
}

// setOverride writes the override of a directory, which need not exist.
func (c *cli) setOverride(ctx context.Context, path string, tc names.Toolchain) error {
	key, err := c.overrideKey(path)
	if err != nil {
		return err
	}
	err = c.ChangeSettings(ctx, func(s *settings.Settings) error {
		if s.Overrides == nil {
			s.Overrides = map[string]string{}
		}
		s.Overrides[key] = tc.String()
		return nil
	})
	if err == nil {
		c.UI.Infof("override toolchain for %s set to %s", path, tc)
	}
	return err
}

func (c *cli) overrideKey(path string) (string, error) {
	dir, err := c.Dir()
	if err != nil {
		return "", err
	}
	return settings.OverrideKey(settings.OS{}, dir, path), nil
}

package rustup

import (
	"context"

	"berth/internal/cli/command"
	"berth/internal/lockfs"
	"berth/internal/names"
	"berth/internal/settings"
	"berth/internal/toolchain"
)

// choice is a toolchain, none, or nothing said at all.
type choice struct {
	given bool
	ref   names.Ref // nil for none
}

func (c *cli) defaultToolchain() *command.Command {
	var chosen choice
	var forceNonHost bool
	return &command.Command{
		Name:  "default",
		About: "Set the default toolchain, or show it",
		More: `
Discussion:
  The toolchain is installed if it is not there. 'none' leaves no default.`,
		Flags: []command.Flag{forceNonHostFlag(&forceNonHost)},
		Args: []command.Arg{{Name: "TOOLCHAIN", About: "stable, 1.80.0, a linked toolchain, or none", Set: func(s string) error {
			ref, _, err := names.ParseDefault(s)
			chosen = choice{true, ref}
			return err
		}}},
		Run: func(ctx context.Context) error { return c.runDefault(ctx, chosen, forceNonHost) },
	}
}

// noDefaultError says that there is nothing to show, in stock's words, which
// scripts look for.
type noDefaultError struct{}

func (*noDefaultError) Error() string { return "no default toolchain is configured" }

// Hint is the next step.
func (*noDefaultError) Hint() string { return "set one with `rustup default stable`" }

func (c *cli) runDefault(ctx context.Context, chosen choice, forceNonHost bool) error {
	if !chosen.given {
		name, err := c.defaultName(ctx)
		if err == nil && name == "" {
			err = &noDefaultError{}
		}
		if err != nil {
			return err
		}
		c.UI.Printf("%s (default)\n", name)
		return nil
	}
	name := ""
	if chosen.ref != nil {
		tc, err := c.Resolve(ctx, chosen.ref)
		if err != nil {
			return err
		}
		if err := c.provideDefault(ctx, tc, forceNonHost); err != nil {
			return err
		}
		name = tc.String()
	}
	if err := c.ChangeSettings(ctx, func(s *settings.Settings) error { s.DefaultToolchain = name; return nil }); err != nil {
		return err
	}
	c.sayDefault(ctx, name)
	return nil
}

func (c *cli) provideDefault(ctx context.Context, tc names.Toolchain, forceNonHost bool) error {
	if o, ok := tc.(names.Official); ok && !forceNonHost {
		if err := c.CheckHost(o); err != nil {
			return err
		}
	}
	r, err := c.provide(ctx, tc)
	if err != nil || r.name == "" {
		return err
	}
	if r.version == "" {
		c.UI.Infof("using existing install for %s", tc)
		r.version = c.versionOrWhy(ctx, tc)
	}
	c.table(r)
	return nil
}

// provide sees to it that a toolchain that is chosen is there, and describes it.
// Nobody installs a custom one: of that there is nothing to describe.
func (c *cli) provide(ctx context.Context, tc names.Toolchain) (r row, err error) {
	there, err := c.Home.IsInstalled(tc.String())
	if err != nil {
		return row{}, err
	}
	o, official := tc.(names.Official)
	switch {
	case !official && !there:
		return row{}, &toolchain.NotInstalledError{Name: tc.String(), Custom: true}
	case !official:
		return row{}, nil
	case there:
		return row{name: tc.String(), status: unchanged}, nil
	}
	return c.transact(ctx, o, toolchain.Request{NoUpdate: true})
}

func (c *cli) sayDefault(ctx context.Context, name string) {
	if name == "" {
		c.UI.Infof("default toolchain unset")
	} else {
		c.UI.Infof("default toolchain set to %s", name)
	}
	if active, err := c.Find(ctx); err == nil && active.Source != settings.FromDefault {
		c.UI.Infof("note that the toolchain '%s' is currently in use (%s)", active.Toolchain, active.Reason())
	}
}

// defaultName is the whole name of the default toolchain, "" for none: that of the
// settings, else the administrator's.
func (c *cli) defaultName(ctx context.Context) (string, error) {
	s, err := c.Settings(ctx)
	if err != nil {
		return "", err
	}
	name := s.DefaultToolchain
	if name == "" {
		if name, err = c.fallbackDefault(); err != nil || name == "" {
			return "", err
		}
	}
	ref, err := names.ParseNamed(name)
	if err != nil {
		return "", err
	}
	tc, err := c.Resolve(ctx, ref)
	if err != nil {
		return "", err
	}
	return tc.String(), nil
}

// fallbackDefault reads the administrator's file; that it is not there or not for
// this user's eyes is no error.
func (c *cli) fallbackDefault() (string, error) {
	if c.Env.Fallback == "" {
		return "", nil
	}
	data, err := lockfs.At(c.Env.Fallback).ReadFile()
	if err != nil {
		return "", nil
	}
	return settings.ParseFallback(c.Env.Fallback, data)
}

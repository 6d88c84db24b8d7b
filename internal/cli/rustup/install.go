package rustup

import (
	"context"

	"berth/internal/app"
	"berth/internal/cli/command"
	"berth/internal/dist"
	"berth/internal/names"
	"berth/internal/settings"
	"berth/internal/toolchain"
)

// installing is what install and update are asked for.
type installing struct {
	toolchains   []names.Partial
	request      toolchain.Request // of each toolchain, but for its name
	forceNonHost bool
	override     bool
	noSelfUpdate bool
}

func (c *cli) install(aliases ...string) *command.Command {
	var o installing
	return &command.Command{
		Name:    "install",
		Aliases: aliases,
		About:   "Install toolchains or bring them up to date; without a name, install the active one",
		Flags: []command.Flag{
			{Long: "profile", Value: "PROFILE", Choices: profiles(), Set: command.To(&o.request.Profile, dist.ParseProfile),
				About: "Set of components of a toolchain that is not there yet"},
			{Long: "component", Short: 'c', Value: "COMPONENT", Many: true, Comma: true, Set: command.Append(&o.request.Components, command.Text),
				About: "Components to have besides, with commas between them"},
			{Long: "target", Short: 't', Value: "TARGET", Many: true, Comma: true, Set: command.Append(&o.request.Targets, command.Text),
				About: "Targets to have besides, with commas between them"},
			noSelfUpdateFlag(&o.noSelfUpdate),
			{Long: "no-update", Set: command.True(&o.request.NoUpdate), About: "Leave a toolchain that is installed as it is"},
			forceFlag(&o.request.Force),
			{Long: "allow-downgrade", Set: command.True(&o.request.Downgrade),
				About: "Take an older nightly if the newer ones lack a component"},
			forceNonHostFlag(&o.forceNonHost),
			{Long: "override", Set: command.True(&o.override), About: "Choose the toolchain for the working directory, too"},
		},
		Args: []command.Arg{toolchainsArg(&o.toolchains)},
		Run:  func(ctx context.Context) error { return c.runInstall(ctx, o) },
	}
}

func profiles() []string {
	return []string{string(dist.Minimal), string(dist.Default), string(dist.Complete)}
}

func forceFlag(p *bool) command.Flag {
	return command.Flag{Long: "force", Set: command.True(p), About: "Do without components that cannot be had"}
}

func forceNonHostFlag(p *bool) command.Flag {
	return command.Flag{Long: "force-non-host", Set: command.True(p), About: "Install toolchains that do not run here without an emulator"}
}

func noSelfUpdateFlag(p *bool) command.Flag {
	return command.Flag{Long: "no-self-update", Set: command.True(p), About: "Accepted for scripts: berth never updates itself on the way"}
}

func toolchainsArg(p *[]names.Partial) command.Arg {
	return command.Arg{Name: "TOOLCHAIN", Many: true, Set: command.Append(p, names.ParseOfficial),
		About: "stable, nightly, 1.80.0, … ('rustup help toolchain' has the grammar)"}
}

func (c *cli) runInstall(ctx context.Context, o installing) error {
	if err := c.warnOfComplete(ctx, o.request.Profile); err != nil {
		return err
	}
	if len(o.toolchains) == 0 {
		if err := c.installActive(ctx, o); err != nil {
			return err
		}
		return c.selfUpdateLine(ctx, o.noSelfUpdate)
	}
	for _, p := range o.toolchains {
		if err := c.installOne(ctx, p, o); err != nil {
			return err
		}
	}
	return c.selfUpdateLine(ctx, o.noSelfUpdate)
}

func (c *cli) installOne(ctx context.Context, p names.Partial, o installing) error {
	chosen := false
	o.request.First = func(ctx context.Context, tc names.Official) (err error) {
		chosen, err = c.firstBecomesDefault(ctx, tc)
		return err
	}
	tc, r, err := c.bring(ctx, p, o)
	if err != nil {
		return err
	}
	c.table(r)
	if chosen {
		c.UI.Infof("default toolchain set to %s", tc)
	}
	if !o.override {
		return nil
	}
	dir, err := c.Dir()
	if err != nil {
		return err
	}
	return c.setOverride(ctx, dir, tc)
}

// bring carries out one install or update and describes what became of it.
func (c *cli) bring(ctx context.Context, p names.Partial, o installing) (names.Official, row, error) {
	tc, err := c.official(ctx, p)
	if err != nil {
		return tc, row{}, err
	}
	if !o.forceNonHost {
		if err := c.CheckHost(tc); err != nil {
			return tc, row{}, err
		}
	}
	r, err := c.transact(ctx, tc, o.request)
	return tc, r, err
}

// transact is bring for a name that is beyond doubt.
func (c *cli) transact(ctx context.Context, tc names.Official, request toolchain.Request) (row, error) {
	if err := c.Env.Check(); err != nil {
		return row{}, err
	}
	profile, err := c.profile(ctx, request.Profile)
	if err != nil {
		return row{}, err
	}
	request.Toolchain, request.Profile = tc, profile
	out, err := c.Home.Install(ctx, request)
	if err != nil {
		return row{}, err
	}
	return c.rowOf(ctx, tc, out), nil
}

// profile is the one that was asked for, else that of the settings.
func (c *cli) profile(ctx context.Context, asked dist.Profile) (dist.Profile, error) {
	if asked != "" {
		return asked, nil
	}
	s, err := c.Settings(ctx)
	return dist.Profile(s.Profile), err
}

func (c *cli) warnOfComplete(ctx context.Context, asked dist.Profile) error {
	profile, err := c.profile(ctx, asked)
	if err == nil && profile == dist.Complete {
		c.UI.Warnf("profile 'complete' brings every component there is, and is meant for those who work on Rust itself")
	}
	return err
}

func (c *cli) official(ctx context.Context, p names.Partial) (names.Official, error) {
	host, err := c.Host(ctx)
	if err != nil {
		return names.Official{}, err
	}
	return p.Official(host)
}

// firstBecomesDefault makes a toolchain that was just installed the default where
// nothing else is, be it by the user or by the administrator.
func (c *cli) firstBecomesDefault(ctx context.Context, tc names.Official) (made bool, err error) {
	name, err := c.defaultName(ctx)
	if err != nil || name != "" {
		return false, err
	}
	return c.DefaultIfNone(ctx, tc)
}

// installActive installs the toolchain in force with what its toolchain file asks
// for, and with the profile that was asked for where that names none. Here
// somebody asks for it, so it does not matter whether toolchains are installed
// unasked. The other flags have no effect, as in stock, but that is not kept from
// the user.
func (c *cli) installActive(ctx context.Context, o installing) error {
	if len(o.request.Components)+len(o.request.Targets) > 0 || o.override {
		c.UI.Warnf("without a toolchain's name --component, --target and --override have no effect")
	}
	active, err := c.Find(ctx)
	if err != nil {
		return err
	}
	if active.Profile == "" {
		active.Profile = settings.Profile(o.request.Profile)
	}
	if tc, ok := active.Toolchain.(names.Official); ok {
		if err := c.prepareActive(tc, o.forceNonHost); err != nil {
			return err
		}
	}
	c.Env.AutoInstall = settings.AutoInstallEnable
	if err := c.EnsureInstalled(ctx, active); err != nil {
		return err
	}
	c.UI.Infof("the active toolchain `%s` has been installed", active.Toolchain)
	c.UI.Infof("it's active because: %s", active.Reason())
	return nil
}

func (c *cli) prepareActive(tc names.Official, forceNonHost bool) error {
	installed, err := c.Home.IsInstalled(tc.String())
	switch {
	case err != nil:
		return err
	case installed:
		c.UI.Infof("using existing install for %s", tc)
		return nil
	case forceNonHost:
		return nil
	}
	return c.CheckHost(tc)
}

// selfUpdateLine is what is left of the self-update behind install and update:
// berth is updated like any other program and never as a side effect, so nothing
// is fetched and nothing can fail. With auto-self-update set to check-only stock
// prints the line that `check` ends with; scripts that look for it find it.
func (c *cli) selfUpdateLine(ctx context.Context, off bool) error {
	if off {
		return nil
	}
	s, err := c.Settings(ctx)
	if err == nil && c.Env.UpdatesItself(s) == settings.SelfUpdateCheckOnly {
		c.printSelfUpToDate()
	}
	return err
}

// printSelfUpToDate prints stock's line about rustup itself. The version is that
// of the rustup whose command line this is. Whether a newer stock exists is not
// asked: "update available" would make scripts run `self update`, for ever.
func (c *cli) printSelfUpToDate() {
	c.printCheck("rustup", upToDate, " : "+app.RustupVersion)
}

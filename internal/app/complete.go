package app

import (
	"context"
	"slices"

	"berth/internal/dist"
	"berth/internal/lockfs"
	"berth/internal/names"
	"berth/internal/settings"
	"berth/internal/store"
	"berth/internal/toolchain"
)

// complete adds what a toolchain file asks for and the installed toolchain lacks.
//
// Stock makes an update of this, which may bring another compiler in the middle
// of a build, and asks the server again at every call as long as something in the
// file cannot be had. Here the toolchain's own manifest says what belongs to it:
// components come from the release that is installed, and what that release
// does not have costs a warning and no request.
func (a *App) complete(ctx context.Context, tc names.Official, o *settings.Override) error {
	place, err := a.Home.Store().Look(tc.String())
	if err != nil || place.Kind == store.None {
		return err
	}
	if hasAll(place, tc.Target, o) {
		return nil
	}
	in, err := a.Home.Inspect(tc.String())
	if err != nil {
		return err
	}
	if in.Manifest == nil {
		return a.reinstall(ctx, tc, o)
	}
	if err := a.Env.Check(); err != nil {
		return err
	}
	told := map[string]bool{} // the choice may be made twice
	choose := func(view *dist.View) (add, remove []dist.Component, err error) {
		return a.missing(view, o, told), nil, nil
	}
	view, err := in.View(tc)
	if err != nil {
		return err
	}
	if add, _, _ := choose(view); len(add) == 0 {
		return nil
	}
	_, err = a.Home.Change(ctx, tc, choose)
	return err
}

// reinstall is for a toolchain that does not know what it is made of.
func (a *App) reinstall(ctx context.Context, tc names.Official, o *settings.Override) error {
	_, err := a.Home.Install(ctx, toolchain.Request{Toolchain: tc, Components: o.Components, Targets: o.Targets, Force: true})
	return err
}

// missing is what the file asks for, the release has and the toolchain lacks.
func (a *App) missing(view *dist.View, o *settings.Override, told map[string]bool) []dist.Component {
	var add []dist.Component
	skip := func(described string) {
		if !told[described] {
			told[described] = true
			a.UI.Warnf("skipping unavailable component %s", described)
		}
	}
	for _, name := range o.Components {
		c, err := view.Find(name, "")
		if err == nil {
			c, err = view.Added(c)
		}
		add = pick(view, add, c, err, name, skip)
	}
	for _, target := range o.Targets {
		c, err := view.Added(dist.Std(target))
		add = pick(view, add, c, err, "rust-std for target "+target, skip)
	}
	return add
}

func pick(view *dist.View, add []dist.Component, c dist.Component, err error, name string, skip func(string)) []dist.Component {
	if err == nil && view.Config.Has(c) {
		return add
	}
	if _, ok := view.Manifest.Archive(c); err != nil || !ok {
		skip(name)
		return add
	}
	return append(add, c)
}

// hasAll finds everything in the toolchain's short record, by the names that
// nearly always hold, so that a project with a toolchain file does not have a
// megabyte of manifest read at each call. What it does not find may still be
// there under another name; complete then looks in the manifest.
func hasAll(place store.Place, host string, o *settings.Override) bool {
	data, err := lockfs.At(place.Path).Join("lib", "rustlib", dist.ConfigFile).ReadFile()
	if err != nil {
		return false
	}
	config, err := dist.ParseConfig(data)
	if err != nil {
		return false
	}
	has := func(pkg string, targets ...string) bool {
		return slices.ContainsFunc(targets, func(t string) bool { return config.Has(dist.Component{Pkg: pkg, Target: t}) })
	}
	for _, c := range o.Components {
		if !has(c, host, "") && !has(c+"-preview", host, "") {
			return false
		}
	}
	for _, t := range o.Targets {
		if !has("rust-std", t) {
			return false
		}
	}
	return true
}

// NonHostError says that a toolchain cannot run on this machine.
type NonHostError struct{ Toolchain names.Official }

func (e *NonHostError) Error() string {
	return "toolchain '" + e.Toolchain.String() + "' may not be able to run on this system"
}

// Hint is the next step.
func (e *NonHostError) Hint() string {
	return "to build for that platform run `rustup target add " + e.Toolchain.Target + "`; to install the toolchain all the same add `--force-non-host`"
}

// CheckHost refuses a toolchain whose tools would not run here.
func (a *App) CheckHost(tc names.Official) error {
	runs, err := names.CanRun(a.MachineHost(), tc.Target)
	if runs || err != nil {
		return err
	}
	return &NonHostError{tc}
}

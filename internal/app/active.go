package app

import (
	"context"
	"errors"
	"fmt"
	"slices"

	"berth/internal/dist"
	"berth/internal/names"
	"berth/internal/settings"
	"berth/internal/store"
	"berth/internal/toolchain"
)

// Settings reads settings.toml, once a run.
func (a *App) Settings(ctx context.Context) (*settings.Settings, error) {
	if a.settings != nil {
		return a.settings, nil
	}
	s, err := a.Home.Settings(ctx)
	if err == nil {
		a.settings = s
	}
	return s, err
}

// ChangeSettings is a read-modify-write of settings.toml.
func (a *App) ChangeSettings(ctx context.Context, change func(*settings.Settings) error) error {
	a.settings = nil
	return a.Home.ChangeSettings(ctx, change)
}

func (a *App) finder(ctx context.Context) *settings.Finder {
	return &settings.Finder{
		FS: settings.OS{}, Env: a.Env, Plus: a.Plus,
		Load: func() (*settings.Settings, error) { return a.Settings(ctx) },
	}
}

// CheckChoices looks whether there is sense in the settings and in RUSTUP_TOOLCHAIN.
func (a *App) CheckChoices(ctx context.Context) error { return a.finder(ctx).Check() }

// Host is the triple that names are resolved against: that of the settings, or
// of the machine.
func (a *App) Host(ctx context.Context) (string, error) { return a.finder(ctx).Host() }

// MachineHost is the triple of the machine, whatever the settings say.
func (a *App) MachineHost() string { return names.Host(a.Env.HostOverride) }

// Resolve fills in what a name leaves out.
func (a *App) Resolve(ctx context.Context, ref names.Ref) (names.Toolchain, error) {
	host := ""
	if names.NeedsHost(ref) {
		var err error
		if host, err = a.Host(ctx); err != nil {
			return nil, err
		}
	}
	return ref.Resolve(host)
}

// InstallsAutomatically tells whether what is missing is installed unasked.
func (a *App) InstallsAutomatically(ctx context.Context) (bool, error) {
	if a.Env.AutoInstall != "" {
		return a.Env.AutoInstall == settings.AutoInstallEnable, nil
	}
	s, err := a.Settings(ctx)
	return err == nil && a.Env.InstallsAutomatically(s), err
}

// Find gives the toolchain in force and why, installed or not;
// settings.ErrNotSelected where nothing chooses one.
func (a *App) Find(ctx context.Context) (*settings.Override, error) {
	dir, err := a.Dir()
	if err != nil {
		return nil, err
	}
	o, err := a.finder(ctx).Find(dir)
	if err != nil {
		return nil, err
	}
	if a.UI.Debugging("settings") { // on the path of every rustc call
		a.UI.Debugf("settings", "toolchain '%s' in %s: %s", o.Toolchain, dir, o.Reason())
	}
	for _, w := range o.Warnings {
		if !slices.Contains(a.said, w) {
			a.UI.Warnf("%s", w)
			a.said = append(a.said, w)
		}
	}
	return o, nil
}

// Ensure gives the toolchain in force, installed: if it or a component that the
// toolchain file asks for is missing, that is installed, unless this was
// switched off.
func (a *App) Ensure(ctx context.Context) (*settings.Override, error) {
	o, err := a.Find(ctx)
	if err != nil {
		return nil, err
	}
	return o, a.EnsureInstalled(ctx, o)
}

// EnsureInstalled is Ensure for an override that was found already.
func (a *App) EnsureInstalled(ctx context.Context, o *settings.Override) error {
	return a.ensure(ctx, o, false)
}

// EnsureSome is EnsureInstalled for `rustup run --install`, which does without
// components that the release lacks.
func (a *App) EnsureSome(ctx context.Context, o *settings.Override) error {
	return a.ensure(ctx, o, true)
}

func (a *App) ensure(ctx context.Context, o *settings.Override, force bool) error {
	if _, isPath := o.Toolchain.(names.Path); isPath {
		return nil // found, so it has a bin directory
	}
	auto, err := a.InstallsAutomatically(ctx)
	if err != nil {
		return err
	}
	installed, err := a.Home.IsInstalled(o.Toolchain.String())
	if err != nil {
		return err
	}
	official, isOfficial := o.Toolchain.(names.Official)
	if !installed && (!auto || !isOfficial) {
		return &NotInstalledError{o}
	}
	if !installed {
		if err := a.install(ctx, official, o, force); err != nil {
			return err
		}
	}
	if auto && isOfficial && len(o.Components)+len(o.Targets) > 0 {
		return a.complete(ctx, official, o)
	}
	return nil
}

// install installs what is missing. Of many processes that find it missing one
// does so; to the others it is there when they have the lock (NoUpdate). What the
// release lacks fails it, or makes it an earlier nightly, as with `rustup install`,
// unless it is forced; a toolchain that is there goes on without (complete).
func (a *App) install(ctx context.Context, tc names.Official, o *settings.Override, force bool) error {
	if err := a.Env.Check(); err != nil {
		return err
	}
	profile := o.Profile
	if profile == "" {
		s, err := a.Settings(ctx)
		if err != nil {
			return err
		}
		profile = s.Profile
	}
	_, err := a.Home.Install(ctx, toolchain.Request{
		Toolchain: tc, Profile: dist.Profile(profile), Components: o.Components, Targets: o.Targets,
		Force: force, NoUpdate: true,
	})
	return err
}

// useAttempts bounds how often Use begins again after somebody uninstalled the
// toolchain between its install and its lease.
const useAttempts = 5

// Use gives the toolchain in force with the lease that keeps it there.
func (a *App) Use(ctx context.Context) (*settings.Override, *store.Lease, error) {
	o, err := a.Find(ctx)
	if err != nil {
		return nil, nil, err
	}
	lease, err := a.UseFound(ctx, o)
	return o, lease, err
}

// UseFound is Use for an override that was found already. The lease is tried
// first: only if there is nothing to lease, or the toolchain file asks for
// components, what may have to be installed is looked at.
func (a *App) UseFound(ctx context.Context, o *settings.Override) (*store.Lease, error) {
	if len(o.Components)+len(o.Targets) > 0 {
		ctx = a.Interruptible(ctx)
		if err := a.EnsureInstalled(ctx, o); err != nil {
			return nil, err
		}
	}
	for range useAttempts {
		lease, err := a.Lease(ctx, o.Toolchain)
		if err != nil {
			return nil, err
		}
		if lease.Kind != store.None {
			a.UI.Debugf("store", "toolchain '%s' is %s", o.Toolchain, lease.Path)
			return lease, nil
		}
		a.UI.Debugf("store", "toolchain '%s' is not installed", o.Toolchain)
		ctx = a.Interruptible(ctx) // an install has much to put away
		if err := a.EnsureInstalled(ctx, o); err != nil {
			return nil, err
		}
	}
	return nil, &NotInstalledError{o}
}

// Lease takes a toolchain to run a tool out of it; Kind is None where it is not
// installed.
func (a *App) Lease(ctx context.Context, tc names.Toolchain) (*store.Lease, error) {
	if path, ok := tc.(names.Path); ok {
		return a.Home.UsePath(ctx, string(path))
	}
	return a.Home.Use(ctx, tc.String())
}

// NotInstalledError says that the toolchain in force is not there and is not
// going to be installed.
type NotInstalledError struct{ Override *settings.Override }

func (e *NotInstalledError) Error() string {
	if e.Override.Source == settings.FromCommandLine {
		return fmt.Sprintf("toolchain '%s' is not installed", e.Override.Toolchain)
	}
	return e.Override.NotInstalled()
}

// Hint is the next step.
func (e *NotInstalledError) Hint() string { return e.missing().Hint() }

func (e *NotInstalledError) missing() *toolchain.NotInstalledError {
	return notInstalled(e.Override.Toolchain)
}

// NotInstalled is the error for a toolchain that was named and is not there.
func (a *App) NotInstalled(tc names.Toolchain) error { return notInstalled(tc) }

func notInstalled(tc names.Toolchain) *toolchain.NotInstalledError {
	_, official := tc.(names.Official)
	return &toolchain.NotInstalledError{Name: tc.String(), Custom: !official}
}

// As lets the error also be found as the one of package toolchain.
func (e *NotInstalledError) As(target any) bool {
	if t, ok := target.(**toolchain.NotInstalledError); ok {
		*t = e.missing()
		return true
	}
	return false
}

// EnsureAny is Ensure for who must have a toolchain on a fresh machine: where
// nothing chooses one, stable is installed and becomes the default, unless
// automatic installation was switched off.
func (a *App) EnsureAny(ctx context.Context) (*settings.Override, error) {
	o, err := a.Ensure(ctx)
	if !errors.Is(err, settings.ErrNotSelected) {
		return o, err
	}
	if auto, autoErr := a.InstallsAutomatically(ctx); autoErr != nil || !auto {
		return nil, errors.Join(err, autoErr)
	}
	host, err := a.Host(ctx)
	if err != nil {
		return nil, err
	}
	stable, err := (names.Partial{Channel: names.Stable()}).Official(host)
	if err != nil {
		return nil, err
	}
	a.UI.Infof("no toolchain is chosen yet: installing '%s' and making it the default", stable)
	if err := a.install(ctx, stable, &settings.Override{Toolchain: stable}, false); err != nil {
		return nil, err
	}
	if _, err := a.DefaultIfNone(ctx, stable); err != nil {
		return nil, err
	}
	return a.Ensure(ctx)
}

// DefaultIfNone makes tc the default toolchain where there is none, as a first
// install does, and tells whether it did.
func (a *App) DefaultIfNone(ctx context.Context, tc names.Toolchain) (made bool, err error) {
	err = a.ChangeSettings(ctx, func(s *settings.Settings) error {
		made = s.DefaultToolchain == ""
		if made {
			s.DefaultToolchain = tc.String()
		}
		return nil
	})
	return made && err == nil, err
}

package rustup

import (
	"context"
	"errors"
	"strings"

	"berth/internal/cli/command"
	"berth/internal/dist"
	"berth/internal/names"
	"berth/internal/settings"
	"berth/internal/store"
	"berth/internal/toolchain"
	"berth/internal/ui"
)

func (c *cli) show() *command.Command {
	var verbose bool
	return &command.Command{
		Name:  "show",
		About: "Show the active toolchain and the installed ones",
		More: `
Discussion:
  Prints the default host, the home, every installed toolchain, the
  toolchain that is active in this directory with the reason why, and the
  targets that it can compile for.

  A toolchain that is active and missing is installed first, unless
  automatic installation is off.`,
		Flags:    []command.Flag{verboseFlag(&verbose, "Also print each toolchain's rustc and where it lies")},
		Commands: []*command.Command{c.showActive(), c.showHome(), c.showProfile()},
		Run:      func(ctx context.Context) error { return c.runShow(ctx, verbose) },
	}
}

func verboseFlag(verbose *bool, about string) command.Flag {
	return command.Flag{Long: "verbose", Short: 'v', Set: command.True(verbose), About: about}
}

func (c *cli) runShow(ctx context.Context, verbose bool) error {
	host, err := c.Host(ctx)
	if err != nil {
		return err
	}
	found, err := c.findForShow(ctx)
	if err != nil {
		return err
	}
	c.UI.Print(c.heading("Default host: ") + host + "\n")
	c.UI.Print(c.heading("rustup home:  ") + c.Env.RustupHome + "\n\n")

	active, err := c.ensureForShow(ctx, found)
	if err != nil {
		return err
	}
	if err := c.showInstalled(ctx, active, verbose); err != nil {
		return err
	}
	c.UI.Print("\n")
	c.underlined("active toolchain")
	if active == nil {
		c.UI.Print("no active toolchain\n")
		return nil
	}
	return c.showInForce(ctx, active, verbose)
}

// heading is painted as stock paints it, the space behind it included.
func (c *cli) heading(text string) string { return c.UI.Paint(ui.Heading, text) }

func (c *cli) underlined(title string) {
	c.UI.Print(c.heading(title) + "\n" + c.heading(strings.Repeat("-", len(title))) + "\n")
}

// inForce finds the toolchain in force, or nil. For stock a toolchain file that cannot
// be read, or a directory's override that is no name, is no reason for a list to fail:
// it is "no active toolchain" to programs that read it. People are told why; who mends
// that looks at the list.
func (c *cli) inForce(ctx context.Context) (*settings.Override, error) {
	o, err := c.Find(ctx)
	switch {
	case errors.Is(err, settings.ErrNotSelected):
		return nil, nil
	case settings.IsOfDirectory(err):
		c.UI.Warnf("%v", err)
		return nil, nil
	}
	return o, err
}

// findForShow is inForce for a table that has room for a named toolchain only.
func (c *cli) findForShow(ctx context.Context) (*settings.Override, error) {
	o, err := c.inForce(ctx)
	if o == nil || err != nil {
		return nil, err
	}
	if path, ok := o.Toolchain.(names.Path); ok {
		c.UI.Infof("the toolchain at '%s' is active (%s), which has no name to show", path, o.Reason())
		return nil, nil
	}
	return o, nil
}

// ensureForShow has the toolchain in force installed if that is to be done. What
// could not be installed is no active toolchain, and neither is a custom one that is
// not there, unless nothing is to be installed: then stock fails.
func (c *cli) ensureForShow(ctx context.Context, o *settings.Override) (*settings.Override, error) {
	if o == nil {
		return nil, nil
	}
	err := c.EnsureInstalled(ctx, o)
	if err == nil && !isDirectory(c.shownPath(o.Toolchain)) {
		c.UI.Warnf("the link of toolchain '%s' leads to nothing", o.Toolchain)
		return nil, nil
	}
	if err == nil {
		return o, nil
	}
	auto, autoErr := c.InstallsAutomatically(ctx)
	if autoErr != nil {
		return nil, autoErr
	}
	var missing *toolchain.NotInstalledError
	switch isMissing := errors.As(err, &missing); {
	case ctx.Err() != nil:
		return nil, err
	case isMissing && missing.Custom && auto:
		c.UI.Warnf("%v", err)
		return nil, nil
	case isMissing:
		return nil, err
	}
	c.UI.Report(err)
	return nil, nil
}

func (c *cli) showInstalled(ctx context.Context, active *settings.Override, verbose bool) error {
	list, err := c.Home.List()
	if err != nil {
		return err
	}
	byDefault, err := c.defaultName(ctx)
	if err != nil {
		return err
	}
	c.underlined("installed toolchains")
	for i, tc := range list {
		name := tc.String()
		isActive := active != nil && active.Toolchain.String() == name
		c.UI.Print(name + c.UI.Paint(ui.Remark, standing(isActive, name == byDefault)) + "\n")
		if !verbose {
			continue
		}
		version, err := c.rustcOf(ctx, tc)
		if err != nil {
			return err
		}
		c.UI.Printf("  %s\n  path: %s\n", version, c.shownPath(tc))
		if i < len(list)-1 {
			c.UI.Print("\n")
		}
	}
	return nil
}

// standing is what lists say behind a toolchain's name.
func standing(active, byDefault bool) string {
	switch {
	case active && byDefault:
		return " (active, default)"
	case active:
		return " (active)"
	case byDefault:
		return " (default)"
	}
	return ""
}

// shownPath is where a toolchain lies by its name: the pointer, which stays true
// across updates, and not the tree that it leads to at this moment.
func (c *cli) shownPath(tc names.Toolchain) string {
	if path, ok := tc.(names.Path); ok {
		return string(path)
	}
	return c.Home.Dir().Join("toolchains", tc.String()).Display()
}

// rustcOf asks a toolchain's rustc for its version, out of a tree that stays there
// meanwhile.
func (c *cli) rustcOf(ctx context.Context, tc names.Toolchain) (string, error) {
	lease, err := c.Lease(ctx, tc)
	if err != nil {
		return "", err
	}
	defer lease.Close()
	if lease.Kind == store.None || !isDirectory(lease.Path) {
		_, official := tc.(names.Official)
		return "", &toolchain.NotInstalledError{Name: tc.String(), Custom: !official}
	}
	return c.RustcVersion(ctx, lease.Path), nil
}

func (c *cli) showInForce(ctx context.Context, o *settings.Override, verbose bool) error {
	c.UI.Printf("name: %s\nactive because: %s\n", o.Toolchain, o.Reason())
	if verbose {
		version, err := c.rustcOf(ctx, o.Toolchain)
		if err != nil {
			return err
		}
		c.UI.Printf("compiler: %s\npath: %s\n", version, c.shownPath(o.Toolchain))
	}
	targets, err := c.installedTargets(o.Toolchain)
	if err != nil {
		return err
	}
	c.UI.Print("installed targets:\n")
	for _, target := range targets {
		c.UI.Printf("  %s\n", target)
	}
	return nil
}

// installedTargets are those that a toolchain has a standard library for.
func (c *cli) installedTargets(tc names.Toolchain) ([]string, error) {
	in, err := c.Home.Inspect(tc.String())
	if err != nil {
		return nil, err
	}
	official, ok := tc.(names.Official)
	if !ok || in.Manifest == nil {
		return dist.CustomTargets(in.Components), nil
	}
	view, err := in.View(official)
	if err != nil {
		return nil, err
	}
	list, err := view.Targets()
	if err != nil {
		return nil, err
	}
	var installed []string
	for _, t := range list {
		if t.Installed && t.Available {
			installed = append(installed, t.Target)
		}
	}
	return installed, nil
}

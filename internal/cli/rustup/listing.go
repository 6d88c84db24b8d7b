package rustup

import (
	"context"
	"errors"
	"io/fs"

	"berth/internal/cli/command"
	"berth/internal/dist"
	"berth/internal/lockfs"
	"berth/internal/names"
	"berth/internal/settings"
	"berth/internal/toolchain"
	"berth/internal/ui"
)

// toolchainFlag is --toolchain: an official name, or nothing for the one in force.
type toolchainFlag struct {
	given   bool
	partial names.Partial
}

func (f *toolchainFlag) flag() command.Flag {
	return command.Flag{Long: "toolchain", Value: "TOOLCHAIN", About: "The toolchain, if not the active one", Set: func(s string) (err error) {
		f.given = true
		f.partial, err = names.ParseOfficial(s)
		return err
	}}
}

// selected is the toolchain that a component or target command is about,
// installed if that is to be done.
func (c *cli) selected(ctx context.Context, f toolchainFlag) (names.Toolchain, error) {
	if !f.given {
		o, err := c.Ensure(ctx)
		if err != nil {
			return nil, err
		}
		return o.Toolchain, nil
	}
	tc, err := c.official(ctx, f.partial)
	if err != nil {
		return nil, err
	}
	return tc, c.EnsureInstalled(ctx, &settings.Override{Toolchain: tc, Source: settings.FromCommandLine})
}

// contents is what a toolchain consists of: a view of its release, or, where it is
// the user's own, the components that it says it has.
func (c *cli) contents(tc names.Toolchain) (view *dist.View, own []string, err error) {
	o, ok := tc.(names.Official)
	if !ok {
		own, err = c.ownComponents(tc)
		return nil, own, err
	}
	in, err := c.Home.Inspect(tc.String())
	if err != nil {
		return nil, nil, err
	}
	view, err = in.View(o)
	return view, nil, err
}

// ownComponents are the components of a toolchain of the user's own; most keep no
// record of them.
func (c *cli) ownComponents(tc names.Toolchain) ([]string, error) {
	path := tc.String()
	if _, isPath := tc.(names.Path); !isPath {
		place, err := c.Home.Store().Look(path)
		if err != nil {
			return nil, err
		}
		path = place.Path
	}
	doc, err := lockfs.At(path).Join("lib", "rustlib", dist.ComponentsFile).ReadFile()
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	return dist.ParseComponents(doc)
}

func noComponents(tc names.Toolchain) error { return &toolchain.NoComponentsError{Name: tc.String()} }

// listing is what the lists of components and targets are asked for.
type listing struct {
	toolchain        toolchainFlag
	installed, quiet bool
}

func (o *listing) flags(things string) []command.Flag {
	return []command.Flag{
		o.toolchain.flag(),
		{Long: "installed", Set: command.True(&o.installed), About: "Only installed " + things + ", without a remark"},
		quietFlag(&o.quiet),
	}
}

// entry is a line of a list.
type entry struct {
	name      string
	installed bool
}

// listed is what a list is of.
type listed struct {
	of   func(*dist.View) ([]dist.Status, error)
	name func(dist.Status) string
	own  func(components []string) []string // of a toolchain of the user's own
}

func (c *cli) runList(ctx context.Context, o listing, what listed) error {
	tc, err := c.selected(ctx, o.toolchain)
	if err != nil {
		return err
	}
	view, own, err := c.contents(tc)
	if err != nil {
		return err
	}
	if view == nil {
		c.list(o, everyInstalled(what.own(own)))
		return nil
	}
	all, err := what.of(view)
	if err != nil {
		return err
	}
	c.list(o, entries(all, what.name))
	return nil
}

// entries are what a list shows: nothing that the release cannot deliver, be it
// installed or not.
func entries(all []dist.Status, name func(dist.Status) string) (list []entry) {
	for _, s := range all {
		if s.Available {
			list = append(list, entry{name(s), s.Installed})
		}
	}
	return list
}

func everyInstalled(names []string) (list []entry) {
	for _, name := range names {
		list = append(list, entry{name, true})
	}
	return list
}

func (c *cli) list(o listing, all []entry) {
	for _, e := range all {
		switch {
		case o.installed && !e.installed:
		case o.installed || o.quiet || !e.installed:
			c.UI.Print(e.name + "\n")
		default:
			c.UI.Print(c.UI.Paint(ui.Strong, e.name) + " " + c.UI.Paint(ui.Remark, "(installed)") + "\n")
		}
	}
}

package rustup

import (
	"context"

	"berth/internal/cli/command"
	"berth/internal/dist"
	"berth/internal/names"
	"berth/internal/toolchain"
)

func (c *cli) component() *command.Command {
	return &command.Command{
		Name:     "component",
		About:    "List, add and remove components of a toolchain",
		Commands: []*command.Command{c.componentList(), c.componentAdd(), c.componentRemove()},
	}
}

func (c *cli) componentList() *command.Command {
	var o listing
	return &command.Command{
		Name:  "list",
		About: "List the components that a toolchain has or could have",
		Flags: o.flags("components"),
		Run: func(ctx context.Context) error {
			return c.runList(ctx, o, listed{
				of:   (*dist.View).Components,
				name: func(s dist.Status) string { return s.Name },
				own:  func(components []string) []string { return components },
			})
		},
	}
}

// changing is what add and remove of components are asked for.
type changing struct {
	toolchain toolchainFlag
	target    string
	names     []string
}

func (o *changing) flags() []command.Flag {
	return []command.Flag{
		o.toolchain.flag(),
		{Long: "target", Value: "TARGET", Set: command.To(&o.target, command.Text), About: "Of which target, where a component has several"},
	}
}

func (o *changing) args() []command.Arg {
	return []command.Arg{{Name: "COMPONENT", Required: true, Many: true, Set: command.Append(&o.names, command.Text),
		About: "As 'rustup component list' names them"}}
}

func (c *cli) componentAdd() *command.Command {
	var o changing
	return &command.Command{
		Name:  "add",
		About: "Add components to a toolchain, all of them or none",
		Flags: o.flags(),
		Args:  o.args(),
		Run: func(ctx context.Context) error {
			return c.change(ctx, o.toolchain, func(v *dist.View) (add, remove []dist.Component, err error) {
				add, err = each(o.names, func(name string) (dist.Component, error) { return o.resolve(v, name, v.Added) })
				return add, nil, err
			})
		},
	}
}

func (c *cli) componentRemove() *command.Command {
	var o changing
	return &command.Command{
		Name:    "remove",
		Aliases: []string{"uninstall", "rm", "delete", "del"},
		About:   "Remove components from a toolchain, all of them or none",
		Flags:   o.flags(),
		Args:    o.args(),
		Run: func(ctx context.Context) error {
			return c.change(ctx, o.toolchain, func(v *dist.View) (add, remove []dist.Component, err error) {
				remove, err = each(o.names, func(name string) (dist.Component, error) { return o.resolve(v, name, v.Removed) })
				return nil, remove, err
			})
		},
	}
}

// resolve finds what the user means and then what that stands for.
func (o *changing) resolve(v *dist.View, name string, stands func(dist.Component) (dist.Component, error)) (dist.Component, error) {
	found, err := v.Find(name, o.target)
	if err != nil {
		return dist.Component{}, err
	}
	return stands(found)
}

// each maps words to components; one that is wrong fails all.
func each(words []string, resolve func(string) (dist.Component, error)) ([]dist.Component, error) {
	var list []dist.Component
	for _, word := range words {
		found, err := resolve(word)
		if err != nil {
			return nil, err
		}
		list = append(list, found)
	}
	return list, nil
}

// change carries out one change of a toolchain's components and says what was
// nothing to do.
func (c *cli) change(ctx context.Context, flag toolchainFlag, choose toolchain.Choice) error {
	tc, err := c.selected(ctx, flag)
	if err != nil {
		return err
	}
	o, ok := tc.(names.Official)
	if !ok {
		return noComponents(tc)
	}
	if err := c.Env.Check(); err != nil {
		return err
	}
	var there []string
	var view *dist.View
	plan, err := c.Home.Change(ctx, o, func(v *dist.View) (add, remove []dist.Component, err error) {
		view = v
		add, remove, err = choose(v)
		there = present(v, add)
		return dist.Successive(v.Config, add), remove, err
	})
	if err != nil {
		return err
	}
	for _, name := range there {
		c.UI.Infof("component %s is up to date", name)
	}
	for _, component := range plan.Uninstall {
		c.UI.Infof("removing component %s", describe(view, component))
	}
	return nil
}

// present names those of list that the toolchain has already.
func present(v *dist.View, list []dist.Component) (there []string) {
	for _, component := range list {
		if v.Config.Has(component) {
			there = append(there, describe(v, component))
		}
	}
	return there
}

// describe is a component by the name that people use, with its target where that
// is not the toolchain's own.
func describe(v *dist.View, c dist.Component) string {
	name := v.Manifest.ShortName(c)
	if c.Target != "" && c.Target != v.Host {
		name += " for target " + c.Target
	}
	return name
}

package rustup

import (
	"context"
	"fmt"
	"slices"

	"berth/internal/cli/command"
	"berth/internal/dist"
)

func (c *cli) target() *command.Command {
	return &command.Command{
		Name:     "target",
		About:    "List, add and remove targets that a toolchain compiles for",
		Commands: []*command.Command{c.targetList(), c.targetAdd(), c.targetRemove()},
	}
}

func (c *cli) targetList() *command.Command {
	var o listing
	return &command.Command{
		Name:  "list",
		About: "List the targets that a toolchain has or could have",
		Flags: o.flags("targets"),
		Run: func(ctx context.Context) error {
			return c.runList(ctx, o, listed{
				of:   (*dist.View).Targets,
				name: func(s dist.Status) string { return s.Target },
				own:  dist.CustomTargets,
			})
		},
	}
}

// allTargets is the word for every target that the release has.
const allTargets = "all"

func (c *cli) targetAdd() *command.Command {
	var flag toolchainFlag
	var targets []string
	return &command.Command{
		Name:    "add",
		Aliases: []string{"install"},
		About:   "Add targets to a toolchain, all of them or none",
		Flags:   []command.Flag{flag.flag()},
		Args: []command.Arg{{Name: "TARGET", Required: true, Many: true, Set: command.Append(&targets, command.Text),
			About: "As 'rustup target list' names them; 'all' alone stands for every one"}},
		Run: func(ctx context.Context) error {
			if len(targets) > 1 && slices.Contains(targets, allTargets) {
				return &allTargetsError{}
			}
			return c.change(ctx, flag, func(v *dist.View) (add, remove []dist.Component, err error) {
				add, err = c.targetsToAdd(v, targets)
				return add, nil, err
			})
		},
	}
}

// allTargetsError is `all` beside other targets.
type allTargetsError struct{}

func (*allTargetsError) Error() string {
	return "'all' stands for every target and cannot stand beside others"
}

// Hint is the next step.
func (*allTargetsError) Hint() string { return "run `rustup target add all`" }

func (c *cli) targetsToAdd(v *dist.View, targets []string) ([]dist.Component, error) {
	if !slices.Equal(targets, []string{allTargets}) {
		return each(targets, func(target string) (dist.Component, error) { return v.Added(dist.Std(target)) })
	}
	offered, err := v.Targets()
	var add []dist.Component
	for _, s := range offered {
		if s.Available && !s.Installed {
			add = append(add, dist.Std(s.Target)) // stock's record does not call it an extension
		}
	}
	return add, err
}

func (c *cli) targetRemove() *command.Command {
	var flag toolchainFlag
	var targets []string
	return &command.Command{
		Name:    "remove",
		Aliases: []string{"uninstall", "rm", "delete", "del"},
		About:   "Remove targets from a toolchain, all of them or none",
		Flags:   []command.Flag{flag.flag()},
		Args: []command.Arg{{Name: "TARGET", Required: true, Many: true, Set: command.Append(&targets, command.Text),
			About: "As 'rustup target list --installed' names them"}},
		Run: func(ctx context.Context) error {
			return c.change(ctx, flag, func(v *dist.View) (add, remove []dist.Component, err error) {
				remove, err = each(targets, func(target string) (dist.Component, error) { return v.Removed(dist.Std(target)) })
				if err == nil {
					err = c.warnOfTargets(v, targets)
				}
				return nil, remove, err
			})
		},
	}
}

// warnOfTargets names what a toolchain cannot do any more without its targets.
func (c *cli) warnOfTargets(v *dist.View, removed []string) error {
	if slices.Contains(removed, v.Host) {
		c.UI.Warnf("'%s' is the toolchain's own host: build scripts and procedural macros need it", v.Host)
	}
	all, err := v.Targets()
	if err != nil {
		return fmt.Errorf("the targets of '%s': %w", v.Toolchain, err)
	}
	left := func(s dist.Status) bool { return s.Installed && !slices.Contains(removed, s.Target) }
	if !slices.ContainsFunc(all, left) {
		c.UI.Warnf("this was the last target of '%s': it cannot compile anything", v.Toolchain)
	}
	return nil
}

package cargo

import (
	"context"
	"slices"

	"berth/internal/cli/command"
)

type removeOptions struct {
	deps       []string
	dryRun     bool
	dev, build bool
	target     string
	pkg        optional
	manifest   string
}

func (c *cli) remove() *command.Command {
	o := &removeOptions{}
	return &command.Command{
		Name: "remove", About: "Remove dependencies from a Cargo.toml", More: more("remove"),
		Args: []command.Arg{{Name: "DEP_ID", Many: true, Required: true, Set: command.Append(&o.deps, command.Text), About: "The dependencies"}},
		Flags: slices.Concat(
			[]command.Flag{dryRun(&o.dryRun, "Show what would change, and change nothing"), silent()},
			under("Section", []command.Flag{
				{Long: "dev", Exclude: []string{"build"}, Set: command.True(&o.dev), About: "Those for tests, examples and benchmarks"},
				{Long: "build", Exclude: []string{"dev"}, Set: command.True(&o.build), About: "Those of the build script"},
				{Long: "target", Value: "TARGET", Filled: true, Set: command.To(&o.target, command.Text), About: "Those of this target"},
			}),
			[]command.Flag{packageFlag(&o.pkg, false, "Package whose Cargo.toml is changed")},
			manifestPath(&o.manifest)),
		Groups: []command.Group{{Name: "section", Members: []string{"dev", "build"}}},
		Run:    func(context.Context) error { return errHandOver },
	}
}

package cargo

import (
	"context"
	"slices"

	"berth/internal/cli/command"
)

type infoOptions struct {
	spec     string
	registry registry
}

func (c *cli) info() *command.Command {
	o := &infoOptions{}
	return &command.Command{
		Name: "info", About: "Show what a registry knows of a package", More: more("info"),
		Args:  []command.Arg{{Name: "SPEC", Required: true, Heading: packageSelection, Set: command.To(&o.spec, command.Text), About: "The package"}},
		Flags: slices.Concat(o.registry.flags("Index of the registry to look in", "Registry to look in"), []command.Flag{silent()}),
		Run:   func(context.Context) error { return errHandOver },
	}
}

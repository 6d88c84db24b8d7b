package cargo

import (
	"context"
	"slices"

	"berth/internal/cli/command"
)

type fetchOptions struct {
	manifest string
	targets  optional
}

func (c *cli) fetch() *command.Command {
	o := &fetchOptions{}
	return &command.Command{
		Name: "fetch", About: "Get everything that a package depends on", More: more("fetch"),
		Flags: slices.Concat([]command.Flag{silent()}, targetFlags(&o.targets, "Only what this target needs"), manifestPath(&o.manifest)),
		Run:   func(context.Context) error { return errHandOver },
	}
}

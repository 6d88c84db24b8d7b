package cargo

import (
	"context"
	"slices"

	"berth/internal/cli/command"
	"berth/internal/ops"
)

type fetchOptions struct {
	manifest string
	targets  optional
}

func (c *cli) fetch() *command.Command {
	o := &fetchOptions{}
	return &command.Command{
		Name: "fetch", About: "Get everything that a package depends on", More: more("fetch"),
		Flags: slices.Concat([]command.Flag{silent()}, c.targetFlags(&o.targets, "Only what this target needs"), manifestPath(&o.manifest)),
		Run:   func(ctx context.Context) error { return c.runFetch(ctx, o) },
	}
}

func (c *cli) runFetch(ctx context.Context, o *fetchOptions) error {
	run, ws, err := c.session.load(o.manifest)
	if err != nil {
		return err
	}
	target, _, err := c.session.outputDirs(ws, "")
	if err != nil {
		return err
	}
	if err := c.warnOfManifests(run, ws, target); err != nil {
		return err
	}
	names, err := namesOf(o.targets)
	if err != nil {
		return err
	}
	err = run.Fetch(ctx, ws, func() ([]ops.Platform, error) {
		if err := c.session.checkCompilers(ctx); err != nil {
			return nil, err
		}
		return c.session.platforms(ctx, names)
	})
	if err != nil {
		return err
	}
	return c.denied(run.Config)
}

package cargo

import (
	"context"
	"slices"

	"berth/internal/cli/command"
)

type generateLockfileOptions struct {
	manifest          string
	ignoreRustVersion bool
	publishTime       string
}

func (c *cli) generateLockfile() *command.Command {
	o := &generateLockfileOptions{}
	return &command.Command{
		Name: "generate-lockfile", About: "Make Cargo.lock anew", More: more("generate-lockfile"),
		Flags: slices.Concat([]command.Flag{silent()}, manifestPath(&o.manifest), []command.Flag{
			ignoreRustVersion(&o.ignoreRustVersion),
			{Long: "publish-time", Value: "yyyy-mm-ddThh:mm:ssZ", Heading: manifestOptions, Set: command.To(&o.publishTime, command.Text),
				About: "No registry package that is younger than this (unstable)"},
		}),
		Run: func(ctx context.Context) error { return c.runGenerateLockfile(ctx, o) },
	}
}

func (c *cli) runGenerateLockfile(ctx context.Context, o *generateLockfileOptions) error {
	if o.publishTime != "" {
		return errHandOver // unstable
	}
	run, ws, err := c.session.load(o.manifest)
	if err != nil {
		return err
	}
	run.IgnoreRustVersion = o.ignoreRustVersion
	return run.GenerateLockfile(ctx, ws)
}

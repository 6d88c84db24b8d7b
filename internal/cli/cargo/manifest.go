package cargo

import (
	"context"
	"slices"

	"berth/internal/cli/command"
)

type locateProjectOptions struct {
	workspace        bool
	format, manifest string
}

func (c *cli) locateProject() *command.Command {
	o := &locateProjectOptions{}
	return &command.Command{
		Name: "locate-project", About: "Print where Cargo.toml lies, as JSON", More: more("locate-project"),
		Flags: slices.Concat([]command.Flag{
			{Long: "workspace", Set: command.True(&o.workspace), About: "That of the workspace's root"},
			{Long: "message-format", Value: "FMT", Choices: []string{"json", "plain"}, AnyCase: true, Set: command.To(&o.format, command.Text), About: "Form of the answer"},
			silent(),
		}, manifestPath(&o.manifest)),
		Run: func(context.Context) error { return errHandOver },
	}
}

type pkgidOptions struct {
	spec     string
	pkg      optional
	manifest string
}

func (c *cli) pkgid() *command.Command {
	o := &pkgidOptions{}
	return &command.Command{
		Name: "pkgid", About: "Print the full name of a package", More: more("pkgid"),
		Args:  []command.Arg{{Name: "SPEC", Set: command.To(&o.spec, command.Text), About: "The package, the workspace's own if none is given"}},
		Flags: slices.Concat([]command.Flag{silent(), packageFlag(&o.pkg, false, "The package")}, manifestPath(&o.manifest)),
		Run:   func(context.Context) error { return errHandOver },
	}
}

func (c *cli) readManifest() *command.Command {
	manifest := ""
	return &command.Command{
		Name: "read-manifest", Hidden: true, About: "DEPRECATED: Print a Cargo.toml as JSON.\n\n`cargo metadata --no-deps` tells the same and more.",
		Flags: slices.Concat([]command.Flag{silent()}, manifestPath(&manifest)),
		Run:   func(context.Context) error { return errHandOver },
	}
}

func (c *cli) verifyProject() *command.Command {
	manifest := ""
	return &command.Command{
		Name: "verify-project", Hidden: true, About: "DEPRECATED: Say whether a Cargo.toml is right.",
		Flags: slices.Concat([]command.Flag{silent()}, manifestPath(&manifest)),
		Run:   func(context.Context) error { return errHandOver },
	}
}

package cargo

import (
	"context"
	"slices"

	"berth/internal/cli/command"
)

// newOptions are the flags of new and init.
type newOptions struct {
	path, name, edition, vcs string
	bin, lib                 bool
	registry                 registry
}

func (o *newOptions) flags() []command.Flag {
	return slices.Concat([]command.Flag{
		{Long: "vcs", Value: "VCS", Choices: []string{"git", "hg", "pijul", "fossil", "none"}, Set: command.To(&o.vcs, command.Text),
			About: "Make a repository of this version control system, whatever the configuration says."},
		{Long: "bin", Set: command.True(&o.bin), About: "Begin with a program [default]"},
		{Long: "lib", Set: command.True(&o.lib), About: "Begin with a library"},
		{Long: "edition", Value: "YEAR", Choices: []string{"2015", "2018", "2021", "2024"}, Set: command.To(&o.edition, command.Text), About: "Edition of Rust to write for"},
		{Long: "name", Value: "NAME", Set: command.To(&o.name, command.Text), About: "Name of the package, if not that of the directory"},
		o.registry.nameFlag("Registry that the package may be published to"),
		silent(),
	})
}

func (c *cli) newPackage() *command.Command {
	o := &newOptions{}
	return &command.Command{
		Name: "new", About: "Make a new package in a new directory", More: more("new"), Flags: o.flags(),
		Args: []command.Arg{{Name: "PATH", Required: true, Set: command.To(&o.path, command.Text), About: "The directory to make"}},
		Run:  func(context.Context) error { return errHandOver },
	}
}

func (c *cli) initPackage() *command.Command {
	o := &newOptions{path: "."}
	return &command.Command{
		Name: "init", About: "Make a new package in a directory that is there", More: more("init"), Flags: o.flags(),
		Args: []command.Arg{{Name: "PATH", Default: ".", Set: command.To(&o.path, command.Text), About: "The directory"}},
		Run:  func(context.Context) error { return errHandOver },
	}
}

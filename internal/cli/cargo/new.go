package cargo

import (
	"context"
	"os"
	"path/filepath"
	"slices"

	"berth/internal/cli/command"
	"berth/internal/ops/newpkg"
)

// newOptions are the flags of new and init.
type newOptions struct {
	path, edition, vcs string
	name               *string
	bin, lib           bool
	registry           registry
}

func (o *newOptions) flags() []command.Flag {
	return slices.Concat([]command.Flag{
		{Long: "vcs", Value: "VCS", Choices: []string{"git", "hg", "pijul", "fossil", "none"}, Set: command.To(&o.vcs, command.Text),
			About: "Make a repository of this version control system, whatever the configuration says."},
		{Long: "bin", Set: command.True(&o.bin), About: "Begin with a program [default]"},
		{Long: "lib", Set: command.True(&o.lib), About: "Begin with a library"},
		{Long: "edition", Value: "YEAR", Choices: []string{"2015", "2018", "2021", "2024"}, Set: command.To(&o.edition, command.Text), About: "Edition of Rust to write for"},
		{Long: "name", Value: "NAME", Set: command.To(&o.name, pointer), About: "Name of the package, if not that of the directory"},
		o.registry.nameFlag("Registry that the package may be published to"),
		silent(),
	})
}

func (c *cli) newPackage() *command.Command {
	o := &newOptions{}
	return &command.Command{
		Name: "new", About: "Make a new package in a new directory", More: more("new"), Flags: o.flags(),
		Args: []command.Arg{{Name: "PATH", Required: true, Set: command.To(&o.path, command.Text), About: "The directory to make"}},
		Run:  func(ctx context.Context) error { return c.runNew(ctx, o, newpkg.New) },
	}
}

func (c *cli) initPackage() *command.Command {
	o := &newOptions{path: "."}
	return &command.Command{
		Name: "init", About: "Make a new package in a directory that is there", More: more("init"), Flags: o.flags(),
		Args: []command.Arg{{Name: "PATH", Default: ".", Set: command.To(&o.path, command.Text), About: "The directory"}},
		Run:  func(ctx context.Context) error { return c.runNew(ctx, o, newpkg.Init) },
	}
}

// pointer reads a text that may be empty and yet given.
func pointer(s string) (*string, error) { return &s, nil }

func (c *cli) runNew(ctx context.Context, o *newOptions, make func(context.Context, newpkg.World, newpkg.Options) error) error {
	run, err := c.session.work()
	if err != nil {
		return err
	}
	path := o.path
	if !filepath.IsAbs(path) { // as it was written: its dots decide what the package and the workspace's member are called
		path = run.Cwd + string(filepath.Separator) + path
	}
	home, err := os.UserHomeDir()
	if err != nil {
		home = "" // then no directory is refused for being it
	}
	world := newpkg.World{Config: run.Config, Home: run.Home, UserHome: home, Env: c.tool.Basic().List(), Load: run.Options(), Voice: c.UI}
	return make(ctx, world, newpkg.Options{
		Path: path, Name: o.name, Edition: o.edition, VCS: o.vcs, Registry: o.registry.name, Bin: o.bin, Lib: o.lib,
	})
}

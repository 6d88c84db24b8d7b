package cargo

import (
	"context"
	"slices"

	"berth/internal/cli/command"
	"berth/internal/ops/install"
	"berth/internal/semver"
)

// installFlags are those of `install`.
type installFlags struct {
	compileFlags
	crates   []install.Crate
	version  *semver.Req
	registry registry
	place    placeFlags

	root                         string
	force, dryRun, noTrack, list bool
	debug                        bool
}

// placeFlags say where a package lies that is in no registry.
type placeFlags struct {
	git, branch, tag, rev, path string
}

const crateArg = "CRATE[@<VER>]"

func (c *cli) install() *command.Command {
	o := &installFlags{}
	index, named := command.Flag{Long: "index", Value: "INDEX", Exclude: []string{"git", "path", "registry"}, Require: []string{crateArg}, Set: command.To(&o.registry.index, command.Text), About: "Index of the registry to install from"},
		command.Flag{Long: "registry", Value: "REGISTRY", Exclude: []string{"git", "path", "index"}, Require: []string{crateArg}, Set: command.To(&o.registry.name, command.Text), About: "Registry to install from"}
	t := &o.targets
	debug, debugLate := []command.Flag{{Long: "debug", Exclude: []string{"profile"}, Set: command.True(&o.debug), About: "Build with the profile dev, not with release"}}, []command.Flag(nil)
	if c.release().DebugIsCompilation() {
		debug[0].Heading = compilationOptions
		debug, debugLate = nil, debug
	}
	return &command.Command{
		Name: "install", About: "Build a program and put it in place", More: more("install"),
		Args: []command.Arg{{Name: crateArg, Many: true, About: "The package", Set: o.addCrate}},
		Flags: slices.Concat([]command.Flag{
			{Long: "version", Aliases: []string{"vers"}, Value: "VERSION", Require: []string{crateArg}, Set: o.setVersion, About: "Which version of it"},
			index, named,
			{Long: "git", Value: "URL", Exclude: []string{"path", "index", "registry"}, Set: command.To(&o.place.git, command.Text), About: "Git repository of the package"},
			{Long: "branch", Value: "BRANCH", Require: []string{"git"}, Set: command.To(&o.place.branch, command.Text), About: "Branch of the repository"},
			{Long: "tag", Value: "TAG", Require: []string{"git"}, Set: command.To(&o.place.tag, command.Text), About: "Tag of the repository"},
			{Long: "rev", Value: "SHA", Require: []string{"git"}, Set: command.To(&o.place.rev, command.Text), About: "Commit of the repository"},
			{Long: "path", Value: "PATH", Exclude: []string{"git", "index", "registry"}, Set: command.To(&o.place.path, command.Text), About: "Directory of the package"},
			{Long: "root", Value: "DIR", Set: command.To(&o.root, command.Text), About: "Where to put programs: into its bin/"},
			{Long: "force", Short: 'f', Set: command.True(&o.force), About: "Replace what is there, whoever put it there"},
			dryRun(&o.dryRun, "Install nothing (unstable)"),
			{Long: "no-track", Set: command.True(&o.noTrack), About: "Do not record what was installed"},
			{Long: "list", Set: command.True(&o.list), About: "List what is installed"},
			ignoreRustVersion(&o.ignoreRustVersion), o.messageFormat(), silent(),
		}, debug, []command.Flag{
			t.bin.flag(command.Flag{Long: "bin", Value: "NAME", Many: true, Heading: targetSelection, About: "Install only this program"}),
			{Long: "bins", Heading: targetSelection, Set: command.True(&t.bins), About: "Install all programs"},
			t.example.flag(command.Flag{Long: "example", Value: "NAME", Many: true, Heading: targetSelection, About: "Install only this example"}),
			{Long: "examples", Heading: targetSelection, Set: command.True(&t.examples), About: "Install all examples"},
		}, o.features.flags(), o.parallel(), debugLate, []command.Flag{
			{Long: "release", Short: 'r', Hidden: true, Exclude: []string{"profile"}, Unknown: []string{"`--release` is the default for `cargo install`; instead `--debug` is supported"}},
			o.profileFlag("Build"),
		}, c.targetFlags(&o.target, "For which target"), []command.Flag{targetDir(&o.targetDir), o.timingsFlag()}),
		Run: func(ctx context.Context) error { return c.runInstall(ctx, o) },
	}
}

func (o *installFlags) addCrate(text string) error {
	one, err := install.ParseCrate(text)
	o.crates = append(o.crates, one)
	return err
}

func (o *installFlags) setVersion(text string) error {
	req, err := install.ParseVersion(text)
	o.version = &req
	return err
}

// uninstallFlags are those of `uninstall`.
type uninstallFlags struct {
	specs []string
	root  string
	named optional
	bins  []string
}

func (c *cli) uninstall() *command.Command {
	o := &uninstallFlags{}
	return &command.Command{
		Name: "uninstall", About: "Remove a program that `install` put in place", More: more("uninstall"),
		Args: []command.Arg{{Name: "SPEC", Many: true, About: "The package", Set: command.Append(&o.specs, command.Text)}},
		Flags: []command.Flag{
			{Long: "root", Value: "DIR", Set: command.To(&o.root, command.Text), About: "Where the programs are: in its bin/"},
			silent(),
			packageFlag(&o.named, false, "The package"),
			{Long: "bin", Value: "NAME", Many: true, Heading: targetSelection, Set: command.Append(&o.bins, command.Text), About: "Only this program"},
		},
		Run: func(ctx context.Context) error { return c.runUninstall(ctx, o) },
	}
}

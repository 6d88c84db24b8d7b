package cargo

import (
	"context"
	"slices"

	"berth/internal/cli/command"
)

type treeOptions struct {
	edges                                      []string
	invert                                     optional
	prune                                      []string
	depth, prefix, charset, format             string
	noDedupe, duplicates, version              bool
	all, noDev, noIndent, prefixDepth, targets bool // older spellings
	packages                                   packages
	features                                   features
	target                                     optional
	manifest                                   string
}

func (c *cli) tree() *command.Command {
	o := &treeOptions{prefix: "indent", format: "{p}"}
	return &command.Command{
		Name: "tree", About: "Show what depends on what", More: more("tree"),
		Flags: slices.Concat(o.shape(), o.style(),
			o.packages.flags("Package to begin with", "Begin with all packages of the workspace", "Packages of the workspace to leave out"),
			o.features.flags(),
			[]command.Flag{{Long: "all-targets", Hidden: true, Set: command.True(&o.targets)}},
			c.targetFlags(&o.target, "Only what this target needs, the host's if none is given; `all` for every target"),
			manifestPath(&o.manifest)),
		Run: func(ctx context.Context) error { return c.runTree(ctx, o) },
	}
}

// shape are the flags that say what is in the tree.
func (o *treeOptions) shape() []command.Flag {
	return []command.Flag{
		{Long: "all", Short: 'a', Hidden: true, Set: command.True(&o.all)},
		silent(),
		{Long: "no-dev-dependencies", Hidden: true, Set: command.True(&o.noDev)},
		{Long: "edges", Short: 'e', Value: "KINDS", Many: true, Comma: true, Set: command.Append(&o.edges, command.Text),
			Choices: []string{"all", "normal", "build", "dev", "features", "public", "no-normal", "no-build", "no-dev", "no-proc-macro"},
			About:   "Which kinds of dependencies"},
		o.invert.flag(command.Flag{Long: "invert", Short: 'i', Value: "SPEC", Many: true, About: "Turn the tree round: what depends on this package"}),
		{Long: "prune", Value: "SPEC", Many: true, Set: command.Append(&o.prune, command.Text), About: "Leave this package out, with all below it"},
		{Long: "depth", Value: "DEPTH", Set: command.To(&o.depth, command.Text), About: "How deep to go; `workspace`: only its own packages"},
	}
}

// style are the flags that say how it is drawn.
func (o *treeOptions) style() []command.Flag {
	return []command.Flag{
		{Long: "no-indent", Hidden: true, Set: command.True(&o.noIndent)},
		{Long: "prefix-depth", Hidden: true, Set: command.True(&o.prefixDepth)},
		{Long: "prefix", Value: "PREFIX", Choices: []string{"depth", "indent", "none"}, Default: "indent", Set: command.To(&o.prefix, command.Text), About: "What stands in front of each package"},
		{Long: "no-dedupe", Set: command.True(&o.noDedupe), About: "Show all below a package each time that it comes"},
		{Long: "duplicates", Short: 'd', Aliases: []string{"duplicate"}, Set: command.True(&o.duplicates), About: "Only packages of which there are several versions, and who depends on them"},
		{Long: "charset", Value: "CHARSET", Choices: []string{"utf8", "ascii"}, Set: command.To(&o.charset, command.Text), About: "Characters for the lines"},
		{Long: "format", Short: 'f', Value: "FORMAT", Default: "{p}", Set: command.To(&o.format, command.Text), About: "How a package is written"},
		{Long: "version", Short: 'V', Hidden: true, Set: command.True(&o.version)},
	}
}

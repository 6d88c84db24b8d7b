package cargo

import (
	"context"
	"slices"

	"berth/internal/cli/command"
)

// docFlags are those of `doc`.
type docFlags struct {
	compileFlags
	open, noDeps, private bool
	outputFormat          string
}

func openFlag(p *bool) command.Flag {
	return command.Flag{Long: "open", Set: command.True(p), About: "Show it in a browser then"}
}

// outputFormatFlag is unstable: the toolchain's cargo says so.
func outputFormatFlag(p *string) command.Flag {
	return command.Flag{Long: "output-format", Value: "FMT", Choices: []string{"html", "json"}, Set: command.To(p, command.Text), About: "What is written (unstable)"}
}

func (c *cli) doc() *command.Command {
	o := &docFlags{}
	var outputFormat []command.Flag
	if c.release().DocOutputFormat() {
		outputFormat = append(outputFormat, outputFormatFlag(&o.outputFormat))
	}
	return &command.Command{
		Name: "doc", About: "Make the documentation", More: more("doc"),
		Flags: slices.Concat([]command.Flag{
			openFlag(&o.open),
			{Long: "no-deps", Set: command.True(&o.noDeps), About: "Without that of dependencies"},
			{Long: "document-private-items", Set: command.True(&o.private), About: "With what is private"},
		}, outputFormat, []command.Flag{o.messageFormat(), silent()}, o.packagesMany("Document"), o.features.flags(), o.targetsLibBinExample("Document"), o.parallel(), []command.Flag{o.releaseFlag("Build"), o.profileFlag("Build")},
			c.targetFlags(&o.target, "For which target"), []command.Flag{targetDir(&o.targetDir), o.unstableGraph(), o.timingsFlag()}, o.rest()),
		Run: func(ctx context.Context) error { return c.runDoc(ctx, o) },
	}
}

// rustdocFlags are those of `rustdoc`.
type rustdocFlags struct {
	compileFlags
	args         []string
	open         bool
	outputFormat string
}

func (c *cli) rustdoc() *command.Command {
	o := &rustdocFlags{}
	return &command.Command{
		Name: "rustdoc", About: "Make the documentation with more arguments for rustdoc", More: more("rustdoc"), Verbatim: true,
		Args: []command.Arg{{Name: "ARGS", Many: true, About: "More flags for rustdoc", Set: command.Append(&o.args, command.Text)}},
		Flags: slices.Concat([]command.Flag{openFlag(&o.open), o.messageFormat(), silent(),
			outputFormatFlag(&o.outputFormat),
			packageFlag(&o.packages.specs, false, "The package to document"),
		}, o.targetsAll("Build", "Build all targets"), o.features.flags(), o.parallel(), []command.Flag{o.releaseFlag("Build"), o.profileFlag("Build")},
			c.targetFlags(&o.target, "For which target"), []command.Flag{targetDir(&o.targetDir), o.unstableGraph(), o.timingsFlag()}, o.rest()),
		Run: func(ctx context.Context) error { return c.runRustdoc(ctx, o) },
	}
}

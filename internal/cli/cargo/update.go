package cargo

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"berth/internal/cli/command"
	"berth/internal/ops/update"
)

type updateOptions struct {
	specs             []string
	bare              bool // -p alone
	dryRun, recursive bool
	precise           string
	breaking          bool
	workspace         bool
	manifest          string
	ignoreRustVersion bool
}

func (c *cli) update() *command.Command {
	o := &updateOptions{}
	var breaking []command.Flag
	if c.release().UpdateBreaking() {
		breaking = []command.Flag{{Long: "breaking", Short: 'b', Set: command.True(&o.breaking), About: "Take versions of [SPEC] that are not compatible (unstable)"}}
	}
	return &command.Command{
		Name: "update", About: "Bring Cargo.lock up to date", More: more("update"),
		Args: []command.Arg{{Name: "SPEC", Many: true, Heading: packageSelection, Set: command.Append(&o.specs, command.Text), About: "Packages to bring up to date"}},
		Flags: slices.Concat([]command.Flag{
			{Long: "package", Short: 'p', Value: "SPEC", Optional: true, Many: true, Hidden: true, Heading: packageSelection,
				Set: command.Append(&o.specs, command.Text), Bare: func() { o.bare = true }},
			dryRun(&o.dryRun, "Show what would change, and change nothing"),
			{Long: "recursive", Aliases: []string{"aggressive"}, Exclude: []string{"precise"}, Set: command.True(&o.recursive), About: "Also everything that [SPEC]... depends on"},
			{Long: "precise", Value: "PRECISE", Require: []string{"package-group"}, Set: command.To(&o.precise, command.Text), About: "Take exactly this version, or commit, of [SPEC]"},
		}, breaking, []command.Flag{
			silent(),
			{Long: "workspace", Short: 'w', Heading: packageSelection, Set: command.True(&o.workspace), About: "Only the packages of the workspace"},
		}, manifestPath(&o.manifest), []command.Flag{ignoreRustVersion(&o.ignoreRustVersion)}),
		Groups: []command.Group{{Name: "package-group", Members: []string{"SPEC", "package"}}},
		Run:    func(ctx context.Context) error { return c.runUpdate(ctx, o) },
	}
}

func (c *cli) runUpdate(ctx context.Context, o *updateOptions) error {
	if o.breaking {
		return errHandOver // unstable
	}
	run, ws, err := c.session.load(o.manifest)
	if err != nil {
		return err
	}
	if o.bare && len(o.specs) == 0 {
		return membersError(ws)
	}
	for _, spec := range o.specs {
		if toolchain, ok := strings.CutPrefix(spec, "+"); ok {
			return &choiceError{fmt.Sprintf("invalid character `+` in package name: `+%s`\n    Use `cargo +%[1]s update` if you meant to use the `%[1]s` toolchain.", toolchain)}
		}
	}
	run.IgnoreRustVersion = o.ignoreRustVersion
	return run.Update(ctx, ws, update.Options{Specs: o.specs, Precise: o.precise, Recursive: o.recursive, Workspace: o.workspace}, o.dryRun)
}

package cargo

import (
	"context"
	"slices"

	"berth/internal/cli/command"
)

// fixFlags are those of `fix`.
type fixFlags struct {
	compileFlags
	edition, idioms, broken bool
	noVCS, dirty, staged    bool
}

func (c *cli) fix() *command.Command {
	o := &fixFlags{}
	return &command.Command{
		Name: "fix", About: "Change the code as warnings suggest", More: more("fix"),
		Flags: slices.Concat([]command.Flag{
			{Long: "edition", Set: command.True(&o.edition), About: "Prepare the code for the next edition"},
			{Long: "edition-idioms", Set: command.True(&o.idioms), About: "Take to the idioms of the edition"},
			{Long: "broken-code", Set: command.True(&o.broken), About: "Fix also code that does not compile"},
			{Long: "allow-no-vcs", Set: command.True(&o.noVCS), About: "Fix also where there is no version control"},
			{Long: "allow-dirty", Set: command.True(&o.dirty), About: "Fix also what is changed or staged, and not committed"},
			{Long: "allow-staged", Set: command.True(&o.staged), About: "Fix also what is staged, and not committed"},
			o.messageFormat(), silent(),
		}, o.packagesMany("Fix"), o.targetsAll("Fix", "Fix all targets"), o.features.flags(), o.parallel(),
			[]command.Flag{o.releaseFlag("Fix"), o.profileFlag("Fix")},
			c.targetFlags(&o.target, "For which target"), []command.Flag{targetDir(&o.targetDir), o.timingsFlag()}, o.rest()),
		Run: func(ctx context.Context) error { return c.runFix(ctx, o) },
	}
}

package cargo

import (
	"context"
	"slices"

	"berth/internal/cli/command"
)

type cleanOptions struct {
	doc, dryRun, workspace, release bool
	specs                           optional
	profile                         string
	target                          optional
	targetDir, manifest             string
}

func (c *cli) clean() *command.Command {
	o := &cleanOptions{}
	return &command.Command{
		Name: "clean", About: "Remove what builds have made", More: more("clean"),
		Flags: slices.Concat([]command.Flag{
			{Long: "doc", Set: command.True(&o.doc), About: "Only the documentation"},
			silent(),
			packageFlag(&o.specs, true, "Only what belongs to this package"),
			{Long: "workspace", Heading: packageSelection, Set: command.True(&o.workspace), About: "Only what belongs to packages of the workspace"},
			{Long: "release", Short: 'r', Exclude: []string{"profile"}, Heading: compilationOptions, Set: command.True(&o.release), About: "Only what was built with --release"},
			{Long: "profile", Value: "PROFILE-NAME", Heading: compilationOptions, Set: command.To(&o.profile, command.Text), About: "Only what was built with this profile"},
		}, targetFlags(&o.target, "Only what was built for this target"), []command.Flag{targetDir(&o.targetDir)}, manifestPath(&o.manifest),
			[]command.Flag{dryRun(&o.dryRun, "Show what would be removed, and remove nothing")}),
		Alone: true,
		// Unstable, and so always the toolchain's.
		Commands: []*command.Command{{Name: "gc", Hidden: true, Run: func(context.Context) error { return errHandOver }}},
		Run:      func(context.Context) error { return errHandOver },
	}
}

package cargo

import (
	"context"
	"slices"

	"berth/internal/cli/command"
)

type packageOptions struct {
	registry                    registry
	list, noVerify, noMetadata  bool
	allowDirty, excludeLockfile bool
	format                      string
	packages                    packages
	features                    features
	target                      optional
	targetDir, jobs             string
	keepGoing                   bool
	manifest                    string
}

func (c *cli) packageVerb() *command.Command {
	o := &packageOptions{}
	return &command.Command{
		Name: "package", About: "Make the archive that would be published", More: more("package"),
		Flags: slices.Concat(o.registry.flags("Index of the registry that the package is for", "Registry that the package is for"), []command.Flag{
			{Long: "list", Short: 'l', Set: command.True(&o.list), About: "Only show which files would be in the archive"},
			{Long: "no-verify", Set: command.True(&o.noVerify), About: "Do not build what is in the archive"},
			{Long: "no-metadata", Set: command.True(&o.noMetadata), About: "Do not warn of a package that says little about itself"},
			{Long: "allow-dirty", Set: command.True(&o.allowDirty), About: "Also with changes that are not committed"},
			{Long: "exclude-lockfile", Set: command.True(&o.excludeLockfile), About: "Leave Cargo.lock out"},
			{Long: "message-format", Value: "FMT", Choices: []string{"human", "json"}, Require: []string{"list"}, Set: command.To(&o.format, command.Text), About: "Form of the list (unstable)"},
			silent(),
		}, o.packages.flags("Packages to archive", "All packages of the workspace", "Packages of the workspace to leave out"),
			o.features.flags(), targetFlags(&o.target, "Build what is in the archive for this target"), []command.Flag{
				targetDir(&o.targetDir),
				{Long: "jobs", Short: 'j', Value: "N", Hyphen: true, Heading: compilationOptions, Set: command.To(&o.jobs, command.Text), About: "How much is done at the same time; one job a CPU if not given."},
				{Long: "keep-going", Heading: compilationOptions, Set: command.True(&o.keepGoing), About: "Build what can be built after an error"},
			}, manifestPath(&o.manifest)),
		Run: func(context.Context) error { return errHandOver },
	}
}

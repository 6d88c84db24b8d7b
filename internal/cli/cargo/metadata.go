package cargo

import (
	"context"
	"slices"

	"berth/internal/cli/command"
)

type metadataOptions struct {
	platforms []string
	noDeps    bool
	version   string
	features  features
	manifest  string
}

func (c *cli) metadata() *command.Command {
	o := &metadataOptions{}
	return &command.Command{
		Name: "metadata", About: "Print packages, what they depend on and which versions were chosen, for programs to read", More: more("metadata"),
		Flags: slices.Concat([]command.Flag{
			{Long: "filter-platform", Value: "TRIPLE", Many: true, Set: command.Append(&o.platforms, command.Text), About: "Only what this target needs"},
			{Long: "no-deps", Set: command.True(&o.noDeps), About: "Only the workspace's own packages; nothing is resolved or fetched"},
			{Long: "format-version", Value: "VERSION", Choices: []string{"1"}, Set: command.To(&o.version, command.Text), About: "Version of the format"},
			silent(),
		}, o.features.flags(), manifestPath(&o.manifest)),
		Run: func(context.Context) error { return errHandOver },
	}
}

package cargo

import (
	"context"
	"slices"

	"berth/internal/cli/command"
)

type searchOptions struct {
	words    []string
	limit    string
	registry registry
}

func (c *cli) search() *command.Command {
	o := &searchOptions{}
	return &command.Command{
		Name: "search", About: "Look for packages in the registry", More: more("search"),
		Args: []command.Arg{{Name: "QUERY", Many: true, Loose: true, Set: command.Append(&o.words, command.Text), About: "What to look for"}},
		Flags: slices.Concat([]command.Flag{
			{Long: "limit", Value: "LIMIT", Set: command.To(&o.limit, command.Text), About: "How many to show (10 if not given, at most 100)"},
		}, o.registry.flags("Index of the registry to look in", "Registry to look in"), []command.Flag{silent()}),
		Run: func(context.Context) error { return errHandOver },
	}
}

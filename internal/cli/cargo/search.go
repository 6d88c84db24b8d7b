package cargo

import (
	"context"
	"fmt"
	"net/url"
	"slices"
	"strconv"
	"strings"

	"berth/internal/cli/command"
	"berth/internal/crate"
	"berth/internal/ops/search"
	"berth/internal/ui"
)

type searchOptions struct {
	words    []string
	limit    *string
	registry registry
}

func (c *cli) search() *command.Command {
	o := &searchOptions{}
	return &command.Command{
		Name: "search", About: "Look for packages in the registry", More: more("search"),
		Args: []command.Arg{{Name: "QUERY", Many: true, Loose: true, Set: command.Append(&o.words, command.Text), About: "What to look for"}},
		Flags: slices.Concat([]command.Flag{
			{Long: "limit", Value: "LIMIT", Set: command.To(&o.limit, pointer), About: "How many to show (10 if not given, at most 100)"},
		}, o.registry.flags("Index of the registry to look in", "Registry to look in"), []command.Flag{silent()}),
		Run: func(ctx context.Context) error { return c.runSearch(ctx, o) },
	}
}

func (o *searchOptions) number() (uint32, error) {
	if o.limit == nil {
		return 10, nil
	}
	n, err := strconv.ParseUint(strings.TrimPrefix(*o.limit, "+"), 10, 32)
	if err != nil {
		return 0, &valueError{fmt.Errorf("invalid value: could not parse `%s` as a number", *o.limit)}
	}
	return min(uint32(n), search.Most), nil
}

func (c *cli) runSearch(ctx context.Context, o *searchOptions) error {
	run, err := c.session.work()
	if err != nil {
		return err
	}
	id, real, err := c.session.askedRegistry(run, o.registry)
	if err != nil {
		return err
	}
	limit, err := o.number()
	if err != nil {
		return err
	}
	query := strings.Join(o.words, "+")
	at, err := c.session.webAPI(ctx, id, real)
	if err != nil {
		return err
	}
	found, err := search.Search(ctx, at, query, limit)
	if err != nil {
		return err
	}
	for _, line := range found.Lines() {
		c.UI.Print(c.marked(line, query) + "\n")
	}
	site := ""
	if id.IsPublic() {
		site = crate.PublicSite() + "/search?" + url.Values{"q": {query}}.Encode()
	}
	if more := found.More(limit, site); more != "" {
		c.UI.Printf("%s\n", more)
	}
	if found.Meta.Total > 0 {
		c.UI.Infof("`cargo info <name>` tells more about one of them")
	}
	return nil
}

// marked shows where the words were found.
func (c *cli) marked(line, query string) string {
	if query == "" {
		return line
	}
	return strings.ReplaceAll(line, query, c.UI.Paint(ui.Heading, query))
}

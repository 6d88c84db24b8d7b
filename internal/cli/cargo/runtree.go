package cargo

import (
	"context"
	"errors"
	"strings"

	"berth/internal/crate"
	"berth/internal/ops"
	"berth/internal/ops/tree"
	"berth/internal/ui"
	"berth/internal/unit"
	"berth/internal/workspace"
)

func (c *cli) runTree(ctx context.Context, o *treeOptions) error {
	if o.version {
		return errHandOver
	}
	c.warnOfOldFlags(o)
	request, err := c.treeRequest(ctx, o)
	if err != nil {
		return err
	}
	run, ws, err := c.session.load(o.manifest)
	if err != nil {
		return err
	}
	if o.packages.specs.listed() {
		return membersError(ws)
	}
	drawn, err := run.Tree(ctx, c.UI.Data(), ws, request)
	if err == nil && !drawn {
		c.UI.Warnf("nothing to print; dependencies of other platforms are shown with `--target all`")
	}
	return err
}

// warnOfOldFlags says what flags are called now.
func (c *cli) warnOfOldFlags(o *treeOptions) {
	for _, old := range []struct {
		given    bool
		old, now string
	}{
		{o.noIndent, "--no-indent", "--prefix=none"}, {o.prefixDepth && !o.noIndent, "--prefix-depth", "--prefix=depth"}, {o.all, "--all", "--no-dedupe"},
		{o.targets, "--all-targets", "--target=all"}, {o.noDev, "--no-dev-dependencies", "-e=no-dev"},
	} {
		if old.given {
			c.UI.Warnf("the %s flag has been changed to %s", old.old, old.now)
		}
	}
}

var (
	errPublicEdges = errors.New("`--edges public` requires `-Zunstable-options`")
	errDuplicates  = errors.New("the `-e features` flag does not support `--duplicates`")
	errNoInverted  = errors.New("a package name is required for `-i` but none was supplied; write `cargo tree -i <spec>`, or `cargo tree --workspace -i <spec>` to search all members")
)

func (c *cli) treeRequest(ctx context.Context, o *treeOptions) (ops.TreeRequest, error) {
	q := ops.TreeRequest{Selection: o.packages.selection()}
	if err := c.treeShape(o, &q.Options); err != nil {
		return q, err
	}
	triples, err := namesOf(o.target)
	if err != nil {
		return q, err
	}
	if o.targets || len(triples) == 1 && triples[0] == "all" {
		q.Options.AllPlatforms, triples = true, nil
	}
	cfg, err := c.session.configuration()
	if err != nil {
		return q, err
	}
	if triples, err = wanted(cfg, triples); err != nil {
		return q, err
	}
	if q.Host, err = c.session.platform(ctx, unit.Host, len(triples) > 0); err != nil {
		return q, err
	}
	if q.Platforms, err = c.session.platforms(ctx, triples); err != nil {
		return q, err
	}
	q.Features, err = o.features.parse()
	return q, err
}

// treeShape reads the flags that say what is drawn, and how.
func (c *cli) treeShape(o *treeOptions, t *tree.Options) (err error) {
	edges := o.edges
	if o.noDev {
		edges = append(edges, "no-dev")
	}
	if t.Kinds, err = tree.ParseKinds(edges); err != nil {
		return err
	}
	if t.Kinds.Public {
		return errPublicEdges
	}
	if t.MaxDepth, t.WorkspaceOnly, err = tree.ParseDepth(o.depth); err != nil {
		return &valueError{err}
	}
	inverted := o.invert.values
	if o.invert.bare {
		if len(o.packages.specs.values) == 0 {
			return errNoInverted
		}
		inverted = append(inverted, o.packages.specs.values...)
	}
	if t.Invert, err = parseSpecs(inverted); err != nil {
		return err
	}
	if t.Prune, err = parseSpecs(o.prune); err != nil {
		return err
	}
	t.Duplicates, t.NoDedupe, t.Format = o.duplicates, o.noDedupe || o.all, o.format
	t.Prefix = map[string]tree.Prefix{"depth": tree.Depth, "none": tree.NoPrefix}[o.prefix]
	switch {
	case o.noIndent:
		t.Prefix = tree.NoPrefix
	case o.prefixDepth:
		t.Prefix = tree.Depth
	}
	t.ASCII, t.Colors = c.isASCII(o.charset), c.UI.Paint(ui.Strong, "x") != "x"
	if t.Kinds.Features && t.Duplicates {
		return errDuplicates
	}
	return nil
}

func parseSpecs(texts []string) ([]crate.Spec, error) {
	var specs []crate.Spec
	for _, text := range texts {
		spec, err := crate.ParseSpec(text)
		if err != nil {
			return nil, err
		}
		specs = append(specs, spec)
	}
	return specs, nil
}

// isASCII: the flag, then the configuration, then what the terminal can show.
func (c *cli) isASCII(charset string) bool {
	if charset != "" {
		return charset == "ascii"
	}
	if c.session.config != nil {
		if term, err := c.session.config.Term(); err == nil && term.Unicode.Set {
			return !term.Unicode.Val
		}
	}
	if !ui.IsTerminal(c.Stdout) {
		return false
	}
	name, _ := c.Lookup("TERM")
	for _, variable := range []string{"LC_ALL", "LC_CTYPE", "LANG"} {
		if locale, _ := c.Lookup(variable); locale != "" {
			locale = strings.ToUpper(locale)
			return name == "linux" || !strings.HasSuffix(locale, "UTF8") && !strings.HasSuffix(locale, "UTF-8")
		}
	}
	return true
}

// selection is what -p, --workspace and --exclude choose.
func (p *packages) selection() workspace.Selection {
	return workspace.Selection{All: p.workspace, Exclude: p.exclude, Names: p.specs.values}
}

func (f *features) parse() (workspace.Features, error) {
	return workspace.ParseFeatures(f.list, f.all, f.noDefault)
}

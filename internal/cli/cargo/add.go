package cargo

import (
	"context"
	"slices"

	"berth/internal/cli/command"
	"berth/internal/crate"
	"berth/internal/ops/edit"
)

type addOptions struct {
	deps                      []string
	features                  []string
	defaultFeatures, optional choice
	public                    choice
	rename                    string
	manifest                  string
	pkg                       optional
	ignoreRustVersion, dryRun bool
	path, base                string
	git, branch, tag, rev     string
	registry                  string
	dev, build                bool
	target                    string
}

// choice is a pair of flags of which the later one counts.
type choice struct{ yes, no bool }

func (c *cli) add() *command.Command {
	o := &addOptions{}
	return &command.Command{
		Name: "add", About: "Add dependencies to a Cargo.toml", More: more("add"),
		Usage: "cargo add [OPTIONS] <DEP>[@<VERSION>] ...\n       cargo add [OPTIONS] --path <PATH> ...\n       cargo add [OPTIONS] --git <URL> ...",
		Args: []command.Arg{{Name: "DEP_ID", Many: true, Loose: true, Set: command.Append(&o.deps, command.Text), About: "The packages to depend on",
			Details: "`serde` takes the newest version, `serde@1` or `serde@=1.0.38` one that satisfies what stands behind the @."}},
		Flags: slices.Concat(o.kind(), o.source(), o.section()),
		Groups: []command.Group{
			{Name: "selected", Members: []string{"DEP_ID", "path", "git"}, Required: true, Many: true},
			{Name: "git-ref", Members: []string{"branch", "tag", "rev"}},
			{Name: "section", Members: []string{"dev", "build"}},
		},
		Run: func(ctx context.Context) error { return c.runAdd(ctx, o) },
	}
}

func (c *cli) runAdd(ctx context.Context, o *addOptions) error {
	if o.public.yes || o.public.no || o.base != "" {
		return errHandOver // unstable
	}
	run, ws, ed, err := c.session.editor(o.manifest)
	if err != nil {
		return err
	}
	member, err := pickMember(ws, &o.pkg, "add to")
	if err != nil {
		return err
	}
	requests, err := c.session.requests(o)
	if err != nil {
		return err
	}
	run.IgnoreRustVersion = o.ignoreRustVersion
	err = ed.Add(ctx, edit.Add{
		Member: member, Requests: requests, Table: tableOf(o.dev, o.build, o.target),
		DryRun: o.dryRun, IgnoreRustVersion: o.ignoreRustVersion, Kept: c.session.lockKept(),
	})
	if err != nil {
		return err
	}
	_, err = resolveAgain(ctx, run, o.manifest, o.dryRun)
	return err
}

// requests are the dependencies that the flags ask for.
func (s *session) requests(o *addOptions) ([]edit.Request, error) {
	common := edit.Request{
		Rename: o.rename, Defaults: o.defaultFeatures.flag(), Optional: o.optional.flag(),
		Path: o.path, Git: o.git, Branch: o.branch, Tag: o.tag, Rev: o.rev,
	}
	registry, err := s.registryName(o.registry)
	if err != nil {
		return nil, err
	}
	if registry != "" {
		common.Registry = &registry
	}
	return edit.Requests(o.deps, o.features, common)
}

// registryName is the registry of a flag, or else of the configuration; the public one
// is "".
func (s *session) registryName(flag string) (string, error) {
	name := flag
	if name != "" {
		if err := crate.CheckRegistryName(name); err != nil {
			return "", err
		}
	} else {
		cfg, err := s.configuration()
		if err != nil {
			return "", err
		}
		configured, err := cfg.String("registry.default")
		if err != nil {
			return "", err
		}
		name = configured.Val
	}
	if name == crate.PublicKey {
		name = ""
	}
	return name, nil
}

// flag is what was chosen, nil if nothing was.
func (c choice) flag() *bool {
	if c.yes == c.no {
		return nil
	}
	return &c.yes
}

func (o *addOptions) kind() []command.Flag {
	stable := []string{"dev", "build"}
	return []command.Flag{
		{Long: "no-default-features", Set: command.True(&o.defaultFeatures.no), Reset: command.False(&o.defaultFeatures.no), About: "Without the feature `default`"},
		{Long: "default-features", Replace: []string{"no-default-features"}, Set: command.True(&o.defaultFeatures.yes), Reset: command.False(&o.defaultFeatures.yes),
			About: "With the feature `default` again"},
		{Long: "features", Short: 'F', Value: "FEATURES", Many: true, Set: command.Append(&o.features, command.Text), About: "Features to turn on, with spaces or commas between them"},
		{Long: "optional", Exclude: []string{"dev"}, Set: command.True(&o.optional.yes), Reset: command.False(&o.optional.yes),
			About: "Only where a feature asks for it", Details: "Your package gets a feature of its name."},
		{Long: "no-optional", Exclude: []string{"dev"}, Replace: []string{"optional"}, Set: command.True(&o.optional.no), Reset: command.False(&o.optional.no),
			About: "Always", Details: "It is taken out of your package's features."},
		{Long: "public", Exclude: stable, Set: command.True(&o.public.yes), Reset: command.False(&o.public.yes),
			About: "It may show in your own interface (unstable)", Details: "Your library may name it in what others can see."},
		{Long: "no-public", Exclude: stable, Replace: []string{"public"}, Set: command.True(&o.public.no), Reset: command.False(&o.public.no),
			About: "It stays inside (unstable)", Details: "Your library uses it, and may not name it in what others can see."},
		{Long: "rename", Value: "NAME", Set: command.To(&o.rename, command.Text), About: "Call it by another name",
			Details: "So that two versions of it, or packages of one name from two registries, can stand beside each other."},
		manifestPathOnly(&o.manifest),
		packageFlag(&o.pkg, false, "Package whose Cargo.toml is changed"),
		ignoreRustVersion(&o.ignoreRustVersion),
		dryRun(&o.dryRun, "Show what would change, and change nothing"),
		silent(),
	}
}

func (o *addOptions) source() []command.Flag {
	flags := []command.Flag{
		{Long: "path", Value: "PATH", Exclude: []string{"git"}, Set: command.To(&o.path, command.Text), About: "A package in this directory"},
		{Long: "base", Value: "BASE", Require: []string{"path"}, Set: command.To(&o.base, command.Text), About: "What the path is relative to (unstable)"},
		{Long: "git", Value: "URI", Set: command.To(&o.git, command.Text), About: "A git repository", Details: "The newest commit of its main branch, if nothing else is said."},
		{Long: "branch", Value: "BRANCH", Require: []string{"git"}, Set: command.To(&o.branch, command.Text), About: "Branch of the repository"},
		{Long: "tag", Value: "TAG", Require: []string{"git"}, Set: command.To(&o.tag, command.Text), About: "Tag of the repository"},
		{Long: "rev", Value: "REV", Require: []string{"git"}, Set: command.To(&o.rev, command.Text), About: "Revision of the repository",
			Details: "A commit, or anything else that the repository has a name for."},
		{Long: "registry", Value: "NAME", Set: command.To(&o.registry, command.Text), About: "Registry to take it from"},
	}
	return under("Source", flags)
}

func (o *addOptions) section() []command.Flag {
	return under("Section", []command.Flag{
		{Long: "dev", Set: command.True(&o.dev), About: "For tests, examples and benchmarks",
			Details: "The package is not there when yours is built for others, and theirs do not get it."},
		{Long: "build", Set: command.True(&o.build), About: "For the build script", Details: "Nothing else is there for `build.rs`."},
		{Long: "target", Value: "TARGET", Filled: true, Set: command.To(&o.target, command.Text), About: "Only on this target"},
	})
}

// under puts flags below a heading.
func under(heading string, flags []command.Flag) []command.Flag {
	for i := range flags {
		flags[i].Heading = heading
	}
	return flags
}

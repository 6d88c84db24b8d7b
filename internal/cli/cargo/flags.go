package cargo

import "berth/internal/cli/command"

// Headings of the help's sections.
const (
	packageSelection   = "Package Selection"
	featureSelection   = "Feature Selection"
	compilationOptions = "Compilation Options"
	manifestOptions    = "Manifest Options"
)

// Globals are the flags that every command has.
type globals struct {
	verbose                 int
	quiet                   bool
	color                   string
	config                  []string
	locked, offline, frozen bool
	version, list           bool
	explain                 string
	unstable                []string
	directory               string
}

// below adds what was given in front of an alias to what stands in it.
func (g globals) below(inner globals) globals {
	g.verbose += inner.verbose
	g.quiet = g.quiet || inner.quiet
	if inner.color != "" {
		g.color = inner.color
	}
	g.config = append(g.config, inner.config...)
	g.unstable = append(g.unstable, inner.unstable...)
	g.directory += inner.directory
	g.locked = g.locked || inner.locked
	g.offline = g.offline || inner.offline
	g.frozen = g.frozen || inner.frozen
	g.version, g.list, g.explain = inner.version, inner.list, inner.explain
	return g
}

// flags declares them in the order of the help.
func (g *globals) flags() []command.Flag {
	return []command.Flag{
		{Long: "version", Short: 'V', Set: command.True(&g.version), About: "Show the version"},
		{Long: "list", Set: command.True(&g.list), About: "List all commands, those of other programs too"},
		{Long: "explain", Value: "CODE", Set: command.To(&g.explain, command.Text), About: "Explain an error of the compiler by its code"},
		{Long: "verbose", Short: 'v', Many: true, Global: true, Set: command.Count(&g.verbose), Reset: command.Zero(&g.verbose),
			About: "Say more (-vv: also what build scripts print)"},
		{Long: "quiet", Short: 'q', Global: true, Set: command.True(&g.quiet), About: "Say nothing but errors"},
		{Long: "color", Value: "WHEN", Choices: []string{"auto", "always", "never"}, AnyCase: true, Global: true,
			Set: command.To(&g.color, command.Text), About: "When to use color"},
		{Short: 'C', Value: "DIRECTORY", Filled: true, Set: command.To(&g.directory, command.Text), About: "Work in another directory (nightly only)"},
		{Long: "locked", Global: true, Heading: manifestOptions, Set: command.True(&g.locked), About: "Fail rather than change Cargo.lock"},
		{Long: "offline", Global: true, Heading: manifestOptions, Set: command.True(&g.offline), About: "Do with what is on this machine"},
		{Long: "frozen", Global: true, Heading: manifestOptions, Set: command.True(&g.frozen), About: "The same as --locked and --offline"},
		{Short: 'c', Hidden: true, Global: true, Unknown: command.SimilarArgument("--config")},
		{Long: "config", Value: "KEY=VALUE|PATH", Many: true, Global: true, Set: command.Append(&g.config, command.Text), Reset: command.Zero(&g.config),
			About: "Set a configuration value, or read a file with some"},
		{Short: 'z', Hidden: true, Global: true, Unknown: command.SimilarArgument("-Z")},
		{Short: 'Z', Value: "FLAG", Many: true, Global: true, Set: command.Append(&g.unstable, command.Text),
			About: "Unstable flags (nightly only), which 'cargo -Z help' lists"},
	}
}

// silent is for who knows -s from other tools. Each command has it that has no -s.
func silent() command.Flag {
	return command.Flag{Long: "silent", Short: 's', Hidden: true, Unknown: command.SimilarArgument("--quiet")}
}

// manifestPath is the flag, and what is said to who tries --path.
func manifestPath(p *string) []command.Flag {
	return []command.Flag{
		manifestPathOnly(p),
		{Long: "path", Hidden: true, Unknown: command.SimilarArgument("--manifest-path")},
	}
}

func manifestPathOnly(p *string) command.Flag {
	set := func(text string) error {
		if *p = text; text == "" {
			*p = "." // the working directory, which is no file; without the flag it is where the search begins
		}
		return nil
	}
	return command.Flag{Long: "manifest-path", Short: 'm', Value: "PATH", Heading: manifestOptions, Set: set, About: "The package's Cargo.toml"}
}

func ignoreRustVersion(p *bool) command.Flag {
	return command.Flag{Long: "ignore-rust-version", Heading: manifestOptions, Set: command.True(p), About: "Do not look at the `rust-version` of packages"}
}

func dryRun(p *bool, about string) command.Flag {
	return command.Flag{Long: "dry-run", Short: 'n', Set: command.True(p), About: about}
}

// optional is a value that may be left out: then it is asked what there is.
type optional struct {
	values []string
	bare   bool // given without any value
}

// listed says that the flag was given, but never with a value.
func (o *optional) listed() bool { return o.bare && len(o.values) == 0 }

func (o *optional) flag(f command.Flag) command.Flag {
	f.Optional = true
	f.Set = command.Append(&o.values, command.Text)
	f.Bare = func() { o.bare = true }
	return f
}

// packageFlag is -p of commands that take one or several.
func packageFlag(o *optional, many bool, about string) command.Flag {
	return o.flag(command.Flag{Long: "package", Short: 'p', Value: "SPEC", Many: many, Heading: packageSelection, About: about})
}

// packages says which packages of a workspace are meant.
type packages struct {
	specs     optional
	workspace bool
	exclude   []string
}

func (p *packages) flags(one, all, without string) []command.Flag {
	return []command.Flag{
		packageFlag(&p.specs, true, one),
		{Long: "workspace", Heading: packageSelection, Set: command.True(&p.workspace), About: all},
		{Long: "exclude", Value: "SPEC", Many: true, Heading: packageSelection, Set: command.Append(&p.exclude, command.Text), About: without},
		{Short: 'x', Hidden: true, Unknown: command.SimilarArgument("--exclude")},
	}
}

// features says which features are on.
type features struct {
	list           []string // as written: names with spaces and commas between them
	all, noDefault bool
}

func (f *features) flags() []command.Flag {
	return []command.Flag{
		{Long: "features", Short: 'F', Value: "FEATURES", Many: true, Heading: featureSelection, Set: command.Append(&f.list, command.Text),
			About: "Features to turn on, with spaces or commas between them"},
		{Long: "all-features", Heading: featureSelection, Set: command.True(&f.all), About: "Turn all features on"},
		{Long: "no-default-features", Heading: featureSelection, Set: command.True(&f.noDefault), About: "Leave the feature `default` off"},
	}
}

// targetFlags are --target, and what is said to who tries -t.
func (c *cli) targetFlags(o *optional, about string) []command.Flag {
	return []command.Flag{
		o.flag(command.Flag{Long: "target", Value: c.release().Target(), Many: true, Heading: compilationOptions, About: about}),
		{Short: 't', Hidden: true, Unknown: command.SimilarArgument("--target")},
	}
}

func targetDir(p *string) command.Flag {
	return command.Flag{Long: "target-dir", Value: "DIRECTORY", Heading: compilationOptions, Set: command.To(p, command.Text), About: "Where everything goes that is made"}
}

// registry says which registry is meant.
type registry struct{ name, index string }

func (r *registry) nameFlag(about string) command.Flag {
	return command.Flag{Long: "registry", Value: "REGISTRY", Set: command.To(&r.name, command.Text), About: about}
}

func (r *registry) flags(index, name string) []command.Flag {
	return []command.Flag{
		{Long: "index", Value: "INDEX", Exclude: []string{"registry"}, Set: command.To(&r.index, command.Text), About: index},
		r.nameFlag(name),
	}
}

// more is the last line of a verb's help.
func more(verb string) string { return "Run `cargo help " + verb + "` to read more about it.\n" }

package cargo

import (
	"slices"

	"berth/internal/cli/command"
)

const targetSelection = "Target Selection"

// compileFlags are the flags of verbs that compile.
type compileFlags struct {
	formats           []string
	packages          packages
	targets           targetFlagsOf
	features          features
	jobs              []string // one, or none
	keepGoing         bool
	release           bool
	profile           string
	target            optional
	targetDir         string
	artifactDir       string
	unitGraph         bool
	timings           bool
	compileTimeDeps   bool
	futureReport      bool
	manifest          string
	ignoreRustVersion bool
	profileGiven      bool
}

// targetFlagsOf says which targets of the packages are meant.
type targetFlagsOf struct {
	lib, bins, examples, tests, benches, all bool
	bin, example, test, bench                optional
}

// isSpecific says that some flag names targets.
func (t *targetFlagsOf) isSpecific() bool {
	return t.lib || t.bins || t.examples || t.tests || t.benches || t.all ||
		len(t.bin.values)+len(t.example.values)+len(t.test.values)+len(t.bench.values) > 0
}

func (c *compileFlags) messageFormat() command.Flag {
	return command.Flag{
		Long: "message-format", Value: "FMT", Many: true, Comma: true, AnyCase: true, Set: command.Append(&c.formats, command.Text),
		Choices: []string{"human", "short", "json", "json-diagnostic-short", "json-diagnostic-rendered-ansi", "json-render-diagnostics"},
		About:   "Form of what is said",
	}
}

func (c *compileFlags) futureIncompat() command.Flag {
	return command.Flag{Long: "future-incompat-report", Set: command.True(&c.futureReport), About: "Say at the end what a future compiler will refuse"}
}

// packagesMany are -p and what goes with it, of verbs for several packages.
func (c *compileFlags) packagesMany(does string) []command.Flag {
	return append(c.packages.flags(does+" this package", does+" all packages of the workspace", "But not this one"),
		command.Flag{Long: "all", Heading: packageSelection, Set: command.True(&c.packages.workspace), About: "The old name of --workspace"})
}

// targetsLibBinExample are the flags of targets that can be documented.
func (c *compileFlags) targetsLibBinExample(does string) []command.Flag {
	t := &c.targets
	return []command.Flag{
		{Long: "lib", Heading: targetSelection, Set: command.True(&t.lib), About: does + " only the library"},
		{Long: "bins", Heading: targetSelection, Set: command.True(&t.bins), About: does + " all programs"},
		t.bin.flag(command.Flag{Long: "bin", Value: "NAME", Many: true, Heading: targetSelection, About: does + " only this program"}),
		{Long: "examples", Heading: targetSelection, Set: command.True(&t.examples), About: does + " all examples"},
		t.example.flag(command.Flag{Long: "example", Value: "NAME", Many: true, Heading: targetSelection, About: does + " only this example"}),
	}
}

func (c *compileFlags) targetsAll(does, all string) []command.Flag {
	t := &c.targets
	return append(c.targetsLibBinExample(does),
		command.Flag{Long: "tests", Heading: targetSelection, Set: command.True(&t.tests), About: does + " all targets that have `test = true`"},
		t.test.flag(command.Flag{Long: "test", Value: "NAME", Many: true, Heading: targetSelection, About: does + " only this integration test"}),
		command.Flag{Long: "benches", Heading: targetSelection, Set: command.True(&t.benches), About: does + " all targets that have `bench = true`"},
		t.bench.flag(command.Flag{Long: "bench", Value: "NAME", Many: true, Heading: targetSelection, About: does + " only this benchmark"}),
		command.Flag{Long: "all-targets", Heading: targetSelection, Set: command.True(&t.all), About: all})
}

func (c *compileFlags) jobsFlag() command.Flag {
	return command.Flag{Long: "jobs", Short: 'j', Value: "N", Hyphen: true, Heading: compilationOptions, Set: command.Append(&c.jobs, command.Text),
		About: "How many jobs at the same time; as many as there are processors by default"}
}

func (c *compileFlags) parallel() []command.Flag {
	return []command.Flag{
		c.jobsFlag(),
		{Long: "keep-going", Heading: compilationOptions, Set: command.True(&c.keepGoing), About: "Build what can be built when something fails"},
	}
}

// jobsOnly is for verbs with --no-fail-fast.
func (c *compileFlags) jobsOnly() []command.Flag {
	return []command.Flag{
		c.jobsFlag(),
		{Long: "keep-going", Hidden: true, Unknown: []string{"use `--no-fail-fast` to run as many tests as possible regardless of failure"}},
	}
}

func (c *compileFlags) releaseFlag(does string) command.Flag {
	return command.Flag{Long: "release", Short: 'r', Exclude: []string{"profile"}, Heading: compilationOptions, Set: command.True(&c.release), About: does + " with optimizations"}
}

func (c *compileFlags) profileFlag(does string) command.Flag {
	return command.Flag{Long: "profile", Value: "PROFILE-NAME", Heading: compilationOptions, Set: c.setProfile, About: does + " with this profile"}
}

func (c *compileFlags) setProfile(name string) error {
	c.profile, c.profileGiven = name, true
	return nil
}

func (c *compileFlags) unstableGraph() command.Flag {
	return command.Flag{Long: "unit-graph", Heading: compilationOptions, Set: command.True(&c.unitGraph), About: "Print the graph of what is built, as JSON (unstable)"}
}

func (c *compileFlags) timingsFlag() command.Flag {
	return command.Flag{Long: "timings", Heading: compilationOptions, Set: command.True(&c.timings), About: "Write a report of what took how long"}
}

// rest are the flags that all verbs have which compile.
func (c *compileFlags) rest(more ...command.Flag) []command.Flag {
	return slices.Concat(more, manifestPath(&c.manifest), []command.Flag{ignoreRustVersion(&c.ignoreRustVersion)})
}

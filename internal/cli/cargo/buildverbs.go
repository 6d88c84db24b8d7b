package cargo

import (
	"context"
	"slices"

	"berth/internal/cli/command"
)

func (c *cli) build() *command.Command {
	o := &compileFlags{}
	return &command.Command{
		Name: "build", About: "Build a package and what it depends on", More: more("build"),
		Flags: slices.Concat([]command.Flag{o.futureIncompat(), o.messageFormat(), silent()}, o.packagesMany("Build"),
			o.targetsAll("Build", "Build all targets"), o.features.flags(),
			[]command.Flag{o.releaseFlag("Build"), redundantDebug("build"), o.profileFlag("Build")}, o.parallel(),
			c.targetFlags(&o.target, "For which target"), []command.Flag{targetDir(&o.targetDir), o.artifacts(), o.unstableGraph(), o.timingsFlag(), o.compileTime()}, o.rest()),
		Run: func(ctx context.Context) error { return c.runBuild(ctx, o) },
	}
}

func (c *cli) check() *command.Command {
	o := &compileFlags{}
	return &command.Command{
		Name: "check", About: "Look for errors without building all the way", More: more("check"),
		Flags: slices.Concat([]command.Flag{o.futureIncompat(), o.messageFormat(), silent()}, o.packagesMany("Check"),
			o.targetsAll("Check", "Check all targets"), o.features.flags(), o.parallel(),
			[]command.Flag{o.releaseFlag("Check"), o.profileFlag("Check")},
			c.targetFlags(&o.target, "For which target"), []command.Flag{targetDir(&o.targetDir), o.unstableGraph(), o.timingsFlag(), o.compileTime()}, o.rest()),
		Run: func(ctx context.Context) error { return c.runCheck(ctx, o) },
	}
}

// testFlags are those of `test` and `bench`.
type testFlags struct {
	compileFlags
	name               string
	named              bool
	args               []string
	noRun, noFast, doc bool
}

func (o *testFlags) arguments(name, what string) []command.Arg {
	return []command.Arg{
		{Name: name, About: "Only " + what + " whose names contain this", Set: func(text string) error { o.name, o.named = text, true; return nil }},
		{Name: "ARGS", Many: true, Last: true, About: "Arguments for the programs that are run", Set: command.Append(&o.args, command.Text)},
	}
}

// passed is what the programs get.
func (o *testFlags) passed() []string {
	if o.named {
		return append([]string{o.name}, o.args...)
	}
	return o.args
}

func (c *cli) test() *command.Command {
	o := &testFlags{}
	return &command.Command{
		Name: "test", About: "Build and run tests", More: more("test") + "Run `cargo test -- --help` for what the test programs take.\n",
		Args: o.arguments("TESTNAME", "tests"),
		Flags: slices.Concat([]command.Flag{
			{Long: "no-run", Set: command.True(&o.noRun), About: "Build the tests, and run none"},
			{Long: "no-fail-fast", Set: command.True(&o.noFast), About: "Go on when a test fails"},
			o.futureIncompat(), o.messageFormat(),
			{Long: "quiet", Short: 'q', Set: command.True(&c.globals.quiet), About: "One character a test instead of a line"},
		}, o.packagesMany("Test"), o.targetsAll("Test", "Test all targets, but not the documentation"), []command.Flag{
			{Long: "doc", Heading: targetSelection, Set: command.True(&o.doc), About: "Test only the documentation of the library"},
		}, o.features.flags(), o.jobsOnly(), []command.Flag{o.releaseFlag("Build"), o.profileFlag("Build")},
			c.targetFlags(&o.target, "For which target"), []command.Flag{targetDir(&o.targetDir), o.unstableGraph(), o.timingsFlag()}, o.rest()),
		Run: func(ctx context.Context) error { return c.runTest(ctx, o) },
	}
}

func (c *cli) bench() *command.Command {
	o := &testFlags{}
	return &command.Command{
		Name: "bench", About: "Build and run benchmarks", More: more("bench"),
		Args: o.arguments("BENCHNAME", "benchmarks"),
		Flags: slices.Concat([]command.Flag{
			{Long: "no-run", Set: command.True(&o.noRun), About: "Build the benchmarks, and run none"},
			{Long: "no-fail-fast", Set: command.True(&o.noFast), About: "Go on when a benchmark fails"},
			o.messageFormat(), silent(),
		}, o.packagesMany("Benchmark"), o.targetsAll("Benchmark", "Benchmark all targets"), o.features.flags(), o.jobsOnly(), []command.Flag{o.profileFlag("Build")},
			c.targetFlags(&o.target, "For which target"), []command.Flag{targetDir(&o.targetDir), o.unstableGraph(), o.timingsFlag()}, o.rest()),
		Run: func(ctx context.Context) error { return c.runBench(ctx, o) },
	}
}

// runFlags are those of `run`.
type runFlags struct {
	compileFlags
	args []string
}

func (c *cli) runVerb() *command.Command {
	o := &runFlags{}
	t := &o.targets
	return &command.Command{
		Name: "run", About: "Build a program and run it", More: more("run") + "To pass `--help` to the program, write `-- --help`.\n", Verbatim: true,
		Args: []command.Arg{{Name: "ARGS", Many: true, About: "Arguments for the program", Set: command.Append(&o.args, command.Text)}},
		Flags: slices.Concat([]command.Flag{o.messageFormat(), silent(), packageFlag(&o.packages.specs, false, "The package of the program"),
			t.bin.flag(command.Flag{Long: "bin", Value: "NAME", Many: true, Heading: targetSelection, About: "Which program"}),
			t.example.flag(command.Flag{Long: "example", Value: "NAME", Many: true, Heading: targetSelection, About: "Which example"}),
		}, o.features.flags(), o.parallel(), []command.Flag{o.releaseFlag("Build"), o.profileFlag("Build")},
			c.targetFlags(&o.target, "For which target"), []command.Flag{targetDir(&o.targetDir)}, o.rest(), []command.Flag{o.unstableGraph(), o.timingsFlag()}),
		Run: func(ctx context.Context) error { return c.runRun(ctx, o) },
	}
}

// rustcFlags are those of `rustc`.
type rustcFlags struct {
	compileFlags
	args       []string
	print      string
	printGiven bool
	crateTypes []string
}

func (c *cli) rustc() *command.Command {
	o := &rustcFlags{}
	return &command.Command{
		Name: "rustc", About: "Build a package with more arguments for the compiler", More: more("rustc"), Verbatim: true,
		Args: []command.Arg{{Name: "ARGS", Many: true, About: "More flags for the compiler", Set: command.Append(&o.args, command.Text)}},
		Flags: slices.Concat([]command.Flag{
			{Long: "print", Value: "INFO", Set: func(text string) error { o.print, o.printGiven = text, true; return nil }, About: "Let the compiler tell something, and compile nothing (unstable)"},
			{Long: "crate-type", Value: "CRATE-TYPE", Many: true, Set: command.Append(&o.crateTypes, command.Text), About: "Types of crates to make, with commas between them"},
			o.futureIncompat(), o.messageFormat(), silent(), packageFlag(&o.packages.specs, false, "The package to build"),
		}, o.targetsAll("Build", "Build all targets"), o.features.flags(), o.parallel(), []command.Flag{o.releaseFlag("Build"), o.profileFlag("Build")},
			c.targetFlags(&o.target, "For which target"), []command.Flag{targetDir(&o.targetDir), o.unstableGraph(), o.timingsFlag()}, o.rest()),
		Run: func(ctx context.Context) error { return c.runRustc(ctx, o) },
	}
}

// redundantDebug is for who writes --debug, which is what they have without it.
func redundantDebug(verb string) command.Flag {
	return command.Flag{Long: "debug", Hidden: true, Exclude: []string{"profile"},
		Unknown: []string{"`--debug` is the default for `cargo " + verb + "`; instead `--release` is supported"}}
}

func (c *compileFlags) artifacts() command.Flag {
	return command.Flag{Long: "artifact-dir", Value: "PATH", Heading: compilationOptions, Set: command.To(&c.artifactDir, command.Text), About: "Copy the results here (unstable)"}
}

func (c *compileFlags) compileTime() command.Flag {
	return command.Flag{Long: "compile-time-deps", Hidden: true, Set: command.True(&c.compileTimeDeps)}
}

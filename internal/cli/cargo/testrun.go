package cargo

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"

	"berth/internal/app"
	"berth/internal/build"
	"berth/internal/child"
	"berth/internal/compile"
	"berth/internal/manifest"
	"berth/internal/plan"
	"berth/internal/ui"
	"berth/internal/unit"
)

var (
	errDocMixed = errors.New("can't mix --doc with other target selecting options")
	errDocNoRun = errors.New("can't skip running doc tests with --no-run")
)

func (c *cli) runTest(ctx context.Context, o *testFlags) error {
	profile, err := o.profileName("test")
	if err != nil {
		return err
	}
	w := wish{intent: plan.Test, profile: profile}
	switch {
	case o.doc && o.targets.isSpecific():
		return errDocMixed
	case o.doc && o.noRun:
		return errDocNoRun
	case o.doc:
		w.intent, w.filter = plan.Doctest, &plan.Filter{Lib: true}
	case o.named && !o.targets.isSpecific():
		filter := plan.TestTargets()
		w.filter = &filter
	}
	if o.noRun && c.nothingToDo(ctx, &o.compileFlags) != nil {
		return nil
	}
	m, err := c.compilation(ctx, &o.compileFlags, w)
	if err != nil {
		return err
	}
	m.settings.TestArgs = o.passed()
	m.settings.DoctestFormat = doctestFormat(m)
	t := &tester{cli: c, m: m, flags: o, args: o.passed(), what: "test", executables: "unittests"}
	return t.run(ctx)
}

func doctestFormat(m *compilation) string {
	switch {
	case m.format.JSON:
		return "json"
	case m.format.Short:
		return "short"
	}
	return "human"
}

func (c *cli) runBench(ctx context.Context, o *testFlags) error {
	profile, err := o.profileName("bench")
	if err != nil {
		return err
	}
	if o.noRun && c.nothingToDo(ctx, &o.compileFlags) != nil {
		return nil
	}
	m, err := c.compilation(ctx, &o.compileFlags, wish{intent: plan.Bench, profile: profile})
	if err != nil {
		return err
	}
	t := &tester{cli: c, m: m, flags: o, args: o.passed(), what: "bench", executables: "benches"}
	if !o.noRun {
		t.args, t.executables = append(slices.Clone(t.args), "--bench"), "unittests"
	}
	return t.run(ctx)
}

// tester runs tests or benchmarks that were built.
type tester struct {
	*cli
	m           *compilation
	flags       *testFlags
	args        []string
	what        string
	executables string // what is said of such that are no integration tests
	failed      []string
}

func (t *tester) run(ctx context.Context) error {
	defer t.m.close()
	result, err := t.execute(ctx, t.m, &t.flags.compileFlags)
	if err != nil {
		return err
	}
	slices.SortStableFunc(result.Tests, compareTests)
	if t.flags.noRun {
		t.nameExecutables(ctx, result)
		return nil
	}
	for _, made := range result.Tests {
		cmd := t.command(result, made)
		t.UI.Statusf("Running", "%s", t.named(made, cmd))
		restore := func() error { return t.restore(ctx, made) }
		if err := t.one(ctx, made.Unit, cmd, restore, t.what+" failed", selector(made.Unit)); err != nil {
			return err
		}
	}
	for _, u := range result.Doctests {
		cmd := result.Compiler.Command(u, result.Places)
		t.UI.Statusf("Doc-tests", "%s", u.Target.Name)
		if t.session.verbose > 0 {
			t.sayRunning(cmd)
		}
		if err := t.one(ctx, u, cmd, func() error { return nil }, "doctest failed", "--doc"); err != nil {
			return err
		}
	}
	return t.conclude()
}

// restore puts a test program in its place, and builds it again where somebody has cleaned it out of the store as well.
func (t *tester) restore(ctx context.Context, made build.Made) error {
	err := made.Restore()
	if !errors.Is(err, fs.ErrNotExist) {
		return err
	}
	t.m.close()
	result, err := t.execute(ctx, t.m, &t.flags.compileFlags)
	if err != nil {
		return err
	}
	i := slices.IndexFunc(result.Tests, func(m build.Made) bool { return m.Unit == made.Unit })
	if i < 0 {
		return errTakenAway
	}
	return result.Tests[i].Restore()
}

// compareTests is the order in which stock runs them.
func compareTests(a, b build.Made) int {
	return cmp.Or(a.Unit.ID.Compare(b.Unit.ID), cmp.Compare(place(a.Unit), place(b.Unit)), strings.Compare(a.Unit.Target.Name, b.Unit.Target.Name))
}

func place(u *unit.Unit) int {
	return slices.Index([]manifest.TargetKind{manifest.Lib, manifest.Bin, manifest.Test, manifest.Bench, manifest.Example}, u.Target.Kind)
}

// command is the call of a test.
func (t *tester) command(result *build.Result, made build.Made) *compile.Command {
	args := slices.Clone(t.args)
	if made.Unit.Target.Harness && t.session.quiet {
		args = append(args, "--quiet")
	}
	return result.Compiler.Run(made.Unit, result.Places, made.Path, args)
}

// nameExecutables says what was built, and keeps that for who has nothing to do.
func (t *tester) nameExecutables(ctx context.Context, result *build.Result) {
	var after []ui.Said
	for _, made := range result.Tests {
		if !t.m.format.JSON {
			after = append(after, ui.Said{Kind: ui.SaidStatus, Verb: "Executable", Text: t.named(made, t.command(result, made))})
		}
	}
	for _, said := range after {
		t.UI.Say(said)
	}
	t.remember(ctx, t.m, result, after, nil)
}

// named names a test program; with -v by its whole call.
func (t *tester) named(made build.Made, cmd *compile.Command) string {
	switch {
	case t.session.verbose >= 2:
		return "`" + cmd.Verbose() + "`"
	case t.session.verbose == 1:
		return "`" + cmd.String() + "`"
	}
	u := made.Unit
	source := u.Target.Path
	if below, err := filepath.Rel(u.Package.Dir, source); err == nil && filepath.IsLocal(below) {
		source = below
	}
	text := fmt.Sprintf("%s (%s)", source, t.belowHere(made.Path))
	if u.Target.Kind != manifest.Test && u.Target.Kind != manifest.Bench {
		text = t.executables + " " + text
	}
	return text
}

// one runs a program to its end, with our own input and output. Whoever cleans meanwhile may take it away before it has
// begun: then it is put in its place again.
func (t *tester) one(ctx context.Context, u *unit.Unit, cmd *compile.Command, restore func() error, what, selector string) error {
	var exit child.Exit
	var err error
	for range 10 {
		if err = restore(); err == nil {
			exit, err = t.attached(ctx, cmd)
		}
		if !errors.Is(err, fs.ErrNotExist) {
			break
		}
	}
	if err == nil && exit.Success() {
		return nil
	}
	if cause := context.Cause(ctx); cause != nil {
		return cause
	}
	args := selector
	if t.needsPackage() {
		args = "-p " + u.ID.Name + " " + args
	}
	text := what + ", to rerun pass `" + args + "`"
	code := failure
	switch {
	case err != nil:
		text += "\n\nCaused by:\n  could not execute process `" + cmd.String() + "` (never executed)\n  " + err.Error()
	case exit.Signal != 0:
		text += "\n\nCaused by:\n  process didn't exit successfully: `" + cmd.String() + "` (" + exit.String() + ")"
	default:
		if code = exit.Code; code != failure {
			text += "\n\nCaused by:\n  process didn't exit successfully: `" + cmd.String() + "` (" + exit.String() + ")"
		}
	}
	t.UI.Errorf("%s", text)
	captured := !slices.Contains(t.args, "--nocapture") && !slices.Contains(t.args, "--no-capture")
	if err == nil && exit.Signal == 0 && code != failure && u.Target.Harness && captured {
		t.UI.Infof("test exited abnormally; to see the full output pass --no-capture to the harness.")
	}
	t.failed = append(t.failed, args)
	if !t.flags.noFast {
		return &app.ExitCodeError{Code: code}
	}
	return nil
}

// attached runs a program with our own input and output. It is in our process group, so that Ctrl-C reaches it, and is
// asked to end where something else ends us.
func (t *tester) attached(ctx context.Context, cmd *compile.Command) (child.Exit, error) {
	if err := t.UI.Flush(); err != nil {
		return child.Exit{}, err
	}
	c := exec.Command(cmd.Program, cmd.Args...)
	c.Dir, c.Env = cmd.Dir, cmd.Environ(t.programEnv(ctx).List())
	c.Stdin, c.Stdout, c.Stderr = t.Stdin, t.Stdout, t.Stderr
	state, err := runOrLeave(ctx, c, stubborn)
	if state == nil {
		return child.Exit{}, err
	}
	return child.ExitOf(state), nil
}

// selector is the flag that chooses a target.
func selector(u *unit.Unit) string {
	if u.Target.Kind == manifest.Lib {
		return "--lib"
	}
	return "--" + u.Target.Kind.Word() + " " + u.Target.Name
}

// needsPackage tells whether a package has to be named to be meant.
func (t *tester) needsPackage() bool {
	p := &t.flags.packages
	switch {
	case p.workspace:
		return len(t.m.ws.Members()) > 1
	case len(p.specs.values) > 0:
		return true
	}
	return len(t.m.ws.DefaultMembers()) > 1
}

// conclude lists what failed of a run that went on.
func (t *tester) conclude() error {
	if len(t.failed) == 0 {
		return nil
	}
	text := fmt.Sprintf("%d targets failed:", len(t.failed))
	if len(t.failed) == 1 {
		text = "1 target failed:"
	}
	for _, args := range t.failed {
		text += "\n    `" + args + "`"
	}
	return errors.New(text)
}

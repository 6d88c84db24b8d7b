package cargo

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"os/exec"
	"path/filepath"
	"slices"
	"strconv"
	"strings"

	"berth/internal/build"
	"berth/internal/buildmsg"
	"berth/internal/compile"
	"berth/internal/config"
	"berth/internal/crate"
	"berth/internal/jobslot"
	"berth/internal/ops"
	"berth/internal/plan"
	"berth/internal/rustc"
	"berth/internal/ui"
	"berth/internal/unit"
	"berth/internal/workspace"
)

// compilation is a command that compiles, planned.
type compilation struct {
	*ops.Planned
	run      *ops.Run
	ws       *workspace.Workspace
	settings compile.Settings
	format   buildmsg.Format
	jobs     int
	target   string // directories
	build    string
	intent   plan.Intent
	profile  string
	ends     []func() error // of what is in use
	frozen   bool
	fixer    build.Fixer // of sources; nil for none
}

// wish is what a verb adds to its flags.
type wish struct {
	intent  plan.Intent
	filter  *plan.Filter // in the place of that of the flags
	profile string
	types   []string
	single  bool // for one package

	// For what is built to be installed: the package, and where results go if nobody has said.
	foreign string
	scratch string
	frozen  bool // its files never change
}

// compilation plans what a verb is to compile.
func (c *cli) compilation(ctx context.Context, o *compileFlags, w wish) (*compilation, error) {
	if o.asksForMore() {
		return nil, errHandOver
	}
	run, ws, err := c.session.load(o.manifest)
	if err != nil {
		return nil, err
	}
	return c.compilationOf(ctx, o, w, run, ws)
}

// compilationOf plans it for a workspace.
func (c *cli) compilationOf(ctx context.Context, o *compileFlags, w wish, run *ops.Run, ws *workspace.Workspace) (*compilation, error) {
	run.IgnoreRustVersion = o.ignoreRustVersion
	if o.packages.specs.listed() {
		return nil, membersError(ws)
	}
	if err := c.listTargets(ws, o); err != nil {
		return nil, err
	}
	c.warnOfMisspelled(run.Config, w.intent)
	if _, err := run.Config.Term(); err != nil {
		return nil, err // who only asks for something does not hear of it
	}
	if err := crate.CheckProfileName(w.profile, run.Config.Release()); err != nil {
		return nil, err // before anything is said of manifests, as by stock
	}
	m := &compilation{run: run, ws: ws, intent: w.intent, profile: w.profile, frozen: w.frozen}
	var err error
	if m.format, err = buildmsg.ParseFormat(o.formats); err != nil {
		return nil, err
	}
	if m.jobs, err = c.jobs(run.Config, o); err != nil {
		return nil, err
	}
	if m.target, m.build, err = c.session.outputDirs(ws, cmp.Or(o.targetDir, w.scratch)); err != nil {
		return nil, err
	}
	if w.foreign != "" && (w.frozen || !run.Config.Release().OwnLints()) {
		_, err = ws.ManifestWarnings() // to warn who installs it helps nobody
	} else {
		err = c.warnOfManifests(run, ws, m.target)
	}
	if err != nil {
		return nil, err
	}
	if err := c.learn(ctx, m, o); err != nil {
		return nil, err
	}
	q, err := m.request(o, w)
	if err != nil {
		return nil, err
	}
	m.Planned, err = run.Plan(ctx, ws, q)
	return m, err
}

// asksForMore tells whether a line has flags that are the toolchain's cargo's to carry out.
func (o *compileFlags) asksForMore() bool {
	return o.unitGraph || o.artifactDir != ""
}

// learn asks the compiler about itself and its targets.
func (c *cli) learn(ctx context.Context, m *compilation, o *compileFlags) error {
	s, cfg := c.session, m.run.Config
	set := &m.settings
	set.Release = cfg.Release()
	var err error
	if set.Rustc, err = s.compilerPath(cfg, "rustc"); err != nil {
		return err
	}
	if set.Rustdoc, err = s.compilerPath(cfg, "rustdoc"); err != nil {
		return err
	}
	if err = s.wrappers(cfg, set); err != nil {
		return err
	}
	if set.Version, err = s.asker.Version(ctx, set.Rustc); err != nil {
		return err
	}
	names, err := c.requestedTargets(ctx, cfg, o, set.Version)
	if err != nil {
		return err
	}
	learner, err := s.learner(cfg, set, len(names) > 0)
	if err != nil {
		return err
	}
	set.Targets = map[unit.Kind]*compile.Target{}
	for _, kind := range append([]unit.Kind{unit.Host}, names...) {
		t, warning, err := learner.Target(ctx, kind)
		if err != nil {
			return err
		}
		if warning != "" {
			c.UI.Warnf("%s", warning)
		}
		set.Targets[kind] = t
	}
	set.Env, err = cfg.Env()
	set.Root, set.Jobs, set.Getenv = m.ws.Dir(), m.jobs, cfg.Getenv
	set.Cargo = c.cargoLink(ctx)
	set.Color, set.Width = s.color, ui.Columns(c.Stderr)
	set.Short, set.ShowAll, set.Quiet = m.format.Short, s.verbose >= 2, s.quiet
	return err
}

var (
	errOneTarget   = errors.New("only one `--target` argument is supported")
	errEmptyTarget = errors.New("target was empty; name one with --target or build.target, or leave it out")
)

// requestedTargets are the kinds of --target, else those of the configuration.
func (c *cli) requestedTargets(ctx context.Context, cfg *config.Config, o *compileFlags, compiler *rustc.Version) ([]unit.Kind, error) {
	names, err := c.session.targets(ctx, o.target)
	if err != nil {
		return nil, err
	}
	if names, err = wanted(cfg, names); err != nil {
		return nil, err
	}
	var kinds []unit.Kind
	for _, name := range names {
		if name == hostTuple {
			name = compiler.Host
		}
		if strings.HasSuffix(name, ".json") {
			return nil, errHandOver // of files with targets only nightly compilers know
		}
		if !slices.Contains(kinds, unit.Kind(name)) {
			kinds = append(kinds, unit.Kind(name))
		}
	}
	return kinds, nil
}

func wrapperPath(cfg *config.Config, key string) (string, error) {
	name, _, err := cfg.Tool(key)
	if err != nil || name == "" {
		return "", err
	}
	path, err := onPath(name)
	if err != nil {
		variable := strings.ToUpper(strings.ReplaceAll(key, "-", "_"))
		return "", fmt.Errorf("%w\nhelp: install it, or take it out of %s or `build.%s`, which name it", err, variable, key)
	}
	return path, nil
}

// onPath is the path of a program that may be named without one.
func onPath(name string) (string, error) {
	if strings.ContainsRune(name, filepath.Separator) {
		return name, nil
	}
	path, err := exec.LookPath(name)
	if err != nil {
		return "", fmt.Errorf("could not execute process `%s`: %w", name, err)
	}
	return path, nil
}

// cargoLink is the way back to berth that children get in CARGO.
func (c *cli) cargoLink(ctx context.Context) string {
	if link := c.tool.Link(c.tool.Environment(ctx)); link != "" {
		return link
	}
	return c.tool.Program("cargo")
}

var errNoJobs = errors.New("jobs may not be 0")

// jobs is how many units are made at the same time.
func (c *cli) jobs(cfg *config.Config, o *compileFlags) (int, error) {
	var word *string
	number, given := 0, false
	if len(o.jobs) > 0 {
		last := o.jobs[len(o.jobs)-1]
		n, err := strconv.ParseInt(last, 10, 32)
		if number, given = int(n), true; err != nil {
			word = &last
		}
	} else if b, err := cfg.Build(); err != nil {
		return 0, err
	} else if b.Jobs.Word.Set {
		word, given = &b.Jobs.Word.Val, true
	} else if b.Jobs.Number.Set {
		number, given = int(b.Jobs.Number.Val), true
	}
	processors := jobslot.Cores()
	switch {
	case !given || word != nil && *word == "default":
		return processors, nil
	case word != nil:
		//lint:ignore ST1005 the sentence is as stock has it
		return 0, fmt.Errorf("could not parse `%s`. Number of parallel jobs should be `default` or a number.", *word)
	case number == 0:
		return 0, errNoJobs
	case number < 0:
		return max(processors+number, 1), nil
	}
	return number, nil
}

// profileName is the profile that the flags ask for. Legacy are names that the verb has always taken beside --release.
func (o *compileFlags) profileName(otherwise string, legacy ...string) (string, error) {
	switch {
	case o.profileGiven && slices.Contains(legacy, o.profile):
		return o.profile, nil
	case o.release && !o.profileGiven:
		return "release", nil
	case !o.profileGiven:
		return otherwise, nil
	}
	return o.profile, checkAsked(o.profile)
}

// checkAsked refuses what a flag may not ask for though it could be the name of a profile; what could not is found later.
func checkAsked(profile string) error {
	if profile == "doc" {
		return errors.New("profile `doc` is reserved and not allowed to be explicitly specified")
	}
	return nil
}

// isPattern tells whether a name stands for all that fit it.
func isPattern(name string) bool { return strings.ContainsAny(name, "*?[]") }

package cargo

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"time"

	"berth/internal/app"
	"berth/internal/build"
	"berth/internal/build/unused"
	"berth/internal/cachedir"
	"berth/internal/compile"
	"berth/internal/config"
	"berth/internal/crate"
	"berth/internal/figures"
	"berth/internal/lockfs"
	"berth/internal/source/path"
	"berth/internal/ui"
	"berth/internal/unit"
	"berth/internal/unitstore"
)

// execute builds what was planned.
func (c *cli) execute(ctx context.Context, m *compilation, o *compileFlags) (*build.Result, error) {
	r, err := c.buildRequest(m, o)
	if err != nil {
		return nil, err
	}
	if r.Own.Spares != nil {
		m.ends = append(m.ends, r.Own.Spares.Close) // before what they are links to may go
	}
	m.ends = append(m.ends, r.Own.Close, r.Shared.Close)
	defer r.Slots.Close()
	if err := prepareTarget(m.outputRoots()...); err != nil {
		return nil, err
	}
	if err := m.run.Home.KeepReading(ctx); err != nil {
		return nil, err
	}
	if m.run.Config.Release().UnusedExterns() {
		r.Unused = func(found []unused.Package) int { return c.tellUnused(m, found) }
	}
	bar := c.UI.Bar("Building")
	r.Bar = bar
	if o.timings {
		r.Times = &build.Times{}
	}
	result, err := build.Run(ctx, r)
	bar.Done()
	if r.Times != nil {
		if saveErr := c.saveTimings(m, r, err); err == nil {
			err = saveErr
		}
	}
	if errors.Is(err, build.ErrFailed) {
		return nil, &app.ExitCodeError{Code: failure}
	}
	if err != nil {
		return nil, err
	}
	c.UI.Listen(nil)
	c.sayFinished(m.how())
	c.session.lintWarnings += result.Lints
	if err := c.denied(m.run.Config); err != nil {
		return nil, err
	}
	err = c.reportFuture(ctx, m, result.Future, o.futureReport)
	c.tidy(ctx, m.run.Config, r.Own, r.Shared)
	return result, err
}

func (c *cli) buildRequest(m *compilation, o *compileFlags) (*build.Request, error) {
	cfg := m.run.Config
	settings, err := cfg.Build()
	if err != nil {
		return nil, err
	}
	home := lockfs.At(c.Env.CargoHome)
	own := unitstore.Workspace(lockfs.At(m.build), home)
	shared := unitstore.Shared(home)
	if off, _ := c.Lookup("BERTH_SHARE"); off == "0" || off == "" && settings.Share.Set && !settings.Share.Val {
		shared = own
	}
	if m.frozen {
		own.Spares = nil // the target directory goes after the install
	}
	shared.Spares = own.Spares
	if shared != own {
		shared.LeastRoom = unitstore.LeastRoom
	}
	if m.frozen && shared != own && shared.Hinders() == nil {
		own = shared // what others install is as good there
		shared.LeastRoom = 0
	}
	own.Dir, shared.Dir = m.ws.Dir(), m.ws.Dir()
	base := ""
	if settings.DepInfoBasedir.Set {
		base = cfg.Path(settings.DepInfoBasedir)
	}
	contents, err := m.contents()
	if err != nil {
		return nil, err
	}
	return &build.Request{
		Graph: m.Graph, Compiler: compile.New(m.Graph, m.settings), Built: m.built(),
		Layout: build.Layout{Target: m.target, Build: m.build, Profile: m.Profiles.Dir(), BaseDir: base, Triple: func(k unit.Kind) string {
			if k == unit.Host {
				return ""
			}
			return m.settings.Targets[k].Name
		}},
		Own: own, Shared: shared, Inputs: unitstore.NewInputs(), Slots: c.slots(m.jobs, len(o.jobs) > 0), Jobs: m.jobs, KeepGoing: o.keepGoing,
		Environ: c.compilerEnviron(), Getenv: cfg.Getenv, Home: c.Env.CargoHome,
		Content: func(u *unit.Unit) string { return contents[u.ID.Key()] },
		List:    func(u *unit.Unit) ([]string, error) { return c.listPackage(u, c.session.warnOnce) },
		Verify:  func(u *unit.Unit) error { return m.run.Registries.Verify(u.ID) },
		Say:     buildVoice{c.UI}, Format: m.format, Verbose: c.session.verbose, Lints: lintsOf(settings),
		Fix: m.fixer, Looked: c.session.looked,
	}, nil
}

// built is the other graph of a check.
func (m *compilation) built() func(map[unit.Library]bool) (*unit.Graph, *compile.Compiler, error) {
	if m.Built == nil {
		return nil
	}
	return func(checked map[unit.Library]bool) (*unit.Graph, *compile.Compiler, error) {
		graph, err := m.Planned.Built(checked)
		if err != nil {
			return nil, nil, err
		}
		return graph, compile.New(graph, m.settings), nil
	}
}

func lintsOf(b config.Build) build.Lints {
	switch b.Warnings.Val {
	case "allow":
		return build.AllowLints
	case "deny":
		return build.DenyLints
	}
	return build.WarnOfLints
}

// contents tell what is in packages that never change.
func (m *compilation) contents() (map[crate.PackageKey]string, error) {
	known := map[crate.PackageKey]string{}
	for i := range m.Resolution.Graph.Packages {
		p := &m.Resolution.Graph.Packages[i]
		known[p.ID.Key()] = p.Checksum + " " + p.ID.Source.Precise()
	}
	looked := map[crate.PackageKey]bool{}
	for _, u := range m.Graph.Units {
		key := u.ID.Key()
		if u.Local || u.ID.Source.IsPath() || looked[key] {
			continue
		}
		looked[key] = true
		text, err := m.run.Registries.Content(u.ID)
		if err != nil {
			return nil, err
		}
		known[key] += text
	}
	return known, nil
}

// compilerEnviron is what compilers and scripts inherit.
func (c *cli) compilerEnviron() []string {
	env := c.tool.Environment(context.Background())
	return env.List()
}

func (c *cli) listPackage(u *unit.Unit, warn func(text string)) ([]string, error) {
	entries, err := path.List(path.Package{Dir: u.Package.Dir, Include: u.Package.Include, Exclude: u.Package.Exclude}, path.Options{Environ: c.Environ(), Warn: warn})
	files := make([]string, len(entries))
	for i, e := range entries {
		files[i] = e.Path
	}
	return files, err
}

// outputRoots are the directories that hold nothing but what builds have made.
func (m *compilation) outputRoots() []string {
	dirs := []string{m.target, m.build}
	for kind, t := range m.settings.Targets {
		if kind != unit.Host {
			dirs = append(dirs, filepath.Join(m.target, t.Name))
		}
	}
	return dirs
}

// prepareTarget makes the target directory, marked for backup programs as one that can be made again.
func prepareTarget(dirs ...string) error {
	for _, dir := range dirs {
		if info, err := os.Stat(dir); err == nil && !info.IsDir() {
			return fmt.Errorf("the target directory `%s` is a file; remove it, or name another directory with --target-dir", dir)
		}
		if err := cachedir.MakeOwn(dir); err != nil {
			return fmt.Errorf("cannot make the target directory: %w", err)
		}
	}
	return nil
}

// close ends the use of units: tests in documentation are compiled against them after the build.
func (m *compilation) close() {
	for _, end := range m.ends {
		_ = end() // that it was used cannot be noted, which nobody wants to hear of
	}
	m.ends = nil
}

// how is what the last line of a build tells of the profile.
func (m *compilation) how() string {
	base := m.Profiles.Base()
	how := "optimized"
	if base.OptLevel == "0" {
		how = "unoptimized"
	}
	if compile.HasDebug(&base) {
		how += " + debuginfo"
	}
	return fmt.Sprintf("`%s` profile [%s] target(s)", m.profile, how)
}

// profilesPage says what the profiles are.
const profilesPage = "https://doc.rust-lang.org/cargo/reference/profiles.html#default-profiles"

func (c *cli) sayFinished(how string) {
	profile, rest, _ := strings.Cut(how, " target(s)")
	c.UI.StatusLink("Finished", "", ui.Link{Text: profile, Address: profilesPage}, " target(s)"+rest+" in "+figures.Elapsed(time.Since(c.session.began)))
}

// buildVoice lets package build speak.
type buildVoice struct{ ui *ui.UI }

func (v buildVoice) Status(verb, text string) { v.ui.Statusf(verb, "%s", text) }
func (v buildVoice) Warn(text string)         { v.ui.Warnf("%s", text) }
func (v buildVoice) Error(text string)        { v.ui.Errorf("%s", text) }
func (v buildVoice) Raw(text string)          { v.ui.Relay(text) }
func (v buildVoice) Lost() error              { return v.ui.Lost() }

// Out is flushed at once: editors read line by line.
func (v buildVoice) Out(line string) {
	_, _ = v.ui.Data().Write(append([]byte(line), '\n')) // Flush tells of a failure
	_ = v.ui.Flush()
}

func (v buildVoice) Wait(what string, holder lockfs.Holder) func() {
	return v.ui.Wait(what, app.Describe(holder, 0), nil).Done
}

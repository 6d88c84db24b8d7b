//go:build linux

package calls

import (
	"bytes"
	"context"
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"runtime"
	"slices"
	"strings"
	"testing"

	"berth/internal/buildmsg"
	"berth/internal/buildscript"
	"berth/internal/cargohome"
	"berth/internal/compile"
	"berth/internal/config"
	"berth/internal/crate"
	"berth/internal/lockfs"
	"berth/internal/manifest"
	"berth/internal/ops"
	"berth/internal/plan"
	"berth/internal/rustc"
	"berth/internal/source"
	"berth/internal/source/directory"
	"berth/internal/testkit/fakerustc"
	"berth/internal/testkit/stock"
	"berth/internal/unit"
)

func TestMain(m *testing.M) {
	fakerustc.Main()
	os.Exit(m.Run())
}

// world is a workspace, a stock cargo with a fake compiler, and what berth makes of the same.
type world struct {
	*testing.T
	cargo *stock.Cargo
	fake  *fakerustc.Place
	root  string
	env   []string // of both
	real  string
}

func newWorld(t *testing.T) *world {
	t.Helper()
	w := &world{T: t, cargo: stock.NewCargo(t)}
	tree, err := stock.Toolchain()
	if err != nil {
		t.Fatal(err)
	}
	w.real = filepath.Join(tree, "bin", "rustc")
	dir, err := filepath.EvalSymlinks(t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	if w.fake, err = fakerustc.Make(dir, w.real); err != nil {
		t.Fatal(err)
	}
	w.root = filepath.Join(dir, "ws")
	w.env = w.cargo.Env(append(w.fake.Env(), "LD_LIBRARY_PATH=")...)
	return w
}

func (w *world) write(name, text string) {
	w.Helper()
	path := filepath.Join(w.root, name)
	err := os.MkdirAll(filepath.Dir(path), 0o755)
	if err == nil {
		err = os.WriteFile(path, []byte(text), 0o644)
	}
	if err != nil {
		w.Fatal(err)
	}
}

// case_ is one command line, with what the environment has besides.
type commandLine struct {
	line string
	env  []string
}

// compare runs stock, and holds its calls and messages against ours.
func (w *world) compare(c commandLine) {
	w.Helper()
	words := strings.Fields(c.line)
	target := filepath.Join(w.root, "target")
	if err := os.RemoveAll(target); err != nil {
		w.Fatal(err)
	}
	env := append(slices.Clone(w.env), c.env...)
	format := []string{"--message-format=json"}
	if slices.Contains(words, "--doc") {
		format = nil
	}
	args := slices.Concat(words[:1], []string{"--offline"}, format, words[1:])
	got := w.cargo.Try(w.root, env, args...)
	if got.Code != 0 {
		w.Fatalf("%s: exit %d\n%s", c.line, got.Code, got.Stderr)
	}
	calls, err := w.fake.Calls()
	if err != nil {
		w.Fatal(err)
	}
	m := w.plan(words, env)
	same(w.T, c.line+" "+strings.Join(c.env, " "), m.calls(words), w.stockCalls(calls, env))
	if format != nil {
		same(w.T, c.line+": messages", m.messages(), w.stockMessages(got.Stdout))
	}
	hashesAgree(w.T, c.line, calls, m)
}

// same compares two lists without their order.
func same(t *testing.T, what string, ours, theirs []string) {
	t.Helper()
	slices.Sort(ours)
	slices.Sort(theirs)
	if slices.Equal(ours, theirs) {
		return
	}
	var b strings.Builder
	only := func(who string, in, not []string) {
		not = slices.Clone(not)
		for _, line := range in {
			if i := slices.Index(not, line); i >= 0 {
				not = slices.Delete(not, i, i+1)
			} else {
				fmt.Fprintf(&b, "only %s: %s\n", who, line)
			}
		}
	}
	only("ours", ours, theirs)
	only("stock", theirs, ours)
	t.Errorf("%s: %d calls, stock %d\n%s", what, len(ours), len(theirs), b.String())
}

// made is a command as berth makes it.
type made struct {
	*world
	compiler *compile.Compiler
	base     []string
	dir      string // of the profile, below target/
}

func (w *world) plan(words, env []string) *made {
	w.Helper()
	asker := rustc.New(lockfs.At(w.TempDir()), env)
	version, err := asker.Version(w.Context(), w.real)
	if err != nil {
		w.Fatal(err)
	}
	cfg, err := config.Load(config.Options{Dir: w.root, Home: w.cargo.Home, Env: env, Files: config.Disk{}, Release: w.cargo.Release()})
	if err != nil {
		w.Fatal(err)
	}
	run := &ops.Run{Config: cfg, Home: cargohome.Open(lockfs.At(w.cargo.Home)), Cwd: w.root, Voice: silent{},
		Rustc: func(context.Context) (*rustc.Version, error) { return version, nil }}
	w.sources(run, cfg)
	ws, err := run.Load("")
	if err != nil {
		w.Fatal(err)
	}
	q, kinds := request(w.T, words, cfg)
	settings := w.settings(asker, cfg, version, kinds, env)
	settings.Root = ws.Dir()
	q.Host = platform(settings.Targets[unit.Host])
	for _, kind := range kinds {
		q.Platforms = append(q.Platforms, platform(settings.Targets[kind]))
	}
	planned, err := run.Plan(w.Context(), ws, q)
	if err != nil {
		w.Fatal(err)
	}
	settings.DocumentPrivate = slices.Contains(words, "--document-private-items")
	m := &made{world: w, base: env, dir: planned.Profiles.Dir()}
	m.compiler = compile.New(planned.Graph, settings)
	return m
}

func platform(t *compile.Target) ops.Platform { return ops.Platform{Triple: t.Name, Cfg: t.Cfg} }

func (w *world) sources(run *ops.Run, cfg *config.Config) {
	sources := source.NewMap(cfg)
	run.Registry, run.Real = sources.Registry, sources.Real
	run.Registries = source.NewSet(sources, func(real, as crate.SourceID) (source.Registry, error) {
		return directory.New(real.Dir(), as, run.Options()), nil
	})
}

func (w *world) settings(asker *rustc.Asker, cfg *config.Config, version *rustc.Version, kinds []unit.Kind, env []string) compile.Settings {
	w.Helper()
	s := compile.Settings{Rustc: w.fake.Rustc, Rustdoc: w.fake.Rustdoc, Cargo: w.cargo.Path(), Version: version, Release: w.cargo.Release(), Targets: map[unit.Kind]*compile.Target{},
		Jobs: runtime.NumCPU(), Getenv: func(name string) (string, bool) { return lookup(env, name) }}
	var err error
	if s.Env, err = cfg.Env(); err != nil {
		w.Fatal(err)
	}
	if s.Wrapper, _, err = cfg.Tool("rustc-wrapper"); err != nil {
		w.Fatal(err)
	}
	if s.WorkspaceWrapper, _, err = cfg.Tool("rustc-workspace-wrapper"); err != nil {
		w.Fatal(err)
	}
	learner := &compile.Learner{Asker: asker, Config: cfg, Rustc: w.real, Host: version.Host, Named: len(kinds) > 0}
	for _, kind := range append([]unit.Kind{unit.Host}, kinds...) {
		if s.Targets[kind], _, err = learner.Target(w.Context(), kind); err != nil {
			w.Fatal(err)
		}
	}
	return s
}

func lookup(env []string, name string) (value string, ok bool) {
	for _, entry := range env {
		if text, found := strings.CutPrefix(entry, name+"="); found {
			value, ok = text, true
		}
	}
	return value, ok
}

// request reads the flags that the lines below have.
func request(t *testing.T, words []string, cfg *config.Config) (q ops.PlanRequest, kinds []unit.Kind) {
	t.Helper()
	q.Profile = "dev"
	switch words[0] {
	case "build":
		q.Intent = plan.Build
	case "check":
		q.Intent = plan.Check
	case "test":
		q.Intent, q.Profile = plan.Test, "test"
	case "bench":
		q.Intent, q.Profile = plan.Bench, "bench"
	case "doc":
		q.Intent = plan.Doc
	}
	if b, err := cfg.Build(); err == nil {
		for _, triple := range b.Target.Val {
			kinds = append(kinds, unit.Kind(triple))
		}
	}
	for i := 1; i < len(words); i++ {
		next := func() string { i++; return words[i] }
		switch words[i] {
		case "--release":
			q.Profile = "release"
		case "--profile":
			q.Profile = next()
		case "--workspace":
			q.Selection.All = true
		case "-p":
			q.Selection.Names = append(q.Selection.Names, next())
		case "--all-targets":
			q.Targets.AllTargets = true
		case "--lib":
			q.Targets.Lib = true
		case "--doc":
			q.Intent, q.Targets = plan.Doctest, plan.Filter{Lib: true}
		case "--no-deps":
			q.Intent = plan.DocOnly
		case "--target":
			kinds = append(kinds, unit.Kind(next()))
		case "--all-features":
			q.Features.All = true
		case "--no-run", "--document-private-items":
		default:
			t.Fatalf("unknown flag %s", words[i])
		}
	}
	return q, kinds
}

type silent struct{}

func (silent) Warn(string)           {}
func (silent) Status(string, string) {}
func (silent) Note(string)           {}

// Where units lie, as names that are easily found in texts.
func (m *made) Dir(u *unit.Unit) string {
	switch u.Mode {
	case unit.RunBuildScript:
		return fmt.Sprintf("/out-of-%s-of-unit-%d", u.ID.Name, u.Index)
	case unit.Doc:
		return filepath.Join(filepath.Dir(m.Final(u.Kind)), "doc")
	}
	return "<dir>"
}

func (m *made) Out(u *unit.Unit) string         { return m.Dir(u) }
func (m *made) From(_, dep *unit.Unit) string   { return m.Dir(dep) }
func (m *made) Incremental(u *unit.Unit) string { return filepath.Join(m.Final(u.Kind), "incremental") }
func (m *made) Scratch(k unit.Kind) string {
	return filepath.Join(filepath.Dir(m.Final(k)), "tmp")
}

func (m *made) Final(k unit.Kind) string {
	return filepath.Join(m.root, "target", m.compiler.Targets[k].Arg, m.dir)
}

func (m *made) Profile(k unit.Kind) string { return m.Final(k) }

func (m *made) Said(run *unit.Unit) *buildscript.Output {
	if o := m.compiler.Overridden(run); o != nil {
		return o
	}
	text, err := os.ReadFile(filepath.Join(run.Package.Dir, fakerustc.SaidFile))
	if err != nil {
		return &buildscript.Output{}
	}
	text = bytes.ReplaceAll(text, []byte("$OUT_DIR"), []byte(m.Dir(run)))
	o, err := buildscript.Parse(text, buildscript.Script{Package: run.Package, OutDir: m.Dir(run)})
	if err != nil {
		m.Fatal(err)
	}
	return o
}

// calls are ours, each as one text.
func (m *made) calls(words []string) []string {
	var texts []string
	for _, u := range m.compiler.Graph.Units {
		c := m.compiler.Command(u, m)
		program := "rustc"
		switch u.Mode {
		case unit.RunBuildScript:
			if m.compiler.Overridden(u) != nil {
				continue
			}
			program = "script"
		case unit.Doc:
			program = "rustdoc"
		case unit.Doctest:
			if words[0] == "test" && slices.Contains(words, "--no-run") {
				continue
			}
			program = "rustdoc"
		}
		env := m.unwrap(program, c)
		text := m.text(fakerustc.Call{Program: program, Args: c.Args, Dir: c.Dir, Env: append(c.Environ(m.base), env...)}, m.base)
		texts = append(texts, text)
	}
	return texts
}

// unwrap takes wrappers off a call, as they do themselves, and says what they leave in the environment.
func (m *made) unwrap(program string, c *compile.Command) (env []string) {
	for program == "rustc" && c.Program != m.fake.Rustc {
		env = append(env, "WRAPPED_BY_"+filepath.Base(c.Program)+"=1")
		c.Program, c.Args = c.Args[0], c.Args[1:]
	}
	return env
}

func (w *world) stockCalls(calls []fakerustc.Call, base []string) []string {
	var texts []string
	for _, c := range calls {
		texts = append(texts, w.text(c, base))
	}
	return texts
}

// text is a call without what may differ: the values of hashes, and where units lie.
func (w *world) text(c fakerustc.Call, base []string) string {
	var args []string
	for i := 0; i < len(c.Args); i++ {
		switch arg := c.Args[i]; {
		case arg == "--out-dir":
			i++
		case arg == "-L" && strings.HasPrefix(c.Args[i+1], "dependency="):
			i++
		case arg == "--extern" && strings.Contains(c.Args[i+1], "="):
			name, path, _ := strings.Cut(c.Args[i+1], "=")
			args = append(args, arg, name+"="+filepath.Base(path))
			i++
		default:
			args = append(args, arg)
		}
	}
	var env []string
	for _, entry := range c.Env {
		name, _, _ := strings.Cut(entry, "=")
		switch name {
		// The dynamic loader's directories are where units lie; a job server is the caller's; the name of the shell's last program is bash's.
		case "LD_LIBRARY_PATH", "CARGO_MAKEFLAGS", "_", "PWD", "OLDPWD", "SHLVL":
			continue
		}
		if value, ok := lookup(base, name); !ok || name+"="+value != entry {
			env = append(env, entry)
		}
	}
	for _, entry := range base {
		if name, _, _ := strings.Cut(entry, "="); name != "LD_LIBRARY_PATH" {
			if _, ok := lookup(c.Env, name); !ok {
				env = append(env, "no "+name)
			}
		}
	}
	slices.Sort(env)
	env = slices.Compact(env)
	return w.neutral(c.Program + " in " + c.Dir + "\n    " + strings.Join(args, " ") + "\n    " + strings.Join(env, "\n    "))
}

// neutral takes hashes and directories out.
func (w *world) neutral(text string) string {
	target := regexp.QuoteMeta(filepath.Join(w.root, "target"))
	text = regexp.MustCompile(target+`/[-a-z0-9_/]*build/([-a-z0-9_]+)[-/][0-9a-f]{16}/out`).ReplaceAllString(text, "/out-of-$1")
	text = regexp.MustCompile(`-of-unit-[0-9]+`).ReplaceAllString(text, "")
	text = regexp.MustCompile(`\b[0-9a-f]{16}\b`).ReplaceAllString(text, "<hash>")
	return strings.ReplaceAll(text, w.root, "<ws>")
}

// messages are what --message-format=json would say of ours.
func (m *made) messages() []string {
	var texts []string
	for _, u := range m.compiler.Graph.Units {
		var line []byte
		switch u.Mode {
		case unit.RunBuildScript:
			if m.compiler.Overridden(u) != nil {
				continue
			}
			line = buildmsg.ScriptExecuted(u, m.Said(u), m.Dir(u))
		case unit.Doctest:
			continue
		default:
			line = m.artifact(u)
		}
		texts = append(texts, m.neutral(string(line)))
	}
	return append(texts, string(buildmsg.Finished(true)))
}

func (m *made) artifact(u *unit.Unit) []byte {
	outputs, err := m.compiler.Outputs(u)
	if err != nil {
		m.Fatal(err)
	}
	where := func(o compile.Output) string {
		switch {
		case o.Final != "" && u.Target.Kind == manifest.CustomBuild:
			return filepath.Join(m.Final(unit.Host), o.Final)
		case o.Final != "":
			return filepath.Join(m.Final(u.Kind), o.Final)
		case m.compiler.Release.DirPerUnit():
			return filepath.Join(m.Final(u.Kind), m.compiler.OutDir(u), o.Name)
		case u.Target.Kind == manifest.Example:
			return filepath.Join(m.Final(u.Kind), "examples", o.Name)
		}
		return filepath.Join(m.Final(u.Kind), "deps", o.Name)
	}
	var files []string
	for _, o := range outputs {
		if o.Flavor != compile.Debug && o.Flavor != compile.Auxiliary && u.Mode != unit.Doc {
			files = append(files, where(o))
		}
	}
	executable := ""
	if o, ok := m.compiler.Executable(u, outputs); ok {
		executable = where(o)
	}
	return buildmsg.Artifact(u, files, executable, false)
}

func (w *world) stockMessages(stdout string) []string {
	var texts []string
	for line := range strings.Lines(stdout) {
		if strings.HasPrefix(line, `{"reason"`) {
			texts = append(texts, w.neutral(strings.TrimSuffix(line, "\n")))
		}
	}
	return texts
}

// hashesAgree: as many units have names of their own, and as many metadata, as with stock.
func hashesAgree(t *testing.T, what string, calls []fakerustc.Call, m *made) {
	t.Helper()
	distinct := func(args [][]string, prefix string) int {
		seen := map[string]bool{}
		for _, list := range args {
			for _, arg := range list {
				if strings.HasPrefix(arg, prefix) {
					seen[arg] = true
				}
			}
		}
		return len(seen)
	}
	var ours, theirs [][]string
	for _, c := range calls {
		theirs = append(theirs, c.Args)
	}
	for _, u := range m.compiler.Graph.Units {
		if u.Mode != unit.Doctest {
			ours = append(ours, m.compiler.Command(u, m).Args)
		}
	}
	for _, prefix := range []string{"metadata=", "extra-filename="} {
		if x, y := distinct(ours, prefix), distinct(theirs, prefix); x != y {
			t.Errorf("%s: %d different %s, stock has %d", what, x, prefix, y)
		}
	}
}

package ops_test

import (
	"context"
	"fmt"
	"maps"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/rogpeppe/go-internal/txtar"

	"berth/internal/cargohome"
	"berth/internal/config"
	"berth/internal/crate"
	"berth/internal/lockfs"
	"berth/internal/ops"
	"berth/internal/rustc"
	"berth/internal/testkit/stock"
	"berth/internal/testkit/unitgraph"
)

// TestPlansAsStock plans random workspaces for many commands, each as stock does.
func TestPlansAsStock(t *testing.T) {
	host := hostPlatform(t)
	for seed := range 6 {
		t.Run(fmt.Sprint("seed ", seed), func(t *testing.T) {
			p := &planner{t, stock.NewCargo(t), host, randomTargets(t, uint64(seed))}
			p.cargo.Run(p.root, "generate-lockfile", "--offline")
			for i, line := range planLines() {
				if (i+seed/3)%4 == 0 { // stock takes a while to say each
					p.compare(line)
				}
			}
		})
	}
}

// TestScenesAsStock plans the workspaces of testdata, for the lines that stand above each, as stock does.
func TestScenesAsStock(t *testing.T) {
	host := hostPlatform(t)
	scenes, err := filepath.Glob("testdata/plan/*.txtar")
	if err != nil || len(scenes) == 0 {
		t.Fatal("no scenes: ", err)
	}
	for _, scene := range scenes {
		t.Run(strings.TrimSuffix(filepath.Base(scene), ".txtar"), func(t *testing.T) {
			archive, err := txtar.ParseFile(scene)
			if err != nil {
				t.Fatal(err)
			}
			p := &planner{t, stock.NewCargo(t), host, filepath.Join(t.TempDir(), "w")}
			for _, f := range archive.Files {
				write(t, p.root, f.Name, string(f.Data))
			}
			p.cargo.Run(p.root, "generate-lockfile", "--offline")
			_, lines, _ := strings.Cut(string(archive.Comment), "\n\n")
			for line := range strings.Lines(lines) {
				p.compare(strings.TrimSpace(line))
			}
		})
	}
}

func planLines() []string {
	return []string{
		"build", "build --release", "build --workspace", "build --workspace --all-targets", "check --all-targets", "check --workspace --all-targets --keep-going",
		"check --profile test --workspace", "test --no-run", "test --no-run --workspace --release", "test --doc --workspace", "bench --no-run --workspace", "doc", "doc --workspace", "doc --no-deps --workspace",
		"build --target HOST", "build --workspace --all-targets --target HOST", "test --no-run --workspace --target HOST",
		"build --workspace --all-features", "build --no-default-features", "build -F f0", "build --profile custom --workspace", "test --workspace --profile custom", "build -p p2", "build -p p2 --tests", "build --lib", "build --workspace --exclude p0 --bins",
		"build --workspace --profile test", "build --workspace --profile bench", "doc --workspace --release --target HOST",
	}
}

// planner plans as stock and as berth do.
type planner struct {
	*testing.T
	cargo *stock.Cargo
	host  ops.Platform
	root  string
}

// compare runs one line: variables, a verb and flags. With ! in front both fail, and say it differently.
func (p *planner) compare(line string) {
	p.Helper()
	line, onlyFails := strings.CutPrefix(line, "! ")
	words := strings.Fields(strings.ReplaceAll(line, "HOST", p.host.Triple))
	env := []string{"RUSTC_BOOTSTRAP=1"}
	for strings.Contains(words[0], "=") {
		env, words = append(env, words[0]), words[1:]
	}
	flags := append([]string{words[0], "--offline", "--unit-graph", "-Zunstable-options"}, words[1:]...)
	theirs := p.cargo.Try(p.root, env, flags...)
	planned, said, err := p.plan(env, words)
	ours := said
	if err != nil {
		ours = append(ours, firstLine("error: "+err.Error()))
	}
	slices.Sort(ours)
	if want := p.said(theirs.Stderr); !onlyFails && !slices.Equal(ours, want) {
		p.Errorf("%s\nours: %q\nstock: %q\n%v", line, ours, want, err)
	}
	if err != nil || theirs.Code != 0 {
		if (err != nil) != (theirs.Code != 0) {
			p.Errorf("%s: %v\nstock: %d\n%s", line, err, theirs.Code, theirs.Stderr)
		}
		return
	}
	want, err := unitgraph.OfStock(theirs.Stdout)
	if err != nil {
		p.Fatal(err)
	}
	if got := unitgraph.Of(planned.Graph); got != want {
		p.Errorf("%s\n%s", line, differences(got, want, filepath.Dir(p.root)))
	}
}

// said are the first lines of the warnings and errors of stock.
func (p *planner) said(stderr string) []string {
	var lines []string
	for line := range strings.Lines(stderr) {
		if strings.HasPrefix(line, "warning: ") || strings.HasPrefix(line, "error: ") {
			lines = append(lines, firstLine(line))
		}
	}
	slices.Sort(lines)
	return lines
}

// firstLine is a message without what explains it.
func firstLine(text string) string {
	line, _, _ := strings.Cut(text, "\n")
	line, _, _ = strings.Cut(line, " (")
	return strings.TrimSpace(line)
}

// heard keeps the first lines of warnings.
type heard struct{ lines []string }

func (*heard) Status(string, string) {}
func (*heard) Note(string)           {}
func (h *heard) Warn(text string)    { h.lines = append(h.lines, firstLine("warning: "+text)) }

func (p *planner) plan(env, words []string) (*ops.Planned, []string, error) {
	p.Helper()
	voice := &heard{}
	cfg, err := config.Load(config.Options{Dir: p.root, Home: p.cargo.Home, Env: p.cargo.Env(env...), Files: config.Disk{}, Release: p.cargo.Release()})
	if err != nil {
		p.Fatal(err)
	}
	run := &ops.Run{Config: cfg, Home: cargohome.Open(lockfs.At(p.cargo.Home)), Cwd: p.root, Voice: voice,
		Real:  func(id crate.SourceID) (crate.SourceID, error) { return id, nil },
		Rustc: func(context.Context) (*rustc.Version, error) { return &rustc.Version{Host: p.host.Triple}, nil }}
	ws, err := run.Load("")
	if err != nil {
		p.Fatal(err)
	}
	q, err := planRequest(p.T, p.host, words)
	if err != nil {
		return nil, voice.lines, err
	}
	planned, err := run.Plan(p.Context(), ws, q)
	return planned, voice.lines, err
}

// differences are the first units that only one of the graphs has, or has with other dependencies.
func differences(ours, theirs, dir string) string {
	a, b := blocks(ours), blocks(theirs)
	var out strings.Builder
	for _, side := range []struct {
		name       string
		has, lacks map[string]int
	}{{"ours", a, b}, {"stock", b, a}} {
		shown := 0
		for _, block := range slices.Sorted(maps.Keys(side.has)) {
			if side.has[block] != side.lacks[block] && shown < 4 {
				shown++
				fmt.Fprintf(&out, "%s: %s", side.name, strings.ReplaceAll(block, dir, ""))
			}
		}
	}
	return out.String()
}

// blocks are a unit each, with its dependencies.
func blocks(text string) map[string]int {
	found := map[string]int{}
	block := ""
	for line := range strings.Lines(text) {
		if !strings.HasPrefix(line, " ") && block != "" {
			found[block]++
			block = ""
		}
		block += line
	}
	found[block]++
	return found
}

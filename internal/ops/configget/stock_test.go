package configget

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"berth/internal/config"
	"berth/internal/testkit/stock"
)

// situation is a few layers, and questions about them: the command line after "config get".
type situation struct {
	name  string
	files map[string]string // below work/ or home/
	dir   string            // below work/
	env   []string
	args  []string // of --config
	ask   []string
}

func TestStockPrintsTheSame(t *testing.T) {
	for _, s := range situations() {
		t.Run(s.name, func(t *testing.T) {
			t.Parallel()
			s.run(t)
		})
	}
}

func (s situation) run(t *testing.T) {
	cargo := stock.NewCargo(t)
	work := t.TempDir()
	for name, text := range s.files {
		root := work
		if below, ok := strings.CutPrefix(name, "home/"); ok {
			root, name = cargo.Home, below
		}
		text = strings.ReplaceAll(text, "{work}", work)
		path := filepath.Join(root, name)
		if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, []byte(text), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	dir := filepath.Join(work, s.dir)
	if err := os.MkdirAll(dir, 0o755); err != nil {
		t.Fatal(err)
	}
	for _, ask := range s.ask {
		s.compare(t, cargo, dir, ask)
	}
}

func (s situation) compare(t *testing.T, cargo *stock.Cargo, dir, ask string) {
	args := []string{"-Zunstable-options"}
	for _, a := range s.args {
		args = append(args, "--config", a)
	}
	args = append(append(args, "config", "get"), strings.Fields(ask)...)
	want := cargo.Try(dir, append(s.env, "RUSTC_BOOTSTRAP=1"), args...)
	got, code := ours(cargo, dir, s, ask)
	if want.Code != code {
		t.Errorf("config get %s: exit code %d, stock's is %d\n%s\nstock: %s", ask, code, want.Code, got.Stderr, want.Stderr)
	}
	if want.Stdout != got.Stdout {
		t.Errorf("config get %s:\n%s\nstock:\n%s%s", ask, got.Stdout, want.Stdout, want.Stderr)
	}
	if code == 0 && warnings(want.Stderr) == 0 && want.Stderr != got.Stderr {
		t.Errorf("config get %s: on standard error\n%s\nstock:\n%s", ask, got.Stderr, want.Stderr)
	}
	if got := warnings(got.Stderr); got != warnings(want.Stderr) {
		t.Errorf("config get %s: %d warnings, stock:\n%s", ask, got, want.Stderr)
	}
}

func warnings(stderr string) int { return strings.Count("\n"+stderr, "\nwarning: ") }

func ours(cargo *stock.Cargo, dir string, s situation, ask string) (Output, int) {
	var warned strings.Builder
	c, err := config.Load(config.Options{
		Dir: dir, Home: cargo.Home, Env: append(cargo.Env(), s.env...), Args: s.args, Files: config.Disk{}, Release: cargo.Release(),
		Warn: func(message string) { fmt.Fprintf(&warned, "warning: %s\n", message) },
	})
	if err != nil {
		return Output{Stderr: warned.String() + err.Error()}, 101
	}
	o := Options{Format: TOML}
	for _, word := range strings.Fields(ask) {
		switch name, value, _ := strings.Cut(word, "="); name {
		case "--format":
			o.Format = value
		case "--show-origin":
			o.ShowOrigin = true
		case "--merged":
			o.Unmerged = value == "no"
		default:
			o.Key = &word
		}
	}
	out, err := Get(c, o)
	out.Stderr = warned.String() + out.Stderr
	if err != nil {
		out.Stderr += err.Error()
		return out, 101
	}
	return out, 0
}

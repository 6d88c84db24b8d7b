package proxy_test

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"berth/internal/dist"
	"berth/internal/testkit/distserver"
	"berth/internal/testkit/disttree"
	"berth/internal/testkit/soak/program"
)

// built is the program of this test run and the tree that its servers show: both
// take seconds to make.
type built struct {
	dir     string
	program *program.Program
	tree    string
}

const (
	oldDate, newDate = "2026-04-16", "2026-05-28"
	nightlyLess      = "2026-05-01" // a nightly without clippy
)

func build() (b built, err error) {
	if b.dir, err = os.MkdirTemp("", "berth-proxy"); err != nil {
		return b, err
	}
	b.tree = filepath.Join(b.dir, "tree")
	if b.program, err = program.Build(context.Background(), filepath.Join(b.dir, "bin")); err != nil {
		return b, err
	}
	for _, name := range []string{"rls", "cargo-miri", "rust-analyzer", "nonsense", "rustup-init"} {
		if err := os.Symlink("berth", filepath.Join(b.program.Dir, name)); err != nil {
			return b, err
		}
	}
	tree, err := disttree.Open(b.tree, dist.DefaultRoot())
	if err != nil {
		return b, err
	}
	next := disttree.Tiny{Date: newDate, Version: "1.96.0 (0123456789 2026-05-25)"}.Toolchain()
	less := disttree.Tiny{Channels: []string{"nightly"}, Date: nightlyLess, Version: "1.97.0-nightly (0123456789 2026-04-30)"}.Toolchain()
	less.Remove("clippy-preview")
	delete(less.Renames, "clippy")
	_, err = tree.PublishAll(disttree.Tiny{Channels: []string{"stable", "1.95.0"}, Date: oldDate}.Toolchain(), next, less)
	return b, err
}

func TestMain(m *testing.M) { os.Exit(run(m)) }

func run(m *testing.M) int {
	b, err := build()
	if b.dir != "" {
		defer os.RemoveAll(b.dir)
	}
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		return 1
	}
	os.Setenv("PROXY_TEST_DIR", b.dir)
	return m.Run()
}

// world is a pair of homes and the server that they install from.
type world struct {
	*testing.T
	*program.Program
	program.Homes
	server *distserver.Server
	env    []string
}

func newWorld(t *testing.T) *world {
	t.Helper()
	dir := os.Getenv("PROXY_TEST_DIR")
	w := &world{T: t, Program: &program.Program{Dir: filepath.Join(dir, "bin")}, server: distserver.Run(t, filepath.Join(dir, "tree"))}
	home, err := filepath.EvalSymlinks(t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	w.Homes = program.Homes{Dir: home, Server: w.server.URL()}
	return w
}

// run runs a command; the first word is a link's name.
func (w *world) run(env []string, words ...string) program.Result {
	w.Helper()
	r, err := program.Run(w.Command(w.Context(), w.Homes, append(w.env, env...), words[0], words[1:]...))
	if err != nil {
		w.Fatal(err)
	}
	return r
}

// must runs a command that has to succeed, and returns its output.
func (w *world) must(words ...string) string {
	w.Helper()
	r := w.run(nil, words...)
	if r.Code != 0 {
		w.Fatal(r)
	}
	return strings.TrimSpace(r.Output)
}

// script runs a shell below a tool.
func (w *world) script(tool, text string) string {
	w.Helper()
	return w.must(tool, "--kit-exec", "sh", "-ec", text)
}

func (w *world) write(name, content string) {
	w.Helper()
	path := filepath.Join(w.Dir(), name)
	if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
		w.Fatal(err)
	}
	if err := os.WriteFile(path, []byte(content), 0o755); err != nil {
		w.Fatal(err)
	}
}

func (w *world) Dir() string { return w.Homes.Dir }

// link makes a custom toolchain with these tools.
func (w *world) link(name string, tools ...string) string {
	w.Helper()
	for _, tool := range tools {
		w.write(filepath.Join(name, "bin", tool), string(disttree.Tool(tool, "1.0.0", disttree.Host(), "").Data))
	}
	if err := os.MkdirAll(filepath.Join(w.Dir(), name, "lib"), 0o755); err != nil {
		w.Fatal(err)
	}
	w.must("rustup", "toolchain", "link", name, filepath.Join(w.Dir(), name))
	return filepath.Join(w.Dir(), name)
}

func contains(t *testing.T, text string, want ...string) {
	t.Helper()
	for _, part := range want {
		if !strings.Contains(text, part) {
			t.Errorf("%q is not in\n%s", part, text)
		}
	}
}

// variable is the value of a variable in the output of env.
func variable(env, name string) string {
	for line := range strings.Lines(env) {
		if value, ok := strings.CutPrefix(line, name+"="); ok {
			return strings.TrimSuffix(value, "\n")
		}
	}
	return ""
}

package cli_test

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"berth/internal/dist"
	"berth/internal/testkit/distserver"
	"berth/internal/testkit/disttree"
	"berth/internal/testkit/soak/program"
)

func TestMain(m *testing.M) { os.Exit(run(m)) }

// run builds the program and a server's tree once; tests find them by a variable.
func run(m *testing.M) int {
	dir, err := os.MkdirTemp("", "berth-cli")
	if err == nil {
		defer os.RemoveAll(dir)
		os.Setenv("CLI_TEST_DIR", dir)
		_, err = program.Build(context.Background(), filepath.Join(dir, "bin"))
	}
	if err == nil {
		err = publish(filepath.Join(dir, "tree"))
	}
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		return 1
	}
	return m.Run()
}

func publish(root string) error {
	tree, err := disttree.Open(root, dist.DefaultRoot())
	if err == nil {
		_, err = tree.Publish(disttree.Tiny{Channels: []string{"stable", "1.95.0"}}.Toolchain())
	}
	return err
}

// world is a user: two homes, a shell's environment, and a server.
type world struct {
	*testing.T
	*program.Program
	program.Homes
	server *distserver.Server
}

func newWorld(t *testing.T) *world {
	t.Helper()
	dir := os.Getenv("CLI_TEST_DIR")
	w := &world{T: t, Program: &program.Program{Dir: filepath.Join(dir, "bin")}, server: distserver.Run(t, filepath.Join(dir, "tree"))}
	home, err := filepath.EvalSymlinks(t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	w.Homes = program.Homes{Dir: home, Server: w.server.URL()}
	return w
}

// plainPath keeps the machine's own shells and tools out of a test.
const plainPath = "PATH=/bin:/usr/bin"

func (w *world) run(env []string, words ...string) program.Result {
	w.Helper()
	env = append([]string{"SHELL=/bin/sh", "ZDOTDIR=", "XDG_CONFIG_HOME="}, env...)
	r, err := program.Run(w.Command(w.Context(), w.Homes, env, words[0], words[1:]...))
	if err != nil {
		w.Fatal(err)
	}
	return r
}

func (w *world) must(words ...string) string {
	w.Helper()
	r := w.run(nil, words...)
	if r.Code != 0 {
		w.Fatal(r)
	}
	return r.Output
}

// at is a path below the user's directory.
func (w *world) at(names ...string) string {
	return filepath.Join(append([]string{w.Homes.Dir}, names...)...)
}

func (w *world) write(name, content string) {
	w.Helper()
	if err := os.MkdirAll(filepath.Dir(w.at(name)), 0o755); err != nil {
		w.Fatal(err)
	}
	if err := os.WriteFile(w.at(name), []byte(content), 0o755); err != nil {
		w.Fatal(err)
	}
}

func (w *world) read(name string) string {
	data, err := os.ReadFile(w.at(name))
	if err != nil {
		w.Error(err)
	}
	return string(data)
}

// find lists everything below a directory: path, kind, and what a link leads to.
func find(t *testing.T, root string) (list []string) {
	t.Helper()
	err := filepath.WalkDir(root, func(path string, d os.DirEntry, err error) error {
		if err != nil {
			return err
		}
		rel, err := filepath.Rel(root, path)
		target, _ := os.Readlink(path)
		list = append(list, fmt.Sprintf("%s %s %s", rel, d.Type(), target))
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return list
}

func same(t *testing.T, what string, got, want []string) {
	t.Helper()
	for _, line := range got {
		if !slices.Contains(want, line) {
			t.Errorf("%s: %s is too much", what, line)
		}
	}
	for _, line := range want {
		if !slices.Contains(got, line) {
			t.Errorf("%s: %s is missing", what, line)
		}
	}
}

func contains(t *testing.T, text string, want ...string) {
	t.Helper()
	for _, part := range want {
		if !strings.Contains(text, part) {
			t.Errorf("%q is not in\n%s", part, text)
		}
	}
}

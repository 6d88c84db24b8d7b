package cargo_test

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"berth/internal/testkit/fakerustc"
	"berth/internal/testkit/runnable"
	"berth/internal/testkit/soak/program"
	"berth/internal/testkit/stock"
)

func TestMain(m *testing.M) {
	fakerustc.Main() // where a test uses this program as a compiler
	os.Exit(run(m))
}

// run builds the program once; tests find it by a variable.
func run(m *testing.M) int {
	dir, err := os.MkdirTemp("", "berth-cargo")
	if err == nil {
		defer os.RemoveAll(dir)
		os.Setenv("CARGO_TEST_PROGRAM", dir)
		_, err = program.Build(context.Background(), filepath.Join(dir, "bin"))
	}
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		return 1
	}
	return m.Run()
}

// pair is stock cargo and berth as cargo, with the same toolchain and one CARGO_HOME. Job slots are its own, so that nobody
// waits for who else builds on the machine.
type pair struct {
	*testing.T
	theirs *stock.Cargo
	dir    string // where both run, unless told otherwise
	rustup string
	slots  string
	bin    string

	anySources bool // which sources are asked may differ
}

func newPair(t *testing.T) *pair {
	t.Helper()
	p := &pair{T: t, theirs: stock.NewCargo(t), dir: realDir(t), rustup: realDir(t), slots: realDir(t), bin: filepath.Join(os.Getenv("CARGO_TEST_PROGRAM"), "bin")}
	p.toolchain("peer", filepath.Dir(filepath.Dir(p.theirs.Path())))
	return p
}

// realDir is a directory without links in its path: programs print where they are.
func realDir(t *testing.T) string {
	t.Helper()
	dir, err := filepath.EvalSymlinks(t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	return dir
}

// toolchain makes a linked toolchain and the default one of it.
func (p *pair) toolchain(name, tree string) {
	p.Helper()
	link := filepath.Join(p.rustup, "toolchains", name)
	err := os.MkdirAll(filepath.Dir(link), 0o755)
	if err == nil {
		err = os.Symlink(tree, link)
	}
	if err == nil {
		err = os.WriteFile(filepath.Join(p.rustup, "settings.toml"), []byte("version = \"12\"\ndefault_toolchain = \""+name+"\"\n\n[overrides]\n"), 0o644)
	}
	if err != nil {
		p.Fatal(err)
	}
}

// asRustup is what a proxy tells cargo besides.
func (p *pair) asRustup(extra []string) []string {
	return slices.Concat([]string{"RUSTUP_HOME=" + p.rustup, "RUSTUP_TOOLCHAIN=peer"}, extra)
}

// stock runs stock cargo as a proxy would.
func (p *pair) stock(extra []string, words ...string) stock.Result {
	p.Helper()
	return p.theirs.Try(p.dir, p.asRustup(extra), words...)
}

// berth runs ours by the name of cargo.
func (p *pair) berth(extra []string, words ...string) stock.Result {
	p.Helper()
	return p.program("cargo", extra, words...)
}

func (p *pair) program(name string, extra []string, words ...string) stock.Result {
	p.Helper()
	cmd := p.command(name, extra, words...)
	var stdout, stderr bytes.Buffer
	cmd.Stdout, cmd.Stderr = &stdout, &stderr
	err := cmd.Run()
	if err != nil && !errors.As(err, new(*exec.ExitError)) {
		p.Fatal(err)
	}
	return stock.Result{Stdout: stdout.String(), Stderr: stderr.String(), Code: cmd.ProcessState.ExitCode()}
}

// command is ours, not started yet.
func (p *pair) command(name string, extra []string, words ...string) *exec.Cmd {
	cmd := exec.CommandContext(p.Context(), filepath.Join(p.bin, name), words...)
	path := p.bin + string(os.PathListSeparator) + os.Getenv("PATH")
	cmd.Env, cmd.Dir = p.theirs.Env(slices.Concat([]string{"RUSTUP_HOME=" + p.rustup, "XDG_RUNTIME_DIR=" + p.slots, "PATH=" + path}, extra)...), p.dir
	return cmd
}

// both runs both and complains where they differ in what differs says.
func (p *pair) both(extra []string, line string, differ func(theirs, ours stock.Result) bool) {
	p.Helper()
	words := strings.Fields(line)
	theirs, ours := p.stock(extra, words...), p.berth(extra, words...)
	if theirs.Code != ours.Code || theirs.Stdout != ours.Stdout || differ(theirs, ours) {
		p.Errorf("cargo %s\nstock: exit %d\nstdout: %s\nstderr: %s\nberth: exit %d\nstdout: %s\nstderr: %s",
			line, theirs.Code, theirs.Stdout, theirs.Stderr, ours.Code, ours.Stdout, ours.Stderr)
	}
}

// apart runs both, each with a target directory of its own.
func (p *pair) apart(extra []string, line string) (theirs, ours stock.Result) {
	in := func(dir string) []string {
		return append(slices.Clone(extra), "CARGO_TARGET_DIR="+filepath.Join(p.dir, dir))
	}
	words := strings.Fields(line)
	return p.stock(in("theirs"), words...), p.berth(in("ours"), words...)
}

// stderr and firstLine say in what two runs may not differ.
func stderr(theirs, ours stock.Result) bool { return theirs.Stderr != ours.Stderr }

func firstLine(theirs, ours stock.Result) bool {
	want, _, _ := strings.Cut(theirs.Stderr, "\n")
	got, _, _ := strings.Cut(ours.Stderr, "\n")
	return want != got
}

// neither: the sentences are our own.
func neither(theirs, ours stock.Result) bool { return (theirs.Stderr == "") != (ours.Stderr == "") }

// write makes a file below the directory, with its parents.
func (p *pair) write(name, text string) string {
	p.Helper()
	path := name
	if !filepath.IsAbs(name) {
		path = filepath.Join(p.dir, name)
	}
	err := os.MkdirAll(filepath.Dir(path), 0o755)
	if err == nil {
		err = runnable.Write(path, text)
	}
	if err != nil {
		p.Fatal(err)
	}
	return path
}

// target makes a target directory, in which stock keeps what rustc has told: without one it starts rustc in each call.
func (p *pair) target(dir string) {
	p.Helper()
	if err := os.MkdirAll(filepath.Join(p.dir, dir, "target"), 0o755); err != nil {
		p.Fatal(err)
	}
}

// pkg makes a package with an empty library; rest stands in its manifest below the [package] of which it is the end.
func (p *pair) pkg(dir, name, version, rest string) {
	p.Helper()
	p.write(dir+"/Cargo.toml", "[package]\nname = \""+name+"\"\nversion = \""+version+"\"\nedition = \"2021\"\n"+rest)
	p.write(dir+"/src/lib.rs", "")
}

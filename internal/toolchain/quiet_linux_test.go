package toolchain_test

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"berth/internal/dist"
	"berth/internal/lockfs"
	"berth/internal/store"
	"berth/internal/testkit/disttree"
	"berth/internal/toolchain"
)

// A tool of these tests is a process of its own that leases the toolchain, says
// so, and runs until its input ends. What it reads meanwhile is asked of it: "call"
// has it start another one, as a build starts a compiler.
const toolVariable = "TOOLCHAIN_TEST_TOOL"

func TestTool(t *testing.T) {
	dir, isTool := os.LookupEnv(toolVariable)
	if !isTool {
		return
	}
	ctx := lockfs.WithSession(t.Context(), &lockfs.Session{Command: "tool", Notice: says{}})
	home := toolchain.Open(lockfs.At(dir), toolchain.Server{}, nil, speech{t})
	lease, err := home.Use(ctx, os.Getenv("TOOLCHAIN_TEST_NAME"))
	if err != nil {
		t.Fatal(err)
	}
	defer lease.Close()
	fmt.Printf("tool: runs %d\n", lease.Kind)
	for in := bufio.NewScanner(os.Stdin); in.Scan(); {
		nested := exec.Command(os.Args[0], "-test.run=^TestTool$")
		nested.Stdout = os.Stdout
		if err := nested.Run(); err != nil {
			t.Fatal(err)
		}
	}
}

type says struct{}

func (says) Waiting(lockfs.Waiting) func() {
	fmt.Println("tool: waits")
	return func() {}
}

func (says) NoLocks(string) {}

type tool struct {
	t      *testing.T
	cmd    *exec.Cmd
	stdin  io.WriteCloser
	stdout *bufio.Scanner
}

func (w *world) tool() *tool {
	w.t.Helper()
	cmd := exec.Command(os.Args[0], "-test.run=^TestTool$")
	cmd.Env = append(os.Environ(), toolVariable+"="+w.dir, "TOOLCHAIN_TEST_NAME="+w.name(stable).String())
	stdin, err1 := cmd.StdinPipe()
	stdout, err2 := cmd.StdoutPipe()
	if err1 != nil || err2 != nil {
		w.t.Fatal(err1, err2)
	}
	if err := cmd.Start(); err != nil {
		w.t.Fatal(err)
	}
	return &tool{t: w.t, cmd: cmd, stdin: stdin, stdout: bufio.NewScanner(stdout)}
}

func (t *tool) says(want string) {
	t.t.Helper()
	for t.stdout.Scan() {
		if line := t.stdout.Text(); line == want {
			return
		} else if len(line) > 5 && line[:5] == "tool:" {
			t.t.Fatalf("%q, expected %q", line, want)
		}
	}
	t.t.Fatalf("the tool ended without saying %q", want)
}

func (t *tool) call() { io.WriteString(t.stdin, "call\n") }

func (t *tool) end() {
	t.t.Helper()
	t.stdin.Close()
	for t.stdout.Scan() {
	}
	if err := t.cmd.Wait(); err != nil {
		t.t.Error(err)
	}
}

// update runs beside the test, until ctx ends; it returns when it waits for the tools.
func (w *world) update(ctx context.Context) (ended <-chan error) {
	w.t.Helper()
	return w.beginsToWait(ctx, func(ctx context.Context) error {
		_, err := w.home.Install(ctx, toolchain.Request{Toolchain: w.name(stable)})
		return err
	})
}

func (w *world) uninstall() (ended <-chan error) {
	w.t.Helper()
	return w.beginsToWait(w.t.Context(), func(ctx context.Context) error {
		_, err := w.home.Uninstall(ctx, w.name(stable).String())
		return err
	})
}

func (w *world) beginsToWait(ctx context.Context, do func(context.Context) error) (ended <-chan error) {
	w.t.Helper()
	waiting, done := make(waits, 1), make(chan error, 1)
	go func() { done <- do(lockfs.WithSession(ctx, &lockfs.Session{Command: "rustup", Notice: waiting})) }()
	select {
	case <-waiting:
	case err := <-done:
		w.t.Fatalf("it waited for nobody (%v)", err)
	}
	return done
}

// says is what a tool of a toolchain says that it is, by the path that users write.
func (w *world) says(name, tool string) string {
	w.t.Helper()
	out, err := exec.Command(filepath.Join(w.ours(name), "bin", tool), "--version").Output()
	if err != nil {
		w.t.Fatal(err)
	}
	return string(out)
}

const (
	fromDirectory = "tool: runs 2"
	fromStore     = "tool: runs 1"
)

// madeByStock is a toolchain whose first update by berth has to wait for the tools that run out of it.
func madeByStock(t *testing.T, turn time.Duration) *world {
	t.Helper()
	w := newWorld(t)
	w.beside().Run("toolchain", "install", stable, "--profile", "minimal", "--no-self-update")
	w.ageStockScratch()
	w.publish(disttree.Tiny{Date: "2026-05-28", Version: "1.96.0 (aaaabbbbc 2026-05-25)"})
	w.home.SetTurn(turn)
	return w
}

// torn is such a toolchain that cannot be adopted as it is.
func torn(t *testing.T, turn time.Duration) *world {
	w := madeByStock(t, turn)
	if err := os.Remove(filepath.Join(w.ours(stable), "share", "man", "man1", "cargo.1")); err != nil {
		t.Fatal(err)
	}
	return w
}

// An update waits for the tools that run when it begins, and for none that is started later. One that was ended while it
// waited leaves a tree of the same release, and the next one waits for the same tools.
func TestUpdateWaitsForNobodyWhoComesLater(t *testing.T) {
	w := madeByStock(t, time.Hour)
	first := w.tool()
	first.says(fromDirectory)
	ctx, cancel := context.WithCancel(t.Context())
	ended := w.update(ctx)
	second := w.tool()
	second.says(fromStore)
	cancel()
	if err := <-ended; !errors.Is(err, context.Canceled) {
		t.Fatalf("the update that was ended: %v", err)
	}
	if out := w.says(stable, "rustc"); !strings.HasPrefix(out, "rustc 1.95.0 ") {
		t.Errorf("while it waits the toolchain is %q", out)
	}

	ended = w.update(t.Context())
	first.call()
	first.says(fromStore)
	first.end()
	if err := <-ended; err != nil {
		t.Fatal(err)
	}
	if out := w.says(stable, "rustc"); !strings.HasPrefix(out, "rustc 1.96.0 ") {
		t.Errorf("after the update it is %q", out)
	}
	second.end()
	if to, err := w.home.Rollback(t.Context(), w.name(stable).String()); err != nil || to.Kind != store.InStore {
		t.Errorf("rollback to what stock had installed: %+v, %v", to, err)
	}
}

// Who runs out of a directory that a change has adopted at once runs by its path still, which an uninstall takes away.
func TestUninstallWaitsForWhoRanBeforeAnAdoption(t *testing.T) {
	w := madeByStock(t, time.Hour)
	first := w.tool()
	first.says(fromDirectory)
	w.change(stable, []string{"rustfmt"}, nil)
	ended := w.uninstall()
	first.end()
	if err := <-ended; err != nil {
		t.Fatal(err)
	}
}

// An uninstall waits for the tools that run when it begins, and a tool that is started meanwhile keeps its files.
func TestUninstallWaitsForNobodyWhoComesLater(t *testing.T) {
	w := madeByStock(t, time.Hour)
	first := w.tool()
	first.says(fromDirectory)
	ended := w.uninstall()
	second := w.tool()
	second.says(fromStore)
	first.end()
	if err := <-ended; err != nil {
		t.Fatal(err)
	}
	if kind := w.place(stable).Kind; kind != store.None {
		t.Errorf("there is still a toolchain: %v", kind)
	}
	if left, err := filepath.Glob(filepath.Join(w.dir, "berth", "v1", "toolchains", "*", "*", "bin", "rustc")); err != nil || len(left) != 1 {
		t.Errorf("the tree of a tool that runs: %v, %v", left, err)
	}
	second.end()
}

// Tools that overlap do not keep an update waiting for ever: in its turn those
// that are started wait with it, but for those that a running one starts.
func TestUpdateHasItsTurnBesideOverlappingTools(t *testing.T) {
	w := torn(t, time.Hour)
	first := w.tool()
	first.says(fromDirectory)
	ended := w.update(t.Context())

	second := w.tool()
	second.says("tool: waits")
	first.call()
	first.says(fromDirectory)
	first.end()
	if err := <-ended; err != nil {
		t.Fatal(err)
	}
	second.says(fromStore)
	second.end()
	if left, err := os.ReadDir(filepath.Join(w.dir, "berth", "v1", "locks", "turnstile")); err != nil || len(left) > 0 {
		t.Errorf("turnstiles that are left over: %v, %v", left, err)
	}
}

// A turn ends: what runs for days keeps nobody from a build.
func TestTurnsEnd(t *testing.T) {
	w := torn(t, time.Millisecond)
	first := w.tool()
	first.says(fromDirectory)
	ended := w.update(t.Context())
	for range 5 {
		other := w.tool()
		for other.stdout.Scan() && other.stdout.Text() != fromDirectory {
		}
		other.end()
	}
	first.end()
	if err := <-ended; err != nil {
		t.Fatal(err)
	}
	if out := w.install(toolchain.Request{Toolchain: w.name(stable), Profile: dist.Minimal}); out.Status != toolchain.Unchanged {
		t.Errorf("the update left %v to do", out.Status)
	}
}

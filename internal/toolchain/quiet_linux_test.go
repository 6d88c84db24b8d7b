package toolchain_test

import (
	"bufio"
	"context"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"testing"
	"time"

	"berth/internal/dist"
	"berth/internal/lockfs"
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

// update runs beside the test; it returns when it waits for the tools.
func (w *world) update() (ended <-chan error) {
	w.t.Helper()
	waiting, done := make(waits, 1), make(chan error, 1)
	ctx := lockfs.WithSession(context.Background(), &lockfs.Session{Command: "update", Notice: waiting})
	go func() {
		_, err := w.home.Install(ctx, toolchain.Request{Toolchain: w.name(stable)})
		done <- err
	}()
	select {
	case <-waiting:
	case err := <-done:
		w.t.Fatalf("the update waited for nobody (%v)", err)
	}
	return done
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

// Tools that overlap do not keep an update waiting for ever: in its turn those
// that are started wait with it, but for those that a running one starts.
func TestUpdateHasItsTurnBesideOverlappingTools(t *testing.T) {
	w := madeByStock(t, time.Hour)
	first := w.tool()
	first.says(fromDirectory)
	ended := w.update()

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
	w := madeByStock(t, time.Millisecond)
	first := w.tool()
	first.says(fromDirectory)
	ended := w.update()
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

package lockfs_test

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"os/signal"
	"path/filepath"
	"strings"
	"testing"

	"berth/internal/lockfs"
)

// The test binary plays the other processes: with LOCKFS_TEST_ROLE set it does
// what the role says with its arguments, and answers on standard output, line by
// line. A role that holds something keeps it until its standard input ends.

type role func(ctx context.Context, args []string) error

func roles() map[string]role {
	all := map[string]role{
		"hold":    holdRole,
		"ensure":  ensureRole,
		"count":   countRole,
		"write":   writeRole,
		"point":   pointRole,
		"swap":    swapRole,
		"scratch": scratchRole,
		"precede": precedeRole,
		"wanted":  wantedRole,
	}
	for name, r := range systemRoles() {
		all[name] = r
	}
	return all
}

func TestMain(m *testing.M) {
	name := os.Getenv("LOCKFS_TEST_ROLE")
	if name == "" {
		os.Exit(m.Run())
	}
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt)
	defer stop()
	ctx = lockfs.WithSession(ctx, &lockfs.Session{Command: "rustup " + name, Notice: speaker{}})
	if err := roles()[name](ctx, os.Args[1:]); err != nil {
		fmt.Println("error:", err)
		os.Exit(3)
	}
	os.Exit(0)
}

// speaker is the Notice of a role: its lines are events for the test.
type speaker struct{}

func (speaker) Waiting(w lockfs.Waiting) func() {
	fmt.Printf("waiting for %s held by %d %s and %d\n", w.Lock, w.Holder.PID, w.Holder.Command, w.Others)
	return func() {}
}

func (speaker) NoLocks(string) { fmt.Println("no locks") }

func testLock(path string) lockfs.Lock {
	return lockfs.NewLock(lockfs.At(path), lockfs.RankComponent, "component x")
}

func modeOf(s string) lockfs.Mode {
	if s == lockfs.Exclusive.String() {
		return lockfs.Exclusive
	}
	return lockfs.Shared
}

// holdRole: <lock file> <mode>.
func holdRole(ctx context.Context, args []string) error {
	return testLock(args[0]).With(ctx, modeOf(args[1]), func(context.Context, *lockfs.FileLock) error {
		fmt.Println("held")
		untilInputEnds()
		return nil
	})
}

func untilInputEnds() { io.Copy(io.Discard, os.Stdin) }

// process is another process in a role.
type process struct {
	t     testing.TB
	cmd   *exec.Cmd
	stdin io.WriteCloser
	lines *bufio.Reader
}

func command(env []string, name string, args ...string) *exec.Cmd {
	cmd := exec.Command(os.Args[0], args...)
	// The race detector would sleep for a second at the end of each process.
	cmd.Env = append(append(os.Environ(), "GORACE=atexit_sleep_ms=0", "LOCKFS_TEST_ROLE="+name), env...)
	cmd.Stderr = os.Stderr
	return cmd
}

func start(t testing.TB, name string, args ...string) *process {
	t.Helper()
	return startCommand(t, command(nil, name, args...))
}

func startCommand(t testing.TB, cmd *exec.Cmd) *process {
	t.Helper()
	stdin, stdout := must(cmd.StdinPipe()), must(cmd.StdoutPipe())
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	p := &process{t, cmd, stdin, bufio.NewReader(stdout)}
	t.Cleanup(p.kill)
	return p
}

// line is the next event.
func (p *process) line() string {
	line, _ := p.lines.ReadString('\n')
	return strings.TrimSuffix(line, "\n")
}

func (p *process) expect(want string) {
	p.t.Helper()
	if got := p.line(); got != want {
		p.t.Fatalf("the other process said %q, expected %q", got, want)
	}
}

// end ends what the role holds and the process.
func (p *process) end() {
	p.t.Helper()
	p.stdin.Close()
	if err := p.cmd.Wait(); err != nil {
		p.t.Fatalf("the other process: %v", err)
	}
}

func (p *process) kill() {
	p.cmd.Process.Kill()
	p.cmd.Wait()
}

// run is a role from beginning to end.
func run(t testing.TB, env []string, name string, args ...string) (output string, err error) {
	t.Helper()
	out, err := command(env, name, args...).Output()
	return string(out), err
}

// killAt runs a role that is to die at a crash point.
func killAt(t testing.TB, point, name string, args ...string) {
	t.Helper()
	out, err := run(t, []string{"BERTH_CRASHPOINT=" + point + "=kill"}, name, args...)
	var exit *exec.ExitError
	if !errors.As(err, &exit) || strings.Contains(out, "error:") {
		t.Fatalf("it was to be killed at %s, but: %v %s", point, err, out)
	}
}

// pointsOf are the crash points that a role passes, each once.
func pointsOf(t testing.TB, name string, args ...string) []string {
	t.Helper()
	trace := filepath.Join(t.TempDir(), "trace")
	if out, err := run(t, []string{"BERTH_CRASHPOINT_TRACE=" + trace}, name, args...); err != nil {
		t.Fatalf("%v %s", err, out)
	}
	var points []string
	seen := map[string]bool{}
	for _, p := range strings.Fields(string(must(os.ReadFile(trace)))) {
		if !seen[p] {
			points = append(points, p)
		}
		seen[p] = true
	}
	if len(points) == 0 {
		t.Fatalf("%s passes no crash points", name)
	}
	return points
}

func must[T any](v T, err error) T {
	if err != nil {
		panic(err)
	}
	return v
}

func namesIn(t testing.TB, dir string) []string {
	t.Helper()
	var names []string
	for _, e := range must(os.ReadDir(dir)) {
		names = append(names, e.Name())
	}
	return names
}

//go:build unix

package child_test

import (
	"bufio"
	"bytes"
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"

	"berth/internal/child"
)

// The test binary plays the process that has children: with CHILD_TEST_SCRIPT set it runs that shell script as a child
// and passes its lines on.
func TestMain(m *testing.M) {
	script := os.Getenv("CHILD_TEST_SCRIPT")
	if script == "" {
		os.Exit(m.Run())
	}
	exit, err := child.Run(context.Background(), shell(script, func(line []byte) { os.Stdout.Write(line) }))
	fmt.Println("exit", exit, err)
	os.Exit(0)
}

func shell(script string, say func([]byte)) child.Command {
	return child.Command{Path: "/bin/sh", Args: []string{"-c", script}, Env: os.Environ(), Stdout: say}
}

// lines gives what a child says, line by line.
func lines(c chan<- string) func([]byte) {
	return func(line []byte) { c <- strings.TrimSpace(string(line)) }
}

func pids(t *testing.T, line string) (all []int) {
	t.Helper()
	for _, f := range strings.Fields(line) {
		pid, err := strconv.Atoi(f)
		if err != nil {
			t.Fatalf("expected process numbers, got %q", line)
		}
		all = append(all, pid)
	}
	return all
}

// runs tells whether a process is there and not dead: a zombie is dead, and who waits for orphans here is not ours to say.
func runs(pid int) bool {
	out, err := exec.Command("ps", "-o", "stat=", "-p", strconv.Itoa(pid)).Output()
	return err == nil && !bytes.HasPrefix(bytes.TrimSpace(out), []byte("Z"))
}

func mustEnd(t *testing.T, within time.Duration, all ...int) {
	t.Helper()
	deadline := time.Now().Add(within)
	for _, pid := range all {
		for runs(pid) {
			if time.Now().After(deadline) {
				t.Fatalf("process %d still runs after %v", pid, within)
			}
			runtime.Gosched()
		}
	}
}

// tree is a compiler with a linker below it; both ignore what can be ignored.
const tree = `trap '' TERM INT HUP; sleep 1000 & echo $$ $!; wait; wait`

func TestTheTreeEndsWithAKilledParent(t *testing.T) {
	for _, c := range []struct {
		name string
		kill func(pid int) error
	}{
		{"alone", func(pid int) error { return syscall.Kill(pid, syscall.SIGKILL) }},
		{"with its group", func(pid int) error { return syscall.Kill(-pid, syscall.SIGKILL) }},
	} {
		t.Run(c.name, func(t *testing.T) {
			parent := exec.Command(os.Args[0])
			parent.Env = append(os.Environ(), "CHILD_TEST_SCRIPT="+tree)
			parent.SysProcAttr = &syscall.SysProcAttr{Setpgid: true}
			out, err := parent.StdoutPipe()
			if err != nil {
				t.Fatal(err)
			}
			if err := parent.Start(); err != nil {
				t.Fatal(err)
			}
			line, err := bufio.NewReader(out).ReadString('\n')
			if err != nil {
				t.Fatal(err)
			}
			if err := c.kill(parent.Process.Pid); err != nil {
				t.Fatal(err)
			}
			parent.Wait()
			mustEnd(t, 5*time.Second, pids(t, line)...)
		})
	}
}

func TestCancelEndsTheTree(t *testing.T) {
	reason := errors.New("interrupted")
	ctx, cancel := context.WithCancelCause(t.Context())
	said := make(chan string, 1)
	c, err := child.Start(ctx, shell(tree, lines(said)))
	if err != nil {
		t.Fatal(err)
	}
	all := pids(t, <-said)
	cancel(reason)
	exit, err := c.Wait()
	if !errors.Is(err, reason) || exit.Signal != int(syscall.SIGKILL) {
		t.Errorf("ended with %v, %v", exit, err)
	}
	mustEnd(t, 5*time.Second, all...)
}

func TestAnObedientChildEndsAtOnceAndItsDisobedientOneToo(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	said := make(chan string, 1)
	c, err := child.Start(ctx, shell(`(trap '' TERM; exec sleep 1000) & echo $!; wait`, lines(said)))
	if err != nil {
		t.Fatal(err)
	}
	all := pids(t, <-said)
	cancel()
	if exit, err := c.Wait(); err == nil || exit.Signal != int(syscall.SIGTERM) {
		t.Errorf("ended with %v, %v", exit, err)
	}
	mustEnd(t, 5*time.Second, all...)
}

// TestADaemonIsNeitherWaitedForNorKilled: it has our pipe, in a group of its own or not.
func TestADaemonIsNeitherWaitedForNorKilled(t *testing.T) {
	for _, script := range []string{`setsid sleep 1000 & echo $!`, `sleep 1000 & echo $!; echo done`} {
		var said bytes.Buffer
		exit, err := child.Run(t.Context(), shell(script, func(line []byte) { said.Write(line) }))
		if err != nil || !exit.Success() {
			t.Fatal(exit, err)
		}
		pid := pids(t, strings.SplitN(said.String(), "\n", 2)[0])[0]
		if !runs(pid) {
			t.Errorf("%s: the daemon was killed", script)
		}
		syscall.Kill(pid, syscall.SIGKILL)
	}
}

// TestADaemonThatWritesForEverIsLeft: what it writes after the child's end is not waited for.
func TestADaemonThatWritesForEverIsLeft(t *testing.T) {
	first := ""
	exit, err := child.Run(t.Context(), shell(`yes & echo $!`, func(line []byte) {
		if len(line) > 2 {
			first = string(line)
		}
	}))
	if err != nil || !exit.Success() {
		t.Fatal(exit, err)
	}
	mustEnd(t, 5*time.Second, pids(t, first)...) // of a pipe that nobody reads
}

func TestExits(t *testing.T) {
	for _, c := range []struct {
		script, want string
		code, signal int
	}{
		{"exit 0", "exit status: 0", 0, 0},
		{"exit 101", "exit status: 101", 101, 0},
		{"kill -9 $$", "signal: 9, SIGKILL: kill", -1, 9},
		{"kill -11 $$", "signal: 11, SIGSEGV: invalid memory reference", -1, 11},
	} {
		exit, err := child.Run(t.Context(), shell(c.script, nil))
		if err != nil || exit.String() != c.want || exit.Code != c.code || exit.Signal != c.signal {
			t.Errorf("%s: %v %d %d %v", c.script, exit, exit.Code, exit.Signal, err)
		}
	}
}

func TestLines(t *testing.T) {
	var out, errs []string
	cmd := shell(`printf 'a\n\nb'; echo e >&2; printf 'c\nlast'`, func(line []byte) { out = append(out, string(line)) })
	cmd.Stderr = func(line []byte) { errs = append(errs, string(line)) }
	if exit, err := child.Run(t.Context(), cmd); err != nil || !exit.Success() {
		t.Fatal(exit, err)
	}
	if got := fmt.Sprintf("%q %q", out, errs); got != `["a\n" "\n" "bc\n" "last"] ["e\n"]` {
		t.Error(got)
	}
}

// TestALineWithoutEndTakesBoundedMemory: it comes in pieces.
func TestALineWithoutEndTakesBoundedMemory(t *testing.T) {
	total, longest := 0, 0
	exit, err := child.Run(t.Context(), shell(fmt.Sprintf("head -c %d /dev/zero; echo; echo x", 2*child.MaxLine+7), func(line []byte) {
		total += len(line)
		longest = max(longest, len(line))
	}))
	if err != nil || !exit.Success() || total != 2*child.MaxLine+7+3 || longest != child.MaxLine {
		t.Errorf("%v %v: %d bytes, the longest line %d", exit, err, total, longest)
	}
}

// TestTheChildOutlivesTheThreadThatAskedForIt: the kernel's signal follows a thread, and Go's end with goroutines that
// keep them.
func TestTheChildOutlivesTheThreadThatAskedForIt(t *testing.T) {
	r, w, err := os.Pipe()
	if err != nil {
		t.Fatal(err)
	}
	said := make(chan string, 1)
	started := make(chan *child.Child)
	go func() {
		runtime.LockOSThread() // and never unlocked: the thread ends with this goroutine
		cmd := shell(`echo x; read -r _ <&3; exit 7`, lines(said))
		cmd.Files = []*os.File{r}
		c, err := child.Start(t.Context(), cmd)
		if err != nil {
			t.Error(err)
		}
		started <- c
	}()
	c := <-started
	<-said
	r.Close()
	w.WriteString("go on\n")
	if exit, err := c.Wait(); err != nil || exit.Code != 7 {
		t.Errorf("%v %v", exit, err)
	}
}

func TestWhatCannotBeRun(t *testing.T) {
	dir := t.TempDir()
	text := filepath.Join(dir, "text")
	if err := os.WriteFile(text, []byte("no program"), 0o755); err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct {
		path, dir string
		want      error
	}{
		{filepath.Join(dir, "absent"), "", os.ErrNotExist},
		{"no-program-has-this-name", "", exec.ErrNotFound},
		{dir, "", os.ErrPermission},
		{text, "", syscall.ENOEXEC},
		{"/bin/sh", filepath.Join(dir, "absent"), os.ErrNotExist},
		{"", "", os.ErrNotExist},
	} {
		_, err := child.Run(t.Context(), child.Command{Path: c.path, Dir: c.dir})
		var failed *child.StartError
		if !errors.As(err, &failed) || !errors.Is(err, c.want) {
			t.Errorf("%s: %v, expected %v", c.path, err, c.want)
		}
	}
}

// TestAProgramThatWasJustWritten: a fork of another thread may still have it open.
func TestAProgramThatWasJustWritten(t *testing.T) {
	path := filepath.Join(t.TempDir(), "program")
	open, err := os.OpenFile(path, os.O_CREATE|os.O_WRONLY, 0o755)
	if err != nil {
		t.Fatal(err)
	}
	data, err := os.ReadFile("/bin/true")
	if err != nil {
		t.Fatal(err)
	}
	open.Write(data)
	time.AfterFunc(20*time.Millisecond, func() { open.Close() })
	if exit, err := child.Run(t.Context(), child.Command{Path: path}); err != nil || !exit.Success() {
		t.Error(exit, err)
	}
}

func TestMany(t *testing.T) {
	const many = 64
	done := make(chan error, many)
	for range many {
		go func() {
			var said bytes.Buffer
			exit, err := child.Run(t.Context(), shell("echo x", func(line []byte) { said.Write(line) }))
			if err == nil && (!exit.Success() || said.String() != "x\n") {
				err = fmt.Errorf("%v: %q", exit, said.String())
			}
			done <- err
		}()
	}
	for range many {
		if err := <-done; err != nil {
			t.Error(err)
		}
	}
}

// BenchmarkRun and BenchmarkPlain: what this package adds to a child.
func BenchmarkRun(b *testing.B) {
	for b.Loop() {
		if _, err := child.Run(b.Context(), child.Command{Path: "/bin/true", Stdout: func([]byte) {}, Stderr: func([]byte) {}}); err != nil {
			b.Fatal(err)
		}
	}
}

func BenchmarkPlain(b *testing.B) {
	for b.Loop() {
		cmd := exec.Command("/bin/true")
		var out, errs bytes.Buffer
		cmd.Stdout, cmd.Stderr = &out, &errs
		if err := cmd.Run(); err != nil {
			b.Fatal(err)
		}
	}
}

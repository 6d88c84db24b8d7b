package scripttest

import (
	"bytes"
	"context"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
	"time"

	"github.com/rogpeppe/go-internal/testscript"

	"berth/internal/testkit/distserver"
	"berth/internal/testkit/soak/program"
	"berth/internal/testkit/soak/witness"
)

// patience bounds a wait for something that never comes.
const patience = 60 * time.Second

func usage(ts *testscript.TestScript, ok bool, text string) {
	if !ok {
		ts.Fatalf("usage: %s", text)
	}
}

func serverCmd(ts *testscript.TestScript, neg bool, args []string) {
	usage(ts, !neg && len(args) > 0, "server VERB …")
	s := sceneOf(ts).server
	switch verb, rest := args[0], args[1:]; verb {
	case "fault":
		ts.Check(s.Inject(faultOf(ts, rest)))
	case "clear":
		s.ClearFaults()
	case "reset":
		s.Reset()
	case "release":
		s.Release(rest[0])
	case "point":
		s.Point(rest[0], rest[1])
	default:
		ts.Fatalf("server: unknown verb %s", verb)
	}
}

func faultOf(ts *testscript.TestScript, args []string) distserver.Fault {
	f := distserver.Fault{Kind: distserver.Kind(args[0])}
	for _, arg := range args[1:] {
		name, value, _ := strings.Cut(arg, "=")
		n, err := strconv.ParseInt(value, 10, 64)
		switch name {
		case "path":
			f.Path, err = value, nil
		case "event":
			f.Event, err = value, nil
		case "bytes":
			f.Bytes = n
		case "times":
			f.Times = int(n)
		case "skip":
			f.Skip = int(n)
		case "status":
			f.Status = int(n)
		default:
			ts.Fatalf("server fault: unknown field %s", name)
		}
		ts.Check(err)
	}
	return f
}

func servedCmd(ts *testscript.TestScript, neg bool, args []string) {
	count(ts, neg, args, "served", func(pattern string) int64 { return int64(sceneOf(ts).server.Requests(pattern)) })
}

func sentCmd(ts *testscript.TestScript, neg bool, args []string) {
	count(ts, neg, args, "sent", sceneOf(ts).server.Bytes)
}

func resumedCmd(ts *testscript.TestScript, neg bool, args []string) {
	count(ts, neg, args, "resumed", func(pattern string) int64 { return int64(sceneOf(ts).server.Ranges(pattern)) })
}

func count(ts *testscript.TestScript, neg bool, args []string, name string, of func(string) int64) {
	most := len(args) == 3 && args[0] == "-max"
	if most {
		args = args[1:]
	}
	usage(ts, !neg && len(args) == 2, name+" [-max] PATTERN N")
	want, err := strconv.ParseInt(args[1], 10, 64)
	ts.Check(err)
	if got := of(args[0]); got > want || got < want && !most {
		ts.Fatalf("%s %s: %d, expected %d\n%s", name, args[0], got, want, requests(sceneOf(ts)))
	}
}

func requests(s *scene) string {
	var b strings.Builder
	for _, r := range s.server.Stats().Log {
		fmt.Fprintf(&b, "%s %s %s %d: %d bytes\n", r.Method, r.Path, r.Range, r.Status, r.Bytes)
	}
	return b.String()
}

func servedOnceCmd(ts *testscript.TestScript, neg bool, args []string) {
	usage(ts, !neg && len(args) == 1, "served-once PATTERN")
	s := sceneOf(ts)
	if s.server.Requests(args[0]) == 0 {
		ts.Fatalf("nothing like %s was asked for\n%s", args[0], requests(s))
	}
	for path, n := range s.server.Stats().Requests {
		if n > 1 && s.server.Requests(args[0]) > 0 && matches(s, args[0], path) {
			ts.Fatalf("%s was asked for %d times\n%s", path, n, requests(s))
		}
	}
}

// matches lets the server's own patterns decide, by their effect on one path.
func matches(s *scene, pattern, path string) bool {
	prefix, suffix, ok := strings.Cut(pattern, "*")
	return !ok && pattern == path || ok && strings.HasPrefix(path, prefix) && strings.HasSuffix(path, suffix)
}

func untilCmd(ts *testscript.TestScript, neg bool, args []string) {
	usage(ts, !neg && len(args) >= 2, "until WHAT …")
	ctx, cancel := context.WithTimeout(context.Background(), patience)
	defer cancel()
	s := sceneOf(ts)
	number := func() int {
		n, err := strconv.Atoi(args[len(args)-1])
		ts.Check(err)
		return n
	}
	switch args[0] {
	case "event":
		ts.Check(s.server.AwaitEvent(ctx, args[1], number()))
	case "requests":
		ts.Check(s.server.AwaitRequests(ctx, args[1], number()))
	case "bytes":
		ts.Check(s.server.AwaitBytes(ctx, args[1], int64(number())))
	case "file":
		poll(ctx, ts, func() bool { _, err := os.Lstat(ts.MkAbs(args[1])); return err == nil })
	case "line":
		poll(ctx, ts, func() bool {
			data, _ := os.ReadFile(ts.MkAbs(args[1]))
			return bytes.Contains(data, []byte(args[2]))
		})
	case "size":
		poll(ctx, ts, func() bool { return sizeOf(ts.MkAbs(args[1])) >= int64(number()) })
	case "waiters":
		poll(ctx, ts, func() bool { return s.waiters() >= number() })
	default:
		ts.Fatalf("until: unknown event %s", args[0])
	}
}

// poll looks often: a file system tells nobody what happens in it.
func poll(ctx context.Context, ts *testscript.TestScript, done func() bool) {
	ticks := time.NewTicker(2 * time.Millisecond)
	defer ticks.Stop()
	for !done() {
		select {
		case <-ctx.Done():
			ts.Fatalf("it never came")
		case <-ticks.C:
		}
	}
}

// sizeOf is the size of the biggest file of the pattern.
func sizeOf(pattern string) (size int64) {
	files, _ := filepath.Glob(pattern)
	for _, f := range files {
		if info, err := os.Stat(f); err == nil {
			size = max(size, info.Size())
		}
	}
	return size
}

// waiters counts the processes that wait for a lock below this scene's home, as
// the system's table has them: by the inode of the lock file.
func (s *scene) waiters() (n int) {
	table, _ := os.ReadFile("/proc/locks")
	inodes := map[string]bool{}
	files, _ := filepath.Glob(filepath.Join(s.home, "berth", "v1", "locks", "*", "*.lock"))
	for _, f := range files {
		if info, err := os.Stat(f); err == nil {
			inodes[strconv.FormatUint(info.Sys().(*syscall.Stat_t).Ino, 10)] = true
		}
	}
	for line := range strings.Lines(string(table)) {
		fields := strings.Fields(line) // 1: -> FLOCK ADVISORY WRITE pid device:inode start end
		if len(fields) >= 7 && fields[1] == "->" && inodes[fields[6][strings.LastIndexByte(fields[6], ':')+1:]] {
			n++
		}
	}
	return n
}

// togetherCmd starts everything before it waits for anything.
func togetherCmd(ts *testscript.TestScript, neg bool, args []string) {
	usage(ts, !neg && len(args) == 1, "together FILE")
	var all []*exec.Cmd
	var outputs []*bytes.Buffer
	for line := range strings.Lines(ts.ReadFile(args[0])) {
		words := strings.Fields(os.Expand(line, ts.Getenv))
		if len(words) == 0 {
			continue
		}
		n, err := strconv.Atoi(words[0])
		ts.Check(err)
		for range n {
			cmd, out := command(ts, words[1:])
			all, outputs = append(all, cmd), append(outputs, out)
		}
	}
	for _, cmd := range all {
		ts.Check(cmd.Start())
	}
	failed := 0
	for i, cmd := range all {
		if err := cmd.Wait(); err != nil {
			failed++
			ts.Logf("%s: %v\n%s", strings.Join(cmd.Args, " "), err, outputs[i])
		}
	}
	if failed > 0 {
		ts.Fatalf("%d of %d failed", failed, len(all))
	}
	ts.Logf("%d processes, none failed", len(all))
}

// command is one in the script's environment and directory.
func command(ts *testscript.TestScript, words []string) (*exec.Cmd, *bytes.Buffer) {
	path := words[0]
	if !strings.Contains(path, "/") {
		path = filepath.Join(sceneOf(ts).prog.Dir, path)
		if _, err := os.Stat(path); err != nil {
			path = lookPath(words[0])
		}
	}
	cmd := exec.Command(path, words[1:]...)
	cmd.Args[0] = words[0]
	cmd.Dir = ts.MkAbs(".")
	cmd.Env = environ(ts)
	out := &bytes.Buffer{}
	cmd.Stdout, cmd.Stderr = out, out
	return cmd, out
}

// environ is the script's environment, as far as it differs from ours.
func environ(ts *testscript.TestScript) []string {
	s := sceneOf(ts)
	env := s.prog.Env(program.Homes{Dir: ts.Getenv("WORK"), Server: s.server.URL()})
	for _, name := range []string{"PATH", "RUSTUP_HOME", "CARGO_HOME", "RUSTUP_TOOLCHAIN", "RUSTUP_DIST_SERVER", "RUSTUP_MAX_RETRIES"} {
		if value := ts.Getenv(name); value != "" {
			env = append(env, name+"="+value)
		}
	}
	return env
}

func crashCmd(ts *testscript.TestScript, neg bool, args []string) {
	usage(ts, !neg && len(args) >= 2, "crash POINT COMMAND…")
	cmd, out := command(ts, args[1:])
	cmd.Env = append(cmd.Env, "BERTH_CRASHPOINT="+args[0]+"=kill")
	err := cmd.Run()
	if cmd.ProcessState == nil || cmd.ProcessState.ExitCode() != -1 {
		ts.Fatalf("it was not killed at %s: %v\n%s", args[0], err, out)
	}
}

// interruptCmd sends Ctrl-C to a command that stands at a crash point. It may
// still succeed, if all was done but the last step, but must end at once.
func interruptCmd(ts *testscript.TestScript, neg bool, args []string) {
	usage(ts, !neg && len(args) >= 2, "interrupt POINT COMMAND…")
	lot := sceneOf(ts).lot
	cmd, out := command(ts, args[1:])
	cmd.Env = append(cmd.Env, "BERTH_CRASHPOINT="+args[0]+"="+ts.Getenv("PARK"))
	ts.Check(cmd.Start())
	ctx, cancel := context.WithTimeout(context.Background(), patience)
	defer cancel()
	poll(ctx, ts, func() bool { return lot.count() > 0 })
	ts.Check(cmd.Process.Signal(os.Interrupt))
	lot.clear()
	overdue := time.AfterFunc(patience, func() { cmd.Process.Kill() })
	defer overdue.Stop()
	start := time.Now()
	err := cmd.Wait()
	status := cmd.ProcessState.Sys().(syscall.WaitStatus)
	if took := time.Since(start); took > 3*time.Second || err != nil && status.Signal() != syscall.SIGINT {
		ts.Fatalf("interrupted at %s it took %v and ended with: %v\n%s", args[0], took, err, out)
	}
}

func wholeCmd(ts *testscript.TestScript, neg bool, args []string) {
	usage(ts, !neg, "whole [NAME…]")
	s := sceneOf(ts)
	seen, err := s.releases.Look(s.home)
	ts.Check(err)
	there := map[string]bool{}
	for _, one := range seen {
		there[one.Name] = true
		ts.Logf("%s", one)
	}
	for _, name := range args {
		if !there[name+"-"+ts.Getenv("HOST")] {
			ts.Fatalf("%s is not there", name)
		}
	}
}

func absentCmd(ts *testscript.TestScript, neg bool, args []string) {
	usage(ts, !neg && len(args) > 0, "absent NAME…")
	s := sceneOf(ts)
	for _, name := range args {
		seen, err := s.releases.LookAt(s.home, name+"-"+ts.Getenv("HOST"))
		if seen != nil || err != nil {
			ts.Fatalf("%s: %v %v", name, seen, err)
		}
	}
}

func tidyCmd(ts *testscript.TestScript, neg bool, args []string) {
	usage(ts, !neg && len(args) == 0, "tidy")
	left, err := witness.Leftovers(sceneOf(ts).home)
	ts.Check(err)
	if len(left) > 0 {
		ts.Fatalf("left over: %q", left)
	}
}

func uncleanCmd(ts *testscript.TestScript, neg bool, args []string) {
	usage(ts, !neg && len(args) == 0, "unclean")
	ts.Check(program.LosePower(sceneOf(ts).home))
}

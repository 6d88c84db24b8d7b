package scripttest

import (
	"bytes"
	"context"
	"fmt"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
	"time"

	"github.com/rogpeppe/go-internal/testscript"

	"berth/internal/testkit/faulthttp"
	"berth/internal/testkit/soak/program"
	"berth/internal/testkit/soak/witness"
)

// patience bounds a wait for something that never comes, and atOnce the end of what waits for nothing, on a busy machine.
const (
	patience = 60 * time.Second
	atOnce   = 15 * time.Second
)

func usage(ts *testscript.TestScript, ok bool, text string) {
	if !ok {
		ts.Fatalf("usage: %s", text)
	}
}

func serverCmd(ts *testscript.TestScript, neg bool, args []string) {
	usage(ts, !neg && len(args) > 0, "server VERB …")
	s := sceneOf(ts)
	switch verb, rest := args[0], args[1:]; verb {
	case "fault":
		fault := faultOf(ts, rest)
		ts.Check(s.serverOf(fault.Path).Inject(fault))
	case "clear":
		s.each((*faulthttp.Server).ClearFaults)
	case "reset":
		s.each((*faulthttp.Server).Reset)
	case "release":
		s.each(func(one *faulthttp.Server) { one.Release(rest[0]) })
	case "point":
		s.dist.Point(rest[0], rest[1])
	default:
		ts.Fatalf("server: unknown verb %s", verb)
	}
}

func faultOf(ts *testscript.TestScript, args []string) faulthttp.Fault {
	f := faulthttp.Fault{Kind: faulthttp.Kind(args[0])}
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
	count(ts, neg, args, "served", func(pattern string) int64 { return int64(sceneOf(ts).serverOf(pattern).Requests(pattern)) })
}

func sentCmd(ts *testscript.TestScript, neg bool, args []string) {
	count(ts, neg, args, "sent", func(pattern string) int64 { return sceneOf(ts).serverOf(pattern).Bytes(pattern) })
}

func resumedCmd(ts *testscript.TestScript, neg bool, args []string) {
	count(ts, neg, args, "resumed", func(pattern string) int64 { return int64(sceneOf(ts).serverOf(pattern).Ranges(pattern)) })
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
	s.each(func(one *faulthttp.Server) {
		for _, r := range one.Stats().Log {
			fmt.Fprintf(&b, "%s %s %s %d: %d bytes\n", r.Method, r.Path, r.Range, r.Status, r.Bytes)
		}
	})
	return b.String()
}

func servedOnceCmd(ts *testscript.TestScript, neg bool, args []string) {
	usage(ts, !neg && len(args) == 1, "served-once PATTERN")
	s := sceneOf(ts)
	server := s.serverOf(args[0])
	if server.Requests(args[0]) == 0 {
		ts.Fatalf("nothing like %s was asked for\n%s", args[0], requests(s))
	}
	for path, n := range server.Stats().Requests {
		if n > 1 && faulthttp.Match(args[0], path) {
			ts.Fatalf("%s was asked for %d times\n%s", path, n, requests(s))
		}
	}
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
		ts.Check(s.serverOf(args[1]).AwaitRequests(ctx, args[1], number()))
	case "bytes":
		ts.Check(s.serverOf(args[1]).AwaitBytes(ctx, args[1], int64(number())))
	case "file":
		poll(ctx, ts, func() bool { _, err := os.Lstat(ts.MkAbs(args[1])); return err == nil })
	case "line":
		poll(ctx, ts, func() bool {
			data, _ := os.ReadFile(ts.MkAbs(args[1]))
			return bytes.Contains(data, []byte(args[2]))
		})
	case "size":
		poll(ctx, ts, func() bool { return sizeOf(ts.MkAbs(args[1])) >= int64(number()) })
	case "parked":
		poll(ctx, ts, func() bool { return s.lot.count() >= number() })
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
// the system's table has them: by the inode of the lock file. Of one process all its
// waits count as one.
func (s *scene) waiters() int {
	table, _ := os.ReadFile("/proc/locks")
	inodes := map[string]bool{}
	_ = filepath.WalkDir(filepath.Join(s.home, "berth", "v1", "locks"), func(_ string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return nil // it is being made
		}
		if info, err := d.Info(); err == nil {
			inodes[strconv.FormatUint(info.Sys().(*syscall.Stat_t).Ino, 10)] = true
		}
		return nil
	})
	pids := map[string]bool{}
	for line := range strings.Lines(string(table)) {
		fields := strings.Fields(line) // 1: -> FLOCK ADVISORY WRITE pid device:inode start end
		if len(fields) >= 7 && fields[1] == "->" && inodes[fields[6][strings.LastIndexByte(fields[6], ':')+1:]] {
			pids[fields[5]] = true
		}
	}
	return len(pids)
}

// togetherCmd starts everything before it waits for anything. With N and EVENT what the
// server holds is let go when so many of them wait for another.
func togetherCmd(ts *testscript.TestScript, neg bool, args []string) {
	usage(ts, !neg && (len(args) == 1 || len(args) == 3), "together FILE [WAITERS EVENT]")
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
	if len(args) == 3 {
		untilCmd(ts, false, []string{"waiters", args[1]})
		sceneOf(ts).each(func(one *faulthttp.Server) { one.Release(args[2]) })
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
	for _, name := range []string{"PATH", "RUSTUP_HOME", "CARGO_HOME", "RUSTUP_TOOLCHAIN", "RUSTUP_DIST_SERVER", "RUSTUP_MAX_RETRIES", "GIT_CONFIG_GLOBAL",
		"XDG_RUNTIME_DIR", "RUSTC_WRAPPER", "COUNTS", "EVENTS", "CARGO_TARGET_DIR", "CARGO_BUILD_JOBS", "WORK"} {
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
	awaitIdle(ctx, ts, cmd.Process.Pid) // it has heard of it, or on a busy machine it may be through before
	lot.clear()
	overdue := time.AfterFunc(patience, func() { cmd.Process.Kill() })
	defer overdue.Stop()
	start := time.Now()
	err := cmd.Wait()
	status := cmd.ProcessState.Sys().(syscall.WaitStatus)
	if took := time.Since(start); took > atOnce || err != nil && status.Signal() != syscall.SIGINT {
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

// unparkCmd lets all go on that stand at a crash point (BERTH_CRASHPOINT=POINT=$PARK).
func unparkCmd(ts *testscript.TestScript, neg bool, args []string) {
	usage(ts, !neg && len(args) == 0, "unpark")
	sceneOf(ts).lot.clear()
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

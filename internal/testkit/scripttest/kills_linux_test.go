package scripttest

import (
	"bytes"
	"context"
	"fmt"
	"io/fs"
	"math/rand/v2"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"syscall"
	"time"

	"github.com/rogpeppe/go-internal/testscript"

	"berth/internal/testkit/deaths"
)

// stores are where units lie in a script's directory.
func stores(ts *testscript.TestScript) []string {
	found, err := filepath.Glob(ts.MkAbs("*/berth/v1/units"))
	ts.Check(err)
	return found
}

// complete counts the calls of compilers that are kept.
func complete(ts *testscript.TestScript) (n int) {
	for _, root := range stores(ts) {
		stamps, err := filepath.Glob(filepath.Join(root, "??", "*", "*", "stamp"))
		ts.Check(err)
		for _, stamp := range stamps {
			data, err := os.ReadFile(stamp)
			ts.Check(err)
			if !bytes.Contains(data, []byte("\nwhat run of the build script")) {
				n++
			}
		}
	}
	return n
}

// leftovers are what no process uses and the next build should have removed.
func leftovers(ts *testscript.TestScript) (left []string) {
	for _, root := range stores(ts) {
		for _, pattern := range []string{"staging/*", "leases/*", "*/*/*.lock"} {
			found, err := filepath.Glob(filepath.Join(root, pattern))
			ts.Check(err)
			for _, path := range found {
				if _, err := os.Stat(filepath.Join(strings.TrimSuffix(path, ".lock"), "stamp")); err != nil { // else the next maker of that unit removes the lock
					left = append(left, path)
				}
			}
		}
		attempts, err := filepath.Glob(filepath.Join(root, "??", "*", "*"))
		ts.Check(err)
		for _, dir := range attempts {
			if strings.HasSuffix(dir, ".lock") {
				continue
			}
			if _, err := os.Stat(filepath.Join(dir, "stamp")); err != nil {
				left = append(left, dir)
			}
		}
	}
	hidden, err := filepath.Glob(ts.MkAbs("target/*/.berth-*"))
	ts.Check(err)
	return append(left, hidden...)
}

// strangers are processes that have something to do with the script's directory, and are not the test itself.
func strangers(ts *testscript.TestScript) (found []string) {
	work := []byte(ts.Getenv("WORK") + "/")
	dirs, _ := filepath.Glob("/proc/[0-9]*")
	for _, dir := range dirs {
		line, _ := os.ReadFile(filepath.Join(dir, "cmdline"))
		at, _ := os.Readlink(filepath.Join(dir, "cwd"))
		if bytes.Contains(line, work) || strings.HasPrefix(at+"/", string(work)) {
			found = append(found, filepath.Base(dir)+" "+strings.ReplaceAll(string(line), "\x00", " "))
		}
	}
	return found
}

// forget makes everything as it was before the first build.
func forget(ts *testscript.TestScript) {
	for _, root := range stores(ts) {
		ts.Check(os.RemoveAll(root))
	}
	ts.Check(os.RemoveAll(ts.MkAbs("target")))
	ts.Check(os.RemoveAll(ts.Getenv("COUNTS")))
}

// alone waits until nothing that belongs to the script is at work any more, and tells how long that took.
func alone(ts *testscript.TestScript) time.Duration {
	ctx, cancel := context.WithTimeout(context.Background(), patience)
	defer cancel()
	start := time.Now()
	poll(ctx, ts, func() bool { return len(strangers(ts)) == 0 })
	return time.Since(start)
}

// again runs a command that was killed before. What was complete then is not compiled, all else is, and nothing is left over.
func again(ts *testscript.TestScript, why string, args []string, all int) {
	before := complete(ts)
	ts.Check(os.RemoveAll(ts.Getenv("COUNTS")))
	cmd, out := command(ts, args)
	if err := cmd.Run(); err != nil {
		ts.Fatalf("%s, the same command again: %v\n%s", why, err, out)
	}
	if got := len(calls(ts)); got != all-before {
		ts.Fatalf("%s: %d of %d were complete, and %d were compiled:\n%s", why, before, all, got, strings.Join(calls(ts), "\n"))
	}
	if n := complete(ts); n != all {
		ts.Fatalf("%s: %d are complete in the end, expected %d", why, n, all)
	}
	if left := leftovers(ts); len(left) > 0 {
		ts.Fatalf("%s: left over: %q", why, left)
	}
}

// killedEverywhereCmd kills a command at each crash point that it passes, at the first passage and at the last.
func killedEverywhereCmd(ts *testscript.TestScript, neg bool, args []string) {
	usage(ts, !neg && len(args) > 0, "killed-everywhere COMMAND…")
	trace := ts.MkAbs(".trace")
	forget(ts)
	cmd, out := command(ts, args)
	cmd.Env = append(cmd.Env, "BERTH_CRASHPOINT_TRACE="+trace)
	if err := cmd.Run(); err != nil {
		ts.Fatalf("%v\n%s", err, out)
	}
	all := len(calls(ts))
	passed := strings.Fields(ts.ReadFile(".trace"))
	points := map[string]int{}
	var order []string
	for _, p := range passed {
		if points[p]++; points[p] == 1 && !strings.HasPrefix(p, "rustc.") {
			order = append(order, p)
		}
	}
	for _, p := range order {
		for _, n := range slices.Compact([]int{1, points[p]}) {
			forget(ts)
			why := fmt.Sprintf("killed at %s#%d", p, n)
			cmd, out := command(ts, args)
			cmd.Env = append(cmd.Env, fmt.Sprintf("BERTH_CRASHPOINT=%s#%d=kill", p, n))
			_ = cmd.Run()
			if cmd.ProcessState.ExitCode() != -1 {
				ts.Logf("%s: it came to its end\n%s", why, out) // another order, another number of passages
				continue
			}
			alone(ts)
			again(ts, why, args, all)
		}
	}
	ts.Logf("%d points: %s", len(order), strings.Join(order, " "))
}

// killedAtRandomCmd kills a command N times, alone or with its group, at moments by chance.
func killedAtRandomCmd(ts *testscript.TestScript, neg bool, args []string) {
	usage(ts, !neg && len(args) > 2, "killed-at-random N SEED COMMAND…")
	times, err := strconv.Atoi(args[0])
	ts.Check(err)
	seed, err := strconv.ParseUint(args[1], 10, 64)
	ts.Check(err)
	chance := rand.New(rand.NewPCG(seed, 0))
	args = args[2:]
	forget(ts)
	start := time.Now()
	cmd, out := command(ts, args)
	if err := cmd.Run(); err != nil {
		ts.Fatalf("%v\n%s", err, out)
	}
	whole, all, killed := time.Since(start), len(calls(ts)), 0
	for i := range times {
		forget(ts)
		cmd, _ := command(ts, args)
		cmd.SysProcAttr = &syscall.SysProcAttr{Setpgid: true}
		ts.Check(cmd.Start())
		after, group := time.Duration(chance.Int64N(int64(whole))), chance.IntN(2) == 0
		pid := cmd.Process.Pid
		if group {
			pid = -pid
		}
		timer := time.AfterFunc(after, func() { _ = syscall.Kill(pid, syscall.SIGKILL) })
		_ = cmd.Wait()
		timer.Stop()
		if cmd.ProcessState.ExitCode() == -1 {
			killed++
		}
		alone(ts)
		again(ts, fmt.Sprintf("kill %d after %v (its group: %v)", i, after, group), args, all)
	}
	ts.Logf("killed %d times of %d", killed, times)
}

const (
	// endsWithin is what is promised.
	endsWithin = 100 * time.Millisecond
	// stopTries: that the machine was busy elsewhere makes a try longer and never shorter. The first that is short ends them.
	stopTries = 25
)

// stopsCmd ends a command by a signal as soon as a file is there, and holds the time until the last of all processes that
// have to do with it was dead against what is promised.
func stopsCmd(ts *testscript.TestScript, neg bool, args []string) {
	usage(ts, !neg && len(args) > 2, "stops SIGNAL FILE COMMAND…")
	signal := map[string]syscall.Signal{"INT": syscall.SIGINT, "TERM": syscall.SIGTERM, "KILL": syscall.SIGKILL, "HUP": syscall.SIGHUP, "QUIT": syscall.SIGQUIT}[args[0]]
	var took []time.Duration
	for range stopTries {
		took = append(took, stop(ts, signal, ts.MkAbs(args[1]), args[2:]))
		if left := heldLocks(ts); len(left) > 0 {
			ts.Fatalf("locks that are still held: %q", left)
		}
		if took[len(took)-1] <= endsWithin {
			ts.Logf("the last process was dead after %v", took)
			return
		}
	}
	ts.Fatalf("the last process was dead after %v, expected %v at most", took, endsWithin)
}

func stop(ts *testscript.TestScript, signal syscall.Signal, file string, args []string) time.Duration {
	if err := os.Remove(file); err != nil && !os.IsNotExist(err) {
		ts.Check(err)
	}
	cmd, out := command(ts, args)
	ts.Check(cmd.Start())
	ctx, cancel := context.WithTimeout(context.Background(), patience)
	defer cancel()
	poll(ctx, ts, func() bool { _, err := os.Stat(file); return err == nil || ctx.Err() != nil })
	watch, err := deaths.Of(strangerPIDs(ts)...)
	ts.Check(err)
	defer watch.Close()
	start := time.Now()
	ts.Check(cmd.Process.Signal(signal))
	ts.Check(watch.Wait(patience))
	last := watch.Last
	err = cmd.Wait()
	if state := cmd.ProcessState.Sys().(syscall.WaitStatus); state.Signal() != signal {
		ts.Fatalf("it ended with %v, not by %v\n%s", err, signal, out)
	}
	for { // those that were started after we looked
		rest := strangerPIDs(ts)
		if len(rest) == 0 {
			return last.Sub(start)
		}
		late, err := deaths.Of(rest...)
		ts.Check(err)
		ts.Check(late.Wait(patience))
		if !late.Last.IsZero() {
			last = late.Last
		}
	}
}

func strangerPIDs(ts *testscript.TestScript) (pids []int) {
	for _, s := range strangers(ts) {
		number, _, _ := strings.Cut(s, " ")
		pid, err := strconv.Atoi(number)
		ts.Check(err)
		pids = append(pids, pid)
	}
	return pids
}

// heldLocks are files below the script's directory that are locked.
func heldLocks(ts *testscript.TestScript) (held []string) {
	_ = filepath.WalkDir(ts.Getenv("WORK"), func(path string, d fs.DirEntry, err error) error {
		if err != nil || !d.Type().IsRegular() || !strings.Contains(path, "lock") && !strings.Contains(path, "jobs") {
			return nil
		}
		f, err := os.OpenFile(path, os.O_RDWR, 0)
		if err != nil {
			return nil
		}
		defer f.Close()
		if syscall.Flock(int(f.Fd()), syscall.LOCK_EX|syscall.LOCK_NB) != nil {
			held = append(held, path)
			return nil
		}
		// By itself, as a child that another script forks at this moment has the file open until its exec.
		return syscall.Flock(int(f.Fd()), syscall.LOCK_UN)
	})
	return held
}

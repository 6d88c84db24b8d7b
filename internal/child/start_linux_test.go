package child

import (
	"bytes"
	"fmt"
	"os"
	"runtime"
	"syscall"
	"testing"
)

// TestTheKeeperKnowsBeforeTheChildRuns: the child stands at its exec while the keeper is told.
func TestTheKeeperKnowsBeforeTheChildRuns(t *testing.T) {
	runtime.LockOSThread() // and never unlocked: the thread is the child's parent
	state := ""
	f := fork{holds: true, tell: func(group int) { state = stateOf(t, group) }}
	for range 20 {
		state = ""
		if code := runTrue(t, &f); state != "t" || code != 0 {
			t.Fatalf("in state %q when the keeper is told, exit code %d; expected t (stopped by its tracer), 0", state, code)
		}
	}
	f.holds = false // as where tracing is refused
	if code := runTrue(t, &f); code != 0 {
		t.Errorf("exit code %d of a child that is not held", code)
	}
}

func runTrue(t *testing.T, f *fork) int {
	t.Helper()
	attr := &os.ProcAttr{Sys: &syscall.SysProcAttr{Setpgid: true, Pdeathsig: syscall.SIGKILL}}
	a := f.start(startRequest{path: "/bin/sh", argv: []string{"sh", "-c", "true"}, attr: attr})
	if a.err != nil {
		t.Fatal(a.err)
	}
	ended, err := a.group.await(a.process, func() {})
	if err != nil {
		t.Fatal(err)
	}
	return ended.ExitCode()
}

// stateOf is the state of a process that does not run.
func stateOf(t *testing.T, pid int) string {
	t.Helper()
	for {
		data, err := os.ReadFile(fmt.Sprintf("/proc/%d/stat", pid))
		if err != nil {
			t.Fatal(err)
		}
		if state := data[bytes.LastIndexByte(data, ')')+2]; state != 'R' && state != 'D' {
			return string(state)
		}
	}
}

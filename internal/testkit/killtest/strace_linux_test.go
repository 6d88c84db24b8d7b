package killtest

import (
	"fmt"
	"os/exec"
	"strings"
	"testing"

	"berth/internal/testkit/soak/program"
)

// calls are the system calls by which a home is changed, read or locked, in
// groups. strace counts them for each thread, so the n-th call of a group is that
// of the thread that comes to it first; the groups see to it that rare calls are
// not hidden behind frequent ones.
func calls() map[string]string {
	return map[string]string{
		"open":     "openat",
		"write":    "write,pwrite64,?copy_file_range",
		"rename":   "?rename,?renameat,renameat2",
		"link":     "?link,linkat,?symlink,symlinkat",
		"mkdir":    "?mkdir,mkdirat",
		"unlink":   "?unlink,unlinkat,?rmdir",
		"truncate": "ftruncate,?chmod,fchmod,fchmodat,utimensat",
		"lock":     "flock",
		"sync":     "fsync,fdatasync,syncfs",
	}
}

// atCall kills the run when one of its threads begins its n-th call of a group.
// (With --seccomp-bpf, which would be faster, strace 6.1 counts no further than 1.)
func (sc *scene) atCall(group string, n int) func(*stage) program.Result {
	return func(s *stage) program.Result {
		s.t.Helper()
		return atCallOf(s.t, s.command(nil, sc.args()...), group, n)
	}
}

func atCallOf(t *testing.T, cmd *exec.Cmd, group string, n int) program.Result {
	t.Helper()
	strace, err := exec.LookPath("strace")
	if err != nil {
		t.Fatalf("%v (install it, as .ci/install-tools does)", err)
	}
	set := calls()[group]
	cmd.Args = append([]string{strace, "-f", "-qq", "-o", "/dev/null", "-e", "trace=" + set,
		"-e", fmt.Sprintf("inject=%s:signal=KILL:when=%d", set, n), cmd.Path}, cmd.Args[1:]...)
	cmd.Path = strace
	r, err := program.Run(cmd)
	if err != nil {
		t.Fatal(err)
	}
	return r
}

// TestKilledAtEveryCall: independent of our own hooks. A long run takes every
// call of every operation; else a few operations are killed at calls that lie
// further and further apart.
func TestKilledAtEveryCall(t *testing.T) {
	w := newWorld(t)
	for _, o := range operations() {
		if o.faults != nil || !isLong() && !isSampled(o.name) {
			continue
		}
		t.Run(strings.ReplaceAll(o.name, " ", "_"), func(t *testing.T) {
			sc := w.learn(t, o)
			for group := range calls() {
				t.Run(group, func(t *testing.T) {
					t.Parallel()
					killed := sc.atCalls(t, group)
					t.Logf("killed %d times", killed)
					if group == "open" && killed < 3 {
						t.Error("strace does not count as it should")
					}
				})
			}
		})
	}
}

func isSampled(operation string) bool {
	switch operation {
	case "install", "update", "uninstall", "rollback", "adopt, component add":
		return true
	}
	return false
}

// atCalls goes on until a run was killed no more.
func (sc *scene) atCalls(t *testing.T, group string) (killed int) {
	for n := 1; ; n = next(n) {
		if !sc.killed(t, sc.atCall(group, n)) {
			return killed
		}
		killed++
		if t.Failed() {
			t.Fatalf("killed at call %d of %s", n, calls()[group])
		}
	}
}

func next(n int) int {
	if isLong() {
		return n + 1
	}
	return n*3 + 1
}

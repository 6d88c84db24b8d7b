package jobslot_test

import (
	"bufio"
	"os"
	"os/exec"
	"syscall"
	"testing"

	"golang.org/x/sys/unix"

	"berth/internal/jobslot"
	"berth/internal/lockfs"
)

// another is another build, see TestMain, which has a slot or waits for one.
func another(t *testing.T, dir string, env ...string) (cmd *exec.Cmd, held func()) {
	t.Helper()
	cmd = exec.Command(os.Args[0])
	cmd.Env = append(append(os.Environ(), "JOBSLOT_TEST_DIR="+dir), env...)
	in, err := cmd.StdinPipe()
	if err != nil {
		t.Fatal(err)
	}
	out, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		in.Close()
		cmd.Process.Signal(syscall.SIGCONT)
		cmd.Process.Kill()
		cmd.Wait()
	})
	return cmd, func() {
		t.Helper()
		if line, err := bufio.NewReader(out).ReadString('\n'); line != "held\n" {
			t.Fatal(line, err)
		}
	}
}

// stop returns when the process is stopped.
func stop(t *testing.T, cmd *exec.Cmd) {
	t.Helper()
	if err := cmd.Process.Signal(syscall.SIGSTOP); err != nil {
		t.Fatal(err)
	}
	if err := unix.Waitid(unix.P_PID, cmd.Process.Pid, nil, unix.WSTOPPED|unix.WNOWAIT, nil); err != nil {
		t.Fatal(err)
	}
}

// TestAStoppedBuildHoldsUpNobody: it has the slot, and a second one that is at the head of the line is stopped as well. As
// many go on as there are slots, one after the other here; and a third one that is stopped beside them does not matter.
func TestAStoppedBuildHoldsUpNobody(t *testing.T) {
	dir := place(t)
	first, held := another(t, dir)
	held()
	stop(t, first)
	second, held := another(t, dir)
	held() // beside the first one
	stop(t, second)

	one, two := pool(t, dir, 1, nil), pool(t, dir, 1, nil)
	slot := acquire(t, one)
	got := soon(t, two)
	mustWait(t, two, got)
	slot.Close()
	(<-got).Close()

	first.Process.Signal(syscall.SIGCONT)
	first.Process.Kill()
	first.Wait()
	slot = acquire(t, pool(t, dir, 1, nil)) // the real one
	defer slot.Close()
	late := pool(t, dir, 1, nil)
	mustWait(t, late, soon(t, late))
}

// TestAStoppedHeadOfTheLine: who was stopped while it waited lets others pass.
func TestAStoppedHeadOfTheLine(t *testing.T) {
	dir := place(t)
	job := acquire(t, pool(t, dir, 1, nil))
	waiter, _ := another(t, dir)
	head := lockfs.NewLock(lockfs.At(dir).Join("head"), lockfs.RankSlotTurn, "")
	for len(head.Holders()) == 0 || !isWaitedFor(t, []string{dir + "/0.lock"}) {
	}
	stop(t, waiter)
	job.Close()
	acquire(t, pool(t, dir, 1, nil)).Close()
}

// TestOfSomeSlotsOneIsAStoppedOnes: the others are used, and one beside that one.
func TestOfSomeSlotsOneIsAStoppedOnes(t *testing.T) {
	dir := place(t)
	first, held := another(t, dir)
	held()
	stop(t, first)
	p := pool(t, dir, 2, nil)
	slots := []*jobslot.Slot{acquire(t, p), acquire(t, p)}
	got := soon(t, p)
	mustWait(t, p, got)
	for _, s := range slots {
		s.Close()
	}
	(<-got).Close()
}

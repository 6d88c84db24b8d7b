//go:build unix

package jobslot_test

import (
	"runtime"
	"testing"
	"time"

	"berth/internal/jobslot"
	"berth/internal/lockfs"
)

func beginner(t *testing.T, dir string, start time.Duration) *jobslot.Pool {
	p := jobslot.Open(jobslot.Options{Dir: lockfs.At(dir), Cores: 1, HeadStart: start, Lookup: env{}.lookup})
	t.Cleanup(p.Close)
	return p
}

// TestABuildThatBeginsWaitsForNoneThatWentBefore, and of such builds no more run at once than there are slots.
func TestABuildThatBeginsWaitsForNoneThatWentBefore(t *testing.T) {
	dir := place(t)
	long, waits := acquire(t, pool(t, dir, 1, nil)), pool(t, dir, 1, nil)
	third := soon(t, waits)
	mustWait(t, waits, third)
	begins, next := beginner(t, dir, time.Hour), beginner(t, dir, time.Hour)
	slot := acquire(t, begins)
	got := soon(t, next)
	mustWait(t, next, got)
	slot.Close()
	(<-got).Close()
	mustWait(t, waits, third) // those slots are for others
	long.Close()
	(<-third).Close()
}

// TestAHeadStartEnds with what the jobs of the build have taken.
func TestAHeadStartEnds(t *testing.T) {
	dir := place(t)
	long := acquire(t, pool(t, dir, 1, nil))
	p := beginner(t, dir, time.Nanosecond)
	acquire(t, p).Close()
	got := soon(t, p)
	mustWait(t, p, got)
	long.Close()
	(<-got).Close()
}

// TestOneJobOfABuildThatBegins at a time has such a slot.
func TestOneJobOfABuildThatBegins(t *testing.T) {
	dir := place(t)
	long := acquire(t, pool(t, dir, 2, nil))
	p := jobslot.Open(jobslot.Options{Dir: lockfs.At(dir), Cores: 2, HeadStart: time.Hour, Lookup: env{}.lookup})
	defer p.Close()
	slots := []*jobslot.Slot{acquire(t, p), acquire(t, p)}
	got := soon(t, p)
	mustWait(t, p, got)
	slots[1].Close()
	(<-got).Close()
	slots[0].Close()
	long.Close()
}

// TestALongJobLeavesItsSlotToTheNextThatBegins, and the next slot of its build is its own.
func TestALongJobLeavesItsSlotToTheNextThatBegins(t *testing.T) {
	dir := place(t)
	other := acquire(t, pool(t, dir, 1, nil))
	long := beginner(t, dir, time.Millisecond)
	job := acquire(t, long)
	next := acquire(t, beginner(t, dir, time.Hour))
	second := soon(t, long)
	mustWait(t, long, second)
	other.Close()
	for long.HasUnpaid() {
		select {
		case <-second:
			t.Fatal("a slot for another job, while one has none")
		default:
			runtime.Gosched()
		}
	}
	mustWait(t, long, second)
	job.Close()
	(<-second).Close()
	next.Close()
}

// TestTokensAreNoBeginnersSlots: a child has no more of them than in any other build.
func TestTokensAreNoBeginnersSlots(t *testing.T) {
	job := acquire(t, beginner(t, place(t), time.Hour)) // the only slot but those
	server, err := job.Serve()
	if err != nil {
		t.Fatal(err)
	}
	defer server.Close()
	if n := server.Tokens(); n != 0 {
		t.Errorf("%d tokens", n)
	}
}

package lockfs_test

import (
	"context"
	"errors"
	"path/filepath"
	"testing"
	"time"

	"berth/internal/lockfs"
)

func turnLock(t *testing.T, path string) lockfs.Lock {
	t.Helper()
	return lockfs.NewLock(lockfs.At(path+"-turn.lock"), lockfs.RankToolchain, "turn")
}

// TestExclusiveWaiterGoesFirst: one holds shared, another waits exclusively, and
// a third that could be let in at once beside the first does not go in. Who of the
// two comes first when the first has ended is the kernel's affair: it wakes the
// second, and until that one runs the lock is free.
func TestExclusiveWaiterGoesFirst(t *testing.T) {
	path := filepath.Join(t.TempDir(), "x.lock")
	first := start(t, "hold", path, "shared")
	first.expect("held")
	second := start(t, "hold", path, "exclusive")
	second.line() // that it waits
	waitUntilBlocked(t, path)

	told, third := newTold(), make(chan error, 1)
	go func() {
		_, held, err := testLock(path).AcquireFairly(told.context(t.Context()), turnLock(t, path))
		third <- errors.Join(err, held.Close())
	}()
	select {
	case <-told.waiting:
	case err := <-third:
		t.Fatalf("it went in beside the first: %v", err)
	}
	first.end()
	second.expect("held")
	second.end()
	if err := <-third; err != nil {
		t.Fatal(err)
	}
}

func TestFairWaitEndsWithItsContext(t *testing.T) {
	path := filepath.Join(t.TempDir(), "x.lock")
	first := start(t, "hold", path, "shared")
	first.expect("held")
	second := start(t, "hold", path, "exclusive")
	second.line() // that it waits
	waitUntilBlocked(t, path)
	told, reason := newTold(), errors.New("interrupted")
	ctx, cancel := context.WithCancelCause(told.context(t.Context()))
	got := make(chan error, 1)
	go func() {
		_, _, err := testLock(path).AcquireFairly(ctx, turnLock(t, path))
		got <- err
	}()
	<-told.waiting
	cancel(reason)
	if err := <-got; !errors.Is(err, reason) {
		t.Fatal(err)
	}
	<-told.done
}

// TestNoTurnWithoutWaiters: who has its turn, and is slow, keeps nobody out of a lock that nobody waits for.
func TestNoTurnWithoutWaiters(t *testing.T) {
	path := filepath.Join(t.TempDir(), "x.lock")
	first := start(t, "hold", path, "shared")
	first.expect("held")
	slow := start(t, "hold", path+"-turn.lock", "exclusive")
	slow.expect("held")
	_, held, err := testLock(path).AcquireFairly(t.Context(), turnLock(t, path))
	if err != nil {
		t.Fatal(err)
	}
	held.Close()
}

func TestFairAmongOurselves(t *testing.T) {
	path := filepath.Join(t.TempDir(), "x.lock")
	ctx, one, err := testLock(path).AcquireFairly(t.Context(), turnLock(t, path))
	if err != nil {
		t.Fatal(err)
	}
	defer one.Close()
	// The turn is over: its rank is free again for who goes on with ctx.
	_, two, err := testLock(path).Acquire(ctx, lockfs.Shared)
	if err != nil {
		t.Fatal(err)
	}
	two.Close()
	_, three, err := testLock(path).AcquireFairly(t.Context(), turnLock(t, path))
	if err != nil {
		t.Fatal(err)
	}
	three.Close()
}

func TestPatientWaits(t *testing.T) {
	for patience, notices := range map[time.Duration]int64{time.Hour: 0, time.Nanosecond: 1} {
		path := filepath.Join(t.TempDir(), "x.lock")
		holder := start(t, "hold", path, "exclusive")
		holder.expect("held")
		lock := testLock(path)
		lock.Patience, lock.Said = patience, "components"
		told := newTold()
		got := make(chan error, 1)
		go func() {
			_, held, err := lock.Acquire(told.context(t.Context()), lockfs.Exclusive)
			got <- errors.Join(err, held.Close())
		}()
		waitUntilBlocked(t, path)
		if notices > 0 {
			if w := <-told.waiting; w.Lock != "components" || w.Holder.PID != holder.cmd.Process.Pid {
				t.Errorf("the notice says %+v", w)
			}
		}
		holder.end()
		if err := <-got; err != nil {
			t.Fatal(err)
		}
		if n := told.count.Load(); n != notices {
			t.Errorf("patience of %v: %d notices, expected %d", patience, n, notices)
		}
	}
}

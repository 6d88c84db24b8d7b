package lockfs_test

import (
	"context"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"sync/atomic"
	"testing"

	"berth/internal/lockfs"
)

// told is a Notice whose notices are events.
type told struct {
	waiting chan lockfs.Waiting
	done    chan struct{}
	count   atomic.Int64
}

func newTold() *told {
	return &told{waiting: make(chan lockfs.Waiting, 16), done: make(chan struct{}, 16)}
}

func (n *told) Waiting(w lockfs.Waiting) func() {
	n.count.Add(1)
	n.waiting <- w
	return func() { n.done <- struct{}{} }
}

func (*told) NoLocks(string) {}

func (n *told) context(ctx context.Context) context.Context {
	return lockfs.WithSession(ctx, &lockfs.Session{Command: "rustup test", Notice: n})
}

func isAbsent(err error) bool { return errors.Is(err, fs.ErrNotExist) }

func write(t testing.TB, path, content string) {
	t.Helper()
	if err := os.WriteFile(path, []byte(content), 0o644); err != nil {
		t.Fatal(err)
	}
}

func TestCancelEndsTheWaitAtOnce(t *testing.T) {
	path := filepath.Join(t.TempDir(), "x.lock")
	holder := start(t, "hold", path, "exclusive")
	holder.expect("held")
	told := newTold()
	reason := errors.New("interrupted")
	ctx, cancel := context.WithCancelCause(told.context(t.Context()))
	got := make(chan error, 1)
	go func() {
		_, _, err := testLock(path).Acquire(ctx, lockfs.Exclusive)
		got <- err
	}()
	<-told.waiting
	cancel(reason)
	if err := <-got; !errors.Is(err, reason) {
		t.Fatalf("%v, expected the reason of the cancellation", err)
	}
	<-told.done
	holder.end()
	// What was left behind gives a later grant back.
	_, held, err := testLock(path).Acquire(t.Context(), lockfs.Exclusive)
	if err != nil {
		t.Fatal(err)
	}
	held.Close()
}

// TestOneNoticeHoweverOftenTheFileIsReplaced: the waiter begins again on a new
// lock file, but it is still one wait.
func TestOneNoticeHoweverOftenTheFileIsReplaced(t *testing.T) {
	path := filepath.Join(t.TempDir(), "x.lock")
	acquire := func() *lockfs.FileLock {
		_, held, err := testLock(path).Acquire(t.Context(), lockfs.Exclusive)
		if err != nil {
			t.Fatal(err)
		}
		return held
	}
	first := acquire()
	told := newTold()
	got := make(chan error, 1)
	go func() {
		_, held, err := testLock(path).Acquire(told.context(t.Context()), lockfs.Exclusive)
		got <- errors.Join(err, held.Close())
	}()
	<-told.waiting
	// A new file, held before the old one is let go: the waiter meets it.
	if err := os.Rename(path, path+"-old"); err != nil {
		t.Fatal(err)
	}
	second := acquire()
	first.Close()
	waitUntilBlocked(t, path)
	second.Close()
	if err := <-got; err != nil {
		t.Fatal(err)
	}
	if n := told.count.Load(); n != 1 {
		t.Errorf("%d notices for one wait", n)
	}
}

func TestTryNeverSpeaks(t *testing.T) {
	path := filepath.Join(t.TempDir(), "x.lock")
	holder := start(t, "hold", path, "exclusive")
	holder.expect("held")
	told := newTold()
	if _, _, err := testLock(path).Try(told.context(t.Context()), lockfs.Shared); !errors.Is(err, lockfs.ErrBusy) {
		t.Fatal(err)
	}
	if n := told.count.Load(); n != 0 {
		t.Errorf("%d notices", n)
	}
}

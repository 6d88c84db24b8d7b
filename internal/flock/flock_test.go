package flock_test

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"testing"
	"time"

	"berth/internal/flock"
)

// TestMain lets the test binary be another process that holds a lock: it
// prints a line when it has it and keeps it until its standard input ends.
func TestMain(m *testing.M) {
	if path := os.Getenv("FLOCK_TEST_HOLD"); path != "" {
		f := must(os.OpenFile(path, os.O_RDWR|os.O_CREATE, 0o644))
		if err := flock.Lock(context.Background(), f, flock.Exclusive); err != nil {
			panic(err)
		}
		fmt.Println("held")
		io.Copy(io.Discard, os.Stdin)
		os.Exit(0)
	}
	os.Exit(m.Run())
}

func must[T any](v T, err error) T {
	if err != nil {
		panic(err)
	}
	return v
}

type holder struct {
	cmd   *exec.Cmd
	stdin io.Closer
}

func hold(t *testing.T, path string) holder {
	t.Helper()
	cmd := exec.Command(os.Args[0])
	cmd.Env = append(os.Environ(), "FLOCK_TEST_HOLD="+path)
	stdin := must(cmd.StdinPipe())
	stdout := must(cmd.StdoutPipe())
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	if line := must(bufio.NewReader(stdout).ReadString('\n')); line != "held\n" {
		t.Fatalf("holder said %q", line)
	}
	t.Cleanup(func() { cmd.Process.Kill(); cmd.Wait() })
	return holder{cmd, stdin}
}

func open(t testing.TB, path string) *os.File {
	t.Helper()
	f, err := os.OpenFile(path, os.O_RDWR|os.O_CREATE, 0o644)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { f.Close() })
	return f
}

func TestEveryPairOfModes(t *testing.T) {
	for _, c := range []struct {
		first, second flock.Mode
		busy          bool
	}{
		{flock.Shared, flock.Shared, false},
		{flock.Shared, flock.Exclusive, true},
		{flock.Exclusive, flock.Shared, true},
		{flock.Exclusive, flock.Exclusive, true},
	} {
		path := filepath.Join(t.TempDir(), "lock")
		a, b := open(t, path), open(t, path)
		if err := flock.Try(a, c.first); err != nil {
			t.Fatal(err)
		}
		if got := errors.Is(flock.Try(b, c.second), flock.ErrBusy); got != c.busy {
			t.Errorf("%v then %v: busy %v, want %v", c.first, c.second, got, c.busy)
		}
		if err := flock.Unlock(a); err != nil {
			t.Fatal(err)
		}
		if err := flock.Try(b, c.second); err != nil {
			t.Errorf("%v after unlock of %v: %v", c.second, c.first, err)
		}
	}
}

func TestReadOnlyDescriptorCanBeLocked(t *testing.T) {
	path := filepath.Join(t.TempDir(), "lock")
	open(t, path)
	f := must(os.Open(path))
	defer f.Close()
	if err := flock.Try(f, flock.Exclusive); err != nil {
		t.Fatal(err)
	}
}

func TestDeathOfTheHolderReleases(t *testing.T) {
	path := filepath.Join(t.TempDir(), "lock")
	h := hold(t, path)
	f := open(t, path)
	if err := flock.Try(f, flock.Exclusive); !errors.Is(err, flock.ErrBusy) {
		t.Fatalf("held by another process: %v", err)
	}
	got := make(chan error, 1)
	go func() { got <- flock.Lock(context.Background(), f, flock.Exclusive) }()
	select {
	case err := <-got:
		t.Fatalf("granted beside a holder: %v", err)
	default:
	}
	h.cmd.Process.Kill()
	if err := <-got; err != nil {
		t.Fatal(err)
	}
}

func TestCancelReturnsAtOnceAndGivesALaterGrantBack(t *testing.T) {
	path := filepath.Join(t.TempDir(), "lock")
	h := hold(t, path)
	ctx, cancel := context.WithCancelCause(context.Background())
	reason := errors.New("interrupted")
	got := make(chan error, 1)
	waiter := open(t, path)
	go func() { got <- flock.Lock(ctx, waiter, flock.Exclusive) }()
	cancel(reason)
	if err := <-got; !errors.Is(err, reason) {
		t.Fatalf("cancelled wait: %v", err)
	}
	h.stdin.Close()
	h.cmd.Wait()
	// The waiter that was left behind may be granted the lock now; it must let go.
	if err := flock.Lock(t.Context(), open(t, path), flock.Exclusive); err != nil {
		t.Fatal(err)
	}
}

func TestLockNotKeptByAChild(t *testing.T) {
	path := filepath.Join(t.TempDir(), "lock")
	f := open(t, path)
	if err := flock.Try(f, flock.Exclusive); err != nil {
		t.Fatal(err)
	}
	hold(t, filepath.Join(t.TempDir(), "other")) // a child that outlives the unlock
	f.Close()
	if err := flock.Try(open(t, path), flock.Exclusive); err != nil {
		t.Fatalf("a child kept the lock: %v", err)
	}
}

// BenchmarkHandOver measures unlock in one process to grant in another waiter.
func BenchmarkHandOver(b *testing.B) {
	path := filepath.Join(b.TempDir(), "lock")
	a, c := open(b, path), open(b, path)
	var total time.Duration
	for b.Loop() {
		if err := flock.Try(a, flock.Exclusive); err != nil {
			b.Fatal(err)
		}
		got := make(chan time.Time, 1)
		go func() {
			if err := flock.Lock(context.Background(), c, flock.Exclusive); err != nil {
				b.Error(err)
			}
			got <- time.Now()
		}()
		waitUntilBlocked(b, path)
		start := time.Now()
		flock.Unlock(a)
		total += (<-got).Sub(start)
		flock.Unlock(c)
	}
	b.ReportMetric(float64(total.Microseconds())/float64(b.N), "µs/handover")
}

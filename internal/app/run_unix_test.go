//go:build unix

package app

import (
	"context"
	"errors"
	"os"
	"testing"

	"golang.org/x/sys/unix"
)

// A toolchain that may have to be completed is watched over first, and the verb asks with the context that it had before.
func TestASignalEndsAllThatIsInterruptible(t *testing.T) {
	a, _ := newApp(t)
	first := a.Interruptible(t.Context())
	if again := a.Interruptible(first); again != first {
		t.Error("a context that a signal ends was wrapped once more")
	}
	second := a.Interruptible(t.Context())
	if err := unix.Kill(os.Getpid(), unix.SIGHUP); err != nil {
		t.Fatal(err)
	}
	for _, ctx := range []context.Context{first, second} {
		<-ctx.Done()
		if !errors.As(context.Cause(ctx), new(*Interrupt)) {
			t.Errorf("ended by %v", context.Cause(ctx))
		}
	}
	if a.Interrupted() != unix.SIGHUP {
		t.Errorf("interrupted by %v", a.Interrupted())
	}
}

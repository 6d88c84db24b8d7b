package cargo

import (
	"context"
	"errors"
	"os"
	"os/exec"
	"path/filepath"
	"syscall"
	"testing"
)

// A test that takes its time to end is asked to, and not killed.
func TestAProgramThatWasAskedToEndIsNotKilled(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	for _, name := range []string{"begun", "on", "ended"} {
		if err := syscall.Mkfifo(filepath.Join(dir, name), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	c := exec.Command("sh", "-c", `trap 'asked=1' INT; echo >begun; until [ "$asked" ]; do read -r _ <on; done; trap '' INT; read -r _ <on; echo >ended`)
	c.Dir = dir
	ctx, cancel := context.WithCancelCause(t.Context())
	left := make(chan error, 1)
	go func() {
		_, err := runOrLeave(ctx, c, 0)
		left <- err
	}()
	if _, err := os.ReadFile(filepath.Join(dir, "begun")); err != nil {
		t.Fatal(err)
	}
	stopped := errors.New("stopped")
	cancel(stopped)
	if err := <-left; !errors.Is(err, stopped) {
		t.Errorf("%v, expected that it is left", err)
	}
	go func() {
		for os.WriteFile(filepath.Join(dir, "on"), []byte("\n"), 0o600) == nil && t.Context().Err() == nil {
		}
	}()
	if _, err := os.ReadFile(filepath.Join(dir, "ended")); err != nil {
		t.Error(err)
	}
}

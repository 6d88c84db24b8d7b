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
	on, err := os.OpenFile(filepath.Join(dir, "on"), os.O_RDWR, 0) // so that neither side waits for the other, or finds it gone
	if err != nil {
		t.Fatal(err)
	}
	defer on.Close()
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
	if _, err := on.WriteString("\n\n"); err != nil { // a line for each of its two reads
		t.Fatal(err)
	}
	if _, err := os.ReadFile(filepath.Join(dir, "ended")); err != nil {
		t.Error(err)
	}
}

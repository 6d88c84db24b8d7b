package lockfs_test

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"berth/internal/lockfs"
)

// ensureRole: <dir> <lock file>. It makes <dir>/object and logs that it did.
func ensureRole(ctx context.Context, args []string) error {
	dir := lockfs.At(args[0])
	object := dir.Join("object")
	present := func() (bool, error) { return object.Exists(), nil }
	err := lockfs.Ensure(ctx, testLock(args[1]), present, func(_ context.Context, held *lockfs.FileLock) error {
		log, err := os.OpenFile(held.Path(dir.Join("log")), os.O_CREATE|os.O_APPEND|os.O_WRONLY, 0o644)
		if err != nil {
			return err
		}
		fmt.Fprintln(log, os.Getpid())
		if err := log.Close(); err != nil {
			return err
		}
		return held.WriteFile("test.object", object, []byte("whole"))
	})
	if err == nil && !object.Exists() {
		err = fmt.Errorf("Ensure returned, but the object is not there")
	}
	return err
}

func TestEnsureManyMakeOnce(t *testing.T) {
	dir, path := t.TempDir(), filepath.Join(t.TempDir(), "x.lock")
	_, held, err := testLock(path).Acquire(t.Context(), lockfs.Exclusive)
	if err != nil {
		t.Fatal(err)
	}
	var all []*process
	for range 16 {
		all = append(all, start(t, "ensure", dir, path))
	}
	for _, p := range all {
		if line := p.line(); !strings.HasPrefix(line, "waiting for component x") {
			t.Fatalf("expected that it waits: %q", line)
		}
	}
	held.Close()
	for _, p := range all {
		p.end()
	}
	if made := strings.Fields(string(must(os.ReadFile(filepath.Join(dir, "log"))))); len(made) != 1 {
		t.Errorf("made %d times", len(made))
	}
}

func TestEnsureAfterTheMakerWasKilled(t *testing.T) {
	lock := filepath.Join(t.TempDir(), "x.lock")
	for _, point := range pointsOf(t, "ensure", t.TempDir(), lock) {
		t.Run(point, func(t *testing.T) {
			dir := t.TempDir()
			killAt(t, point, "ensure", dir, lock)
			if out, err := run(t, nil, "ensure", dir, lock); err != nil {
				t.Fatalf("%v %s", err, out)
			}
			if got := string(must(os.ReadFile(filepath.Join(dir, "object")))); got != "whole" {
				t.Errorf("the object is %q", got)
			}
			if names := namesIn(t, dir); len(names) != 2 {
				t.Errorf("left over: %v", names)
			}
			if names := namesIn(t, filepath.Dir(lock)); len(names) != 1 {
				t.Errorf("left over beside the lock: %v", names)
			}
		})
	}
}

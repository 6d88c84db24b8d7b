package lockfs_test

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"testing"

	"golang.org/x/sync/errgroup"

	"berth/internal/lockfs"
)

// countRole: <lock file> <counter file> <rounds>. Several goroutines add one to
// the counter by reading and writing it, and retire the lock file every other
// time. What is lost, or read while it is cut, shows that two were at it.
func countRole(ctx context.Context, args []string) error {
	rounds := must(strconv.Atoi(args[2]))
	ctx = lockfs.WithSession(ctx, &lockfs.Session{}) // waits are the rule here: no lines
	var group errgroup.Group
	for range countersEach {
		group.Go(func() error {
			for i := range rounds {
				if err := countOnce(ctx, args[0], args[1], i%2 == 0); err != nil {
					return err
				}
			}
			return nil
		})
	}
	return group.Wait()
}

const countersEach = 4

func countOnce(ctx context.Context, lock, counter string, retire bool) error {
	_, held, err := testLock(lock).Acquire(ctx, lockfs.Exclusive)
	if err != nil {
		return err
	}
	defer held.Close()
	data, err := os.ReadFile(counter)
	if err != nil {
		return err
	}
	n, err := strconv.Atoi(string(data))
	if err != nil {
		return fmt.Errorf("two at once: %w", err)
	}
	err = os.WriteFile(counter, []byte(strconv.Itoa(n+1)), 0o644)
	if retire {
		err = errors.Join(err, held.Retire())
	}
	return err
}

func TestRetireKeepsOthersOut(t *testing.T) {
	const processes, rounds = 4, 50
	dir := t.TempDir()
	lock, counter := filepath.Join(dir, "x.lock"), filepath.Join(dir, "counter")
	write(t, counter, "0")
	var all []*process
	for range processes {
		all = append(all, start(t, "count", lock, counter, strconv.Itoa(rounds)))
	}
	for _, p := range all {
		if line := p.line(); line != "" {
			t.Error(line)
		}
		p.end()
	}
	want := strconv.Itoa(processes * countersEach * rounds)
	if got := string(must(os.ReadFile(counter))); got != want {
		t.Errorf("counted %s of %s", got, want)
	}
}

func TestRetireOfAMissingFile(t *testing.T) {
	path := filepath.Join(t.TempDir(), "x.lock")
	_, held, err := testLock(path).Acquire(t.Context(), lockfs.Exclusive)
	if err != nil {
		t.Fatal(err)
	}
	os.Remove(path)
	if err := held.Retire(); err != nil {
		t.Errorf("that somebody removed it already is no failure: %v", err)
	}
}

package lockfs_test

import (
	"context"
	"errors"
	"net"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"berth/internal/lockfs"
)

// scratchRole: <staging directory> <rounds>.
func scratchRole(ctx context.Context, args []string) error {
	for range must(strconv.Atoi(args[1])) {
		if err := useScratch(ctx, lockfs.NewStaging(lockfs.At(args[0]))); err != nil {
			return err
		}
	}
	return nil
}

// useScratch leaves a tree with a read-only directory to be removed.
func useScratch(ctx context.Context, s lockfs.Staging) error {
	scratch, err := s.New(ctx)
	if err != nil {
		return err
	}
	inner := filepath.Join(scratch.Path(), "share", "doc")
	err = os.MkdirAll(inner, 0o755)
	if err == nil {
		err = os.WriteFile(filepath.Join(inner, "COPYRIGHT"), []byte("x"), 0o444)
	}
	if err == nil {
		err = os.Chmod(inner, 0o555)
	}
	return errors.Join(err, scratch.Close())
}

func TestScratchKilledAnywhere(t *testing.T) {
	for _, point := range pointsOf(t, "scratch", t.TempDir(), "1") {
		t.Run(point, func(t *testing.T) {
			dir := oddDir(t)
			staging := lockfs.NewStaging(lockfs.At(dir))
			alive, err := staging.New(t.Context())
			if err != nil {
				t.Fatal(err)
			}
			before := namesIn(t, dir)
			killAt(t, point, "scratch", dir, "1")
			if err := staging.Clear(t.Context()); err != nil {
				t.Fatal(err)
			}
			if names := namesIn(t, dir); !slices.Equal(names, before) {
				t.Errorf("after Clear there is %q, expected the live one alone: %q", names, before)
			}
			if err := alive.Close(); err != nil {
				t.Fatal(err)
			}
			if names := namesIn(t, dir); len(names) != 0 {
				t.Errorf("after Close there is %q", names)
			}
		})
	}
}

// TestClearLeavesTheLiving parks a process at every point and clears meanwhile.
func TestClearLeavesTheLiving(t *testing.T) {
	for _, point := range pointsOf(t, "scratch", t.TempDir(), "1") {
		t.Run(point, func(t *testing.T) {
			dir := t.TempDir()
			ln := must(net.Listen("tcp", "127.0.0.1:0"))
			defer ln.Close()
			cmd := command([]string{"BERTH_CRASHPOINT=" + point + "=park:" + ln.Addr().String()}, "scratch", dir, "1")
			p := startCommand(t, cmd)
			parked := must(ln.Accept())
			before := namesIn(t, dir)
			if err := lockfs.NewStaging(lockfs.At(dir)).Clear(t.Context()); err != nil {
				t.Error(err)
			}
			if names := namesIn(t, dir); !slices.Equal(names, before) {
				t.Errorf("Clear took from a live process: %q, before %q", names, before)
			}
			parked.Close()
			p.end()
			if names := namesIn(t, dir); len(names) != 0 {
				t.Errorf("left over: %q", names)
			}
		})
	}
}

// TestNewBesideClear: a sweep that looks at a scratch in the instant before it
// is locked makes nobody fail.
func TestNewBesideClear(t *testing.T) {
	dir := t.TempDir()
	var all []*process
	for range 2 {
		all = append(all, start(t, "scratch", dir, "100"))
	}
	ended := make(chan struct{})
	go func() {
		defer close(ended)
		for _, p := range all {
			if line := p.line(); line != "" {
				t.Error(line)
			}
		}
	}()
	staging := lockfs.NewStaging(lockfs.At(dir))
	for running := true; running; {
		select {
		case <-ended:
			running = false
		default:
			if err := staging.Clear(t.Context()); err != nil {
				t.Fatal(err)
			}
		}
	}
	for _, p := range all {
		p.end()
	}
	if err := staging.Clear(t.Context()); err != nil {
		t.Fatal(err)
	}
	if names := namesIn(t, dir); len(names) != 0 {
		t.Errorf("left over: %q", names)
	}
}

func TestScratchWithoutALockGoesWithAge(t *testing.T) {
	dir := t.TempDir()
	for name, age := range map[string]time.Duration{"young": time.Hour, "old": 25 * time.Hour} {
		path := filepath.Join(dir, name)
		if err := os.Mkdir(path, 0o755); err != nil {
			t.Fatal(err)
		}
		then := time.Now().Add(-age)
		if err := os.Chtimes(path, then, then); err != nil {
			t.Fatal(err)
		}
	}
	if err := lockfs.NewStaging(lockfs.At(dir)).Clear(t.Context()); err != nil {
		t.Fatal(err)
	}
	if names := strings.Join(namesIn(t, dir), " "); names != "young" {
		t.Errorf("after Clear there is %q", names)
	}
}

func TestClearOfNothing(t *testing.T) {
	if err := lockfs.NewStaging(lockfs.At(filepath.Join(t.TempDir(), "none"))).Clear(t.Context()); err != nil {
		t.Error(err)
	}
}

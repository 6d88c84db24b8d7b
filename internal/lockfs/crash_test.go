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

// writeRole: <lock file> <file> <content>.
func writeRole(ctx context.Context, args []string) error {
	return testLock(args[0]).With(ctx, lockfs.Exclusive, func(_ context.Context, held *lockfs.FileLock) error {
		return held.WriteFile("test.write", lockfs.At(args[1]), []byte(args[2]))
	})
}

// pointRole: <lock file> <link> <target> <scratch>.
func pointRole(ctx context.Context, args []string) error {
	return testLock(args[0]).With(ctx, lockfs.Exclusive, func(_ context.Context, held *lockfs.FileLock) error {
		return held.Point("test.point", lockfs.At(args[1]), args[2], lockfs.At(args[3]))
	})
}

// swapRole: <lock file> <a> <b> [steps].
func swapRole(ctx context.Context, args []string) error {
	a, b := lockfs.At(args[1]), lockfs.At(args[2])
	return testLock(args[0]).With(ctx, lockfs.Exclusive, func(_ context.Context, held *lockfs.FileLock) error {
		if len(args) > 3 {
			return lockfs.ExchangeBySteps(a, b)
		}
		return held.Exchange("test.swap", a, b)
	})
}

// oddDir is a directory whose name is a pattern, for what lists directories.
func oddDir(t *testing.T) string {
	dir := filepath.Join(t.TempDir(), "ho[me] {a,b}")
	if err := os.Mkdir(dir, 0o755); err != nil {
		t.Fatal(err)
	}
	return dir
}

func TestWriteFileKilledAnywhere(t *testing.T) {
	lock := filepath.Join(t.TempDir(), "w.lock")
	points := pointsOf(t, "write", lock, filepath.Join(t.TempDir(), "f"), "x")
	for _, point := range points {
		t.Run(point, func(t *testing.T) {
			dir := oddDir(t)
			file := filepath.Join(dir, "settings.toml")
			others := []string{file + ".new1", file + ".berth-new-", "other.berth-new-0123456789abcdef"}
			others[2] = filepath.Join(dir, others[2])
			for _, path := range append(others, file) {
				write(t, path, "old")
			}
			killAt(t, point, "write", lock, file, "new and longer")
			got := string(must(os.ReadFile(file)))
			if renamed := strings.HasSuffix(point, ".done"); renamed && got != "new and longer" || !renamed && got != "old" {
				t.Errorf("after the kill it holds %q", got)
			}
			if out, err := run(t, nil, "write", lock, file, "newer"); err != nil {
				t.Fatalf("%v %s", err, out)
			}
			if got := string(must(os.ReadFile(file))); got != "newer" {
				t.Errorf("the next write left %q", got)
			}
			if names := namesIn(t, dir); len(names) != len(others)+1 {
				t.Errorf("expected the file and what is not ours, nothing else: %q", names)
			}
		})
	}
}

func TestWriteFileOnAFullDisk(t *testing.T) {
	dir, lock := t.TempDir(), filepath.Join(t.TempDir(), "w.lock")
	file := filepath.Join(dir, "f")
	write(t, file, "old")
	out, err := run(t, []string{"BERTH_CRASHPOINT=test.write.written=full"}, "write", lock, file, "new")
	if err == nil || !strings.Contains(out, "cannot write "+file) || !strings.Contains(out, "no space left") {
		t.Errorf("%v %s", err, out)
	}
	if got := string(must(os.ReadFile(file))); got != "old" {
		t.Errorf("the old file became %q", got)
	}
	if names := namesIn(t, dir); len(names) != 1 {
		t.Errorf("left over: %q", names)
	}
}

func TestPointKilledAnywhere(t *testing.T) {
	lock := filepath.Join(t.TempDir(), "p.lock")
	first := t.TempDir()
	for _, point := range pointsOf(t, "point", lock, filepath.Join(first, "link"), first, filepath.Join(first, "scratch")) {
		t.Run(point, func(t *testing.T) {
			dir := t.TempDir()
			link, scratch := filepath.Join(dir, "toolchains", "stable"), filepath.Join(dir, "scratch")
			target := func(name string) string {
				path := filepath.Join(dir, name)
				if err := os.MkdirAll(path, 0o755); err != nil {
					t.Fatal(err)
				}
				return path
			}
			old, fresh, last := target("old"), target("fresh"), target("last")
			if out, err := run(t, nil, "point", lock, link, old, scratch); err != nil {
				t.Fatalf("%v %s", err, out)
			}
			killAt(t, point, "point", lock, link, fresh, scratch)
			got, isPointer, err := lockfs.At(link).Pointer()
			if !isPointer || err != nil || got != old && got != fresh {
				t.Errorf("after the kill it leads to %q (%v)", got, err)
			}
			if out, err := run(t, nil, "point", lock, link, last, scratch); err != nil {
				t.Fatalf("a scratch name that a killed process used: %v %s", err, out)
			}
			if got, _, _ := lockfs.At(link).Pointer(); got != last {
				t.Errorf("it leads to %q", got)
			}
			if names := namesIn(t, dir); len(names) != 4 {
				t.Errorf("left over: %q", names)
			}
		})
	}
}

func TestPointReplacesPointersOnly(t *testing.T) {
	dir := t.TempDir()
	write(t, filepath.Join(dir, "file"), "the user's")
	if err := os.Mkdir(filepath.Join(dir, "directory"), 0o755); err != nil {
		t.Fatal(err)
	}
	for _, name := range []string{"file", "directory"} {
		out, err := run(t, nil, "point", filepath.Join(dir, "p.lock"), filepath.Join(dir, name), dir, filepath.Join(dir, "scratch"))
		if err == nil || !strings.Contains(out, "not a link") {
			t.Errorf("%s: %v %s", name, err, out)
		}
	}
	if names := namesIn(t, dir); len(names) != 3 {
		t.Errorf("left over: %q", names)
	}
}

func swapDir(t *testing.T) (a, b lockfs.Filesystem) {
	dir := lockfs.At(t.TempDir())
	a, b = dir.Join("staged"), dir.Join("visible")
	for _, d := range []lockfs.Filesystem{a, b} {
		if err := d.MkdirAll(); err != nil {
			t.Fatal(err)
		}
		write(t, d.Join("from").Display(), d.Base())
	}
	return a, b
}

func contentOf(d lockfs.Filesystem) string {
	data, err := d.Join("from").ReadFile()
	if err != nil {
		return "nothing"
	}
	return string(data)
}

func TestExchangeKilledAnywhere(t *testing.T) {
	lock := filepath.Join(t.TempDir(), "s.lock")
	for _, steps := range [][]string{nil, {"steps"}} {
		a, b := swapDir(t)
		for _, point := range pointsOf(t, "swap", append([]string{lock, a.Display(), b.Display()}, steps...)...) {
			t.Run(point+fmt.Sprint(steps), func(t *testing.T) {
				a, b := swapDir(t)
				killAt(t, point, "swap", append([]string{lock, a.Display(), b.Display()}, steps...)...)
				spare := lockfs.At(t.TempDir()).Join("spare")
				err := testLock(lock).With(t.Context(), lockfs.Exclusive, func(_ context.Context, held *lockfs.FileLock) error {
					return held.Recover("test.recover", b, spare)
				})
				if err != nil {
					t.Fatal(err)
				}
				found := map[string]int{contentOf(a): 1, contentOf(b): 1, contentOf(spare): 1}
				if !(found["staged"] == 1 && found["visible"] == 1) || contentOf(b) == "nothing" {
					t.Errorf("a %s, b %s, spare %s", contentOf(a), contentOf(b), contentOf(spare))
				}
				if names := namesIn(t, filepath.Dir(b.Display())); len(names) > 2 {
					t.Errorf("left over: %q", names)
				}
			})
		}
	}
}

func TestExchangeOfLinkAndDirectory(t *testing.T) {
	a, b := swapDir(t)
	if err := os.RemoveAll(a.Display()); err != nil {
		t.Fatal(err)
	}
	tree := t.TempDir()
	lock := filepath.Join(t.TempDir(), "s.lock")
	if out, err := run(t, nil, "point", lock, a.Display(), tree, a.Display()+"-scratch"); err != nil {
		t.Fatalf("%v %s", err, out)
	}
	if out, err := run(t, nil, "swap", lock, a.Display(), b.Display()); err != nil {
		t.Fatalf("%v %s", err, out)
	}
	if target, ok, _ := b.Pointer(); !ok || target != tree || contentOf(a) != "visible" {
		t.Errorf("the name leads to %q, aside lies %s", target, contentOf(a))
	}
}

package unitstore_test

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"berth/internal/lockfs"
	"berth/internal/unitstore"
)

// spared is the store of the CARGO_HOME in dir, with spares in the target directory there.
func spared(dir string) *unitstore.Store {
	home := lockfs.At(dir).Join("home")
	s := unitstore.Shared(home)
	s.Spares = unitstore.Workspace(lockfs.At(dir).Join("target"), home).Spares
	return s
}

// makeSpared makes the unit "a" with all that an attempt can have in it.
func makeSpared(ctx context.Context, s *unitstore.Store) (*unitstore.Variant, error) {
	found, a, err := s.TryBegin(ctx, keyOf("a"), who(), anything)
	if err != nil || a == nil {
		return found.Variant, err
	}
	err = errors.Join(os.MkdirAll(filepath.Join(a.Dir, "out", "empty"), 0o755), os.WriteFile(filepath.Join(a.Dir, "libdemo.rlib"), []byte("rlib"), 0o644),
		os.WriteFile(filepath.Join(a.Dir, "out", "run"), []byte("run"), 0o755), os.Symlink("run", filepath.Join(a.Dir, "out", "link")))
	if err != nil {
		return nil, errors.Join(err, a.Abandon(ctx))
	}
	return a.Commit(ctx, unitstore.Made{Note: []byte("noted")})
}

func keepSpare(t *testing.T, dir string) *unitstore.Variant {
	t.Helper()
	s := spared(dir)
	v := must(makeSpared(t.Context(), s))
	s.Spares.Keep(t.Context(), v, true)
	if err := errors.Join(s.Spares.Close(), s.Close()); err != nil {
		t.Fatal(err)
	}
	return v
}

func spareOf(t *testing.T, dir string) string {
	t.Helper()
	found := must(filepath.Glob(filepath.Join(dir, "target", "berth", "build", "demo-*")))
	if len(found) != 1 {
		t.Fatalf("expected one spare, got %q", found)
	}
	return found[0]
}

// TestASpareIsAdopted: a store that is gone is filled again from the target directory, under the same names.
func TestASpareIsAdopted(t *testing.T) {
	dir := t.TempDir()
	v := keepSpare(t, dir)
	if a, b := must(os.Stat(filepath.Join(v.Dir, "libdemo.rlib"))), must(os.Stat(filepath.Join(spareOf(t, dir), "libdemo.rlib"))); !os.SameFile(a, b) {
		t.Error("the spare is a copy where it could be a link")
	}
	if err := os.RemoveAll(filepath.Join(dir, "home")); err != nil {
		t.Fatal(err)
	}
	s := spared(dir)
	found := find(t, s, keyOf("a")).Variant
	if found == nil || found.Dir != v.Dir || found.MadeIn != v.Dir || string(found.Note) != "noted" {
		t.Fatalf("%+v", found)
	}
	if info := must(os.Stat(filepath.Join(v.Dir, "out", "empty"))); !info.IsDir() {
		t.Error("an empty directory is not there")
	}
	if info := must(os.Stat(filepath.Join(v.Dir, "out", "run"))); info.Mode().Perm()&0o700 != 0o700 { // the umask decides about others
		t.Error(info.Mode())
	}
	if text := must(os.Readlink(filepath.Join(v.Dir, "out", "link"))); text != "run" {
		t.Error(text)
	}
	s.Close()
	s = spared(dir)
	defer s.Close()
	if again := find(t, s, keyOf("a")).Variant; again == nil || again.Dir != v.Dir {
		t.Errorf("%+v", again)
	}
}

// TestAnotherHomeAdopts: what was made in one place tells where it was.
func TestAnotherHomeAdopts(t *testing.T) {
	dir, other := t.TempDir(), t.TempDir()
	v := keepSpare(t, dir)
	if err := os.Rename(filepath.Join(dir, "target"), filepath.Join(other, "target")); err != nil {
		t.Fatal(err)
	}
	s := spared(other)
	defer s.Close()
	found := find(t, s, keyOf("a")).Variant
	if found == nil || found.MadeIn != v.Dir || !strings.HasPrefix(found.Dir, other) {
		t.Errorf("%+v", found)
	}
}

// TestSparesThatAreNotAdopted: altered, of another reader, dropped by the user, or cleaned.
func TestSparesThatAreNotAdopted(t *testing.T) {
	accepted := func(t *testing.T, dir string, accept unitstore.Accept) bool {
		t.Helper()
		os.RemoveAll(filepath.Join(dir, "home", "berth", "v1", "locks"))
		s := spared(dir)
		defer s.Close()
		found, err := s.Find(t.Context(), keyOf("a"), accept)
		if err != nil {
			t.Fatal(err)
		}
		return found.Variant != nil
	}
	forget := func(t *testing.T, dir string) {
		if err := os.RemoveAll(filepath.Join(dir, "home")); err != nil {
			t.Fatal(err)
		}
	}
	for name, spoil := range map[string]func(t *testing.T, spare string){
		"altered":  func(t *testing.T, spare string) { write(t, spare, "libdemo.rlib", "RLIB") },
		"cut":      func(t *testing.T, spare string) { write(t, spare, "libdemo.rlib", "") },
		"missing":  func(t *testing.T, spare string) { os.Remove(filepath.Join(spare, "out", "run")) },
		"stamp":    func(t *testing.T, spare string) { write(t, spare, "stamp", "berth unit 1\n") },
		"no stamp": func(t *testing.T, spare string) { os.Remove(filepath.Join(spare, "stamp")) },
	} {
		t.Run(name, func(t *testing.T) {
			dir := t.TempDir()
			keepSpare(t, dir)
			forget(t, dir)
			spoil(t, spareOf(t, dir))
			if accepted(t, dir, anything) {
				t.Error("it was adopted")
			}
			if left := must(filepath.Glob(filepath.Join(dir, "home", "berth", "v1", "units", "*", "*", "*"))); len(left) > 1 {
				t.Errorf("left: %q", left)
			}
		})
	}
	dir := t.TempDir()
	keepSpare(t, dir)
	forget(t, dir)
	if accepted(t, dir, none) {
		t.Error("it was adopted against what was read")
	}
	if !accepted(t, dir, anything) {
		t.Error("it was not adopted")
	}
	s := unitstore.Shared(lockfs.At(dir).Join("home")) // from elsewhere: the spare stays
	if swept, err := s.Drop(t.Context(), "demo", false); err != nil || len(swept.Removed) != 1 {
		t.Fatal(swept, err)
	}
	spareOf(t, dir)
	if accepted(t, dir, anything) {
		t.Error("it came back after it was dropped")
	}
	forget(t, dir)
	own := unitstore.Workspace(lockfs.At(dir).Join("target"), lockfs.At(dir).Join("home"))
	if swept, err := own.Clear(t.Context(), func(unitstore.Identity) bool { return true }, func(string) {}); err != nil || len(swept.Removed) != 1 {
		t.Fatal(swept, err)
	}
	if _, err := os.Stat(filepath.Join(dir, "target", "berth", "build")); err == nil {
		t.Error("spares are left after a clean")
	}
}

// TestOldSparesGo when a new one comes, and only then.
func TestOldSparesGo(t *testing.T) {
	dir := t.TempDir()
	s := spared(dir)
	defer s.Close()
	long := time.Now().Add(-31 * 24 * time.Hour)
	old := filepath.Join(dir, "target", "berth", "build", "old-0123456789abcdef01234567")
	for _, at := range []string{old, strings.Replace(old, "old", "young", 1)} {
		write(t, at, "stamp", "")
	}
	os.Chtimes(old, long, long)
	s.Spares.Close()
	if _, err := os.Stat(old); err != nil {
		t.Error("it went without need:", err)
	}
	keepSpare(t, dir)
	entries := must(os.ReadDir(filepath.Dir(old)))
	var names []string
	for _, e := range entries {
		name, _, _ := strings.Cut(e.Name(), "-")
		names = append(names, name)
	}
	if !slices.Equal(names, []string{"demo", "young"}) {
		t.Errorf("%q", names)
	}
}

// TestManyAdoptAtOnce: and all use the same.
func TestManyAdoptAtOnce(t *testing.T) {
	dir := t.TempDir()
	v := keepSpare(t, dir)
	os.RemoveAll(filepath.Join(dir, "home"))
	var all sync.WaitGroup
	for range 12 {
		all.Go(func() {
			out, err := role("keep", dir).CombinedOutput()
			if err != nil || !strings.Contains(string(out), "found "+v.Dir) {
				t.Errorf("%v\n%s", err, out)
			}
		})
	}
	all.Wait()
	spareOf(t, dir)
}

// TestKilledWhileSparesAreMadeAndAdopted: whatever is left, the next process finds the unit, and nothing else is left.
func TestKilledWhileSparesAreMadeAndAdopted(t *testing.T) {
	prepared := func(t *testing.T, verb string) string {
		dir := t.TempDir()
		if verb == "adopt" {
			keepSpare(t, dir)
			os.RemoveAll(filepath.Join(dir, "home"))
		}
		return dir
	}
	for _, verb := range []string{"keep", "adopt"} {
		trace := filepath.Join(t.TempDir(), "trace")
		run(t, verb, prepared(t, verb), "BERTH_CRASHPOINT_TRACE="+trace)
		points := strings.Fields(string(must(os.ReadFile(trace))))
		if !slices.Contains(points, map[string]string{"keep": "unitstore.spare.linked", "adopt": "unitstore.adopt.linked"}[verb]) {
			t.Fatalf("%s passes %q", verb, points)
		}
		seen := map[string]int{}
		for _, point := range points {
			seen[point]++
			at := fmt.Sprintf("%s#%d", point, seen[point])
			t.Run(verb+" "+at, func(t *testing.T) {
				dir := prepared(t, verb)
				if out, err := role(verb, dir, "BERTH_CRASHPOINT="+at+"=kill").CombinedOutput(); err == nil {
					t.Fatalf("it was not killed:\n%s", out)
				}
				run(t, verb, dir)
				run(t, "adopt", dir)
				os.RemoveAll(filepath.Join(dir, "home"))
				run(t, "adopt", dir)
				spareOf(t, dir)
			})
		}
	}
}

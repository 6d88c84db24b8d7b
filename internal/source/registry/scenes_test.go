package registry_test

import (
	"math/rand/v2"
	"os"
	"path/filepath"
	"testing"

	"berth/internal/lockfs"
)

// noise is text that does not get smaller by packing.
func noise(n int) string {
	r := rand.New(rand.NewPCG(1, 2))
	b := make([]byte, n)
	for i := range b {
		b[i] = byte(' ' + r.IntN(90))
	}
	return string(b)
}

// waitForSize returns when the files of a directory have so many bytes.
func waitForSize(t *testing.T, dir string, size int64) {
	t.Helper()
	for {
		var sum int64
		entries, _ := os.ReadDir(dir)
		for _, e := range entries {
			if info, err := e.Info(); err == nil {
				sum += info.Size()
			}
		}
		if sum >= size {
			return
		}
	}
}

// sourceDir is where a crate is unpacked in the home.
func sourceDir(t *testing.T, home, name string) string {
	t.Helper()
	found := must(filepath.Glob(filepath.Join(home, "registry", "src", "*", name)))
	if len(found) != 1 {
		t.Fatalf("%s is unpacked at %v", name, found)
	}
	return found[0]
}

func expectUnpacked(t *testing.T, home, name string) {
	t.Helper()
	dir := sourceDir(t, home, name)
	if text := must(os.ReadFile(filepath.Join(dir, ".cargo-ok"))); string(text) != `{"v":1}` {
		t.Errorf(".cargo-ok is %q", text)
	}
	if archives := must(filepath.Glob(filepath.Join(home, "registry", "cache", "*", name+".crate"))); len(archives) != 1 {
		t.Errorf("archives of %s: %v", name, archives)
	}
}

// expectTidy: nothing that was on its way is left.
func expectTidy(t *testing.T, home string) {
	t.Helper()
	for _, part := range []string{"downloads", "staging"} {
		if left := must(filepath.Glob(filepath.Join(home, "berth", "v1", part, "*"))); len(left) > 0 {
			t.Errorf("left over: %v", left)
		}
	}
}

// waitForWaiters returns when so many processes wait for a lock whose file's name matches.
func waitForWaiters(t *testing.T, home, pattern string, n int) {
	t.Helper()
	for t.Context().Err() == nil {
		states, err := lockfs.States(t.Context(), lockfs.At(filepath.Join(home, "berth", "v1", "locks")))
		if err != nil {
			if t.Context().Err() == nil {
				t.Error(err)
			}
			return
		}
		for _, s := range states {
			if is, _ := filepath.Match(pattern, filepath.Base(s.File)); is && len(s.Waiters) >= n {
				return
			}
		}
	}
}

package worktree

import (
	"os"
	"os/exec"
	"path/filepath"
	"testing"
)

func TestIndexVersions(t *testing.T) {
	for _, version := range []string{"2", "3", "4"} {
		dir := t.TempDir()
		git := func(args ...string) {
			t.Helper()
			if out, err := exec.Command("git", append([]string{"-C", dir}, args...)...).CombinedOutput(); err != nil {
				t.Fatalf("%v: %s", err, out)
			}
		}
		git("init", "-q")
		for _, name := range []string{"a", "abc", "abcdefgh", "b/longer-name-of-a-file.txt", "b/longer-name-of-another"} {
			path := filepath.Join(dir, name)
			if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
				t.Fatal(err)
			}
			if err := os.WriteFile(path, nil, 0o644); err != nil {
				t.Fatal(err)
			}
		}
		git("add", "-A")
		git("add", "--intent-to-add", ".")
		git("update-index", "--index-version", version)
		r, err := Open(dir, os.Environ())
		if err != nil {
			t.Fatal(err)
		}
		if got := r.TrackedBelow(""); len(got) != 5 || got[4] != "b/longer-name-of-another" || !r.Tracked("abc") {
			t.Errorf("version %s: %q", version, got)
		}
	}
}

func FuzzIndex(f *testing.F) {
	f.Add([]byte("DIRC\x00\x00\x00\x02\x00\x00\x00\x01"))
	f.Add(append([]byte("DIRC\x00\x00\x00\x04\x00\x00\x00\x01"), make([]byte, 70)...))
	f.Fuzz(func(t *testing.T, data []byte) {
		for _, hash := range []int{20, 32} {
			if entries, err := parseIndex(data, hash); err != nil && entries != nil {
				t.Errorf("%d entries and an error", len(entries))
			}
		}
	})
}

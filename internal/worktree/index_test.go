package worktree

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
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

// TestSplitIndex: most entries are in another file; of those some are deleted, and some replaced.
func TestSplitIndex(t *testing.T) {
	dir := t.TempDir()
	git := func(args ...string) string {
		t.Helper()
		out, err := exec.Command("git", append([]string{"-C", dir, "-c", "splitIndex.maxPercentChange=100"}, args...)...).Output()
		if err != nil {
			t.Fatalf("%v: %s, %v", args, out, err)
		}
		return string(out)
	}
	write := func(name, text string) {
		t.Helper()
		if err := os.WriteFile(filepath.Join(dir, name), []byte(text), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	git("init", "-q")
	for i := range 300 {
		write(fmt.Sprintf("f%03d", i), "")
	}
	git("add", "-A")
	git("update-index", "--split-index")
	for i, change := range []func(){
		func() {},
		func() { write("f007", "changed"); write("f200", "changed"); write("a-new", ""); git("add", "-A") },
		func() { git("rm", "-q", "-f", "f000", "f100", "f299") },
	} {
		change()
		if shared, _ := filepath.Glob(filepath.Join(dir, ".git", "sharedindex.*")); len(shared) == 0 {
			t.Fatal("git has split nothing")
		}
		r, err := Open(dir, os.Environ())
		if err != nil {
			t.Fatal(err)
		}
		if got, want := strings.Join(r.TrackedBelow(""), "\n")+"\n", git("ls-files"); got != want {
			t.Errorf("after change %d:\n%s\nwant\n%s", i, got, want)
		}
	}
}

func FuzzIndex(f *testing.F) {
	f.Add([]byte("DIRC\x00\x00\x00\x02\x00\x00\x00\x01"))
	f.Add(append([]byte("DIRC\x00\x00\x00\x04\x00\x00\x00\x01"), make([]byte, 70)...))
	f.Fuzz(func(t *testing.T, data []byte) {
		for _, hash := range []int{20, 32} {
			entries, s, err := parseIndex(data, hash)
			if err != nil && entries != nil {
				t.Errorf("%d entries and an error", len(entries))
			}
			s.merge(make([]entry, 100), entries)
			split{maps: data}.merge(make([]entry, 100), entries)
		}
	})
}

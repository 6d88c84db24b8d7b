package build

import (
	"os"
	"path/filepath"
	"testing"
	"time"
)

// Two checkouts that share a target directory may link programs of one size in one tick of the clock.
func TestPlacesWhatHasSizeAndTimeOfAnother(t *testing.T) {
	dir, tick := t.TempDir(), time.Now()
	file := func(name, text string) string {
		path := filepath.Join(dir, name)
		if err := os.WriteFile(path, []byte(text), 0o666); err != nil {
			t.Fatal(err)
		}
		if err := os.Chtimes(path, tick, tick); err != nil {
			t.Fatal(err)
		}
		return path
	}
	one, two, copied, shown := file("one", "1"), file("two", "2"), file("copied", "1"), filepath.Join(dir, "shown")
	for _, from := range []string{one, two, one} {
		if err := new(placer).place(from, shown); err != nil {
			t.Fatal(err)
		}
		want, _ := os.ReadFile(from)
		if is, err := os.ReadFile(shown); string(is) != string(want) || err != nil {
			t.Errorf("%q (%v) lies where users look, expected %q", is, err, want)
		}
	}
	before, _ := os.Stat(copied)
	if err := new(placer).place(one, copied); err != nil {
		t.Fatal(err)
	}
	if after, err := os.Stat(copied); err != nil || !os.SameFile(before, after) {
		t.Errorf("a copy was put in its place again (%v)", err)
	}
}

// Two builds that put one file in one place at once leave nothing beside it: a rename to another name of the same file does
// nothing.
func TestPlacingAtOnceLeavesNothing(t *testing.T) {
	from, dir := filepath.Join(t.TempDir(), "made"), t.TempDir()
	if err := os.WriteFile(from, nil, 0o666); err != nil {
		t.Fatal(err)
	}
	shown := filepath.Join(dir, "shown")
	err := new(placer).placeBy(from, shown, func(beside string, _ os.FileInfo) error {
		if err := new(placer).place(from, shown); err != nil { // another build
			return err
		}
		return os.Link(from, beside)
	})
	if err != nil {
		t.Fatal(err)
	}
	entries, err := os.ReadDir(dir)
	if err != nil || len(entries) != 1 {
		t.Errorf("in the directory are %v (%v)", entries, err)
	}
}

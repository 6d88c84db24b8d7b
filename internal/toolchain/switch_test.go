package toolchain

import (
	"os"
	"path/filepath"
	"testing"
	"time"
)

// TestSameRustc: archives of two releases may give rustc, which is small, one size and time.
func TestSameRustc(t *testing.T) {
	release := func(driver string, at time.Time) string {
		dir := filepath.Join(t.TempDir(), "home of [one") // which is no pattern
		for _, file := range []string{"bin/rustc", "lib/librustc_driver-" + driver + ".so"} {
			path := filepath.Join(dir, filepath.FromSlash(file))
			if err := os.MkdirAll(filepath.Dir(path), 0o777); err != nil {
				t.Fatal(err)
			}
			if err := os.WriteFile(path, []byte("tool"), 0o777); err != nil {
				t.Fatal(err)
			}
			if err := os.Chtimes(path, at, at); err != nil {
				t.Fatal(err)
			}
		}
		return dir
	}
	packed := time.Unix(1_153_704_088, 0)
	one := release("1", packed)
	for _, c := range []struct {
		name, other string
		same        bool
	}{
		{"itself", one, true},
		{"unpacked once more", release("1", packed), true},
		{"another release", release("2", packed), false},
		{"another time", release("1", packed.Add(time.Second)), false},
		{"nothing", t.TempDir(), false},
	} {
		if got := IsSameRustc(one, c.other); got != c.same {
			t.Errorf("%s: %v", c.name, got)
		}
	}
}

//go:build unix

package fix

import (
	"os"
	"path/filepath"
	"testing"
)

// TestRecordOfSources: only the user may read it, and one that cannot be read is nobody's.
func TestRecordOfSources(t *testing.T) {
	b := newBench(t, "a")
	seen := 0
	b.before = func(int) {
		files, err := filepath.Glob(filepath.Join(b.home, "berth", "v1", "fixes", "*", "*"))
		if err != nil {
			t.Fatal(err)
		}
		for _, file := range files {
			if err := os.WriteFile(file, []byte("{"), 0o600); err != nil {
				t.Fatal(err)
			}
			if info, err := os.Stat(filepath.Dir(file)); err == nil && info.Mode().Perm()&0o077 == 0 {
				seen++
			}
		}
	}
	b.killed(Options{})
	b.before = nil
	if _, err := b.run(Options{}); err != nil {
		t.Error(err)
	}
	b.expect("b", 3)
	if seen != 1 {
		t.Errorf("%d records were seen in a private directory, expected 1", seen)
	}
}

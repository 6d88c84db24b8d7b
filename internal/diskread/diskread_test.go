package diskread

import (
	"bytes"
	"os"
	"path/filepath"
	"testing"
)

func TestAsPackageOS(t *testing.T) {
	dir := t.TempDir()
	for _, size := range []int{0, 1, room - 1, room, room + 1, 4096, 1 << 20} {
		path := filepath.Join(dir, "file")
		want := bytes.Repeat([]byte("0123456789abcdef"), size/16+1)[:size]
		if err := os.WriteFile(path, want, 0o666); err != nil {
			t.Fatal(err)
		}
		if got, err := File(path); err != nil || !bytes.Equal(got, want) {
			t.Errorf("%d bytes of %d: %v", len(got), size, err)
		}
		if got, err := Append([]byte("before "), path); err != nil || string(got) != "before "+string(want) {
			t.Errorf("appended %d bytes of %d: %v", len(got), size, err)
		}
	}
	for _, path := range []string{filepath.Join(dir, "none"), filepath.Join(dir, "file", "below"), dir, "a\x00b"} {
		_, want := os.ReadFile(path)
		_, got := File(path)
		if want == nil || got == nil || got.Error() != want.Error() {
			t.Errorf("%q: %v, expected %v", path, got, want)
		}
	}
}

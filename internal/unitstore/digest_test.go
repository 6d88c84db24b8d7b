package unitstore

import (
	"bytes"
	"os"
	"path/filepath"
	"testing"
)

// TestDigests: each byte counts wherever it is, and so does the number of them, also beyond what is read at a time.
func TestDigests(t *testing.T) {
	path := filepath.Join(t.TempDir(), "file")
	data := bytes.Repeat([]byte{0}, 2*readSize+7)
	seen := map[Digest]int{}
	look := func(at int, data []byte) {
		if err := os.WriteFile(path, data, 0o644); err != nil {
			t.Fatal(err)
		}
		f, err := output(filepath.Dir(path), "file")
		if err != nil {
			t.Fatal(err)
		}
		if other, ok := seen[f.Digest]; ok {
			t.Errorf("%d has the digest of %d", at, other)
		}
		seen[f.Digest] = at
	}
	for _, at := range []int{0, 1, 31, 32, readSize - 1, readSize, 2*readSize - 1, 2*readSize + 6} {
		data[at] = 1
		look(at, data)
		data[at] = 0
	}
	for n := range 3 {
		look(-n, data[:n])
		look(-len(data)+n, data[n:])
	}
}

package library

import (
	"bytes"
	"os"
	"path/filepath"
	"testing"
)

// The directory's name is no pattern, whatever is in it.
func TestCutPack(t *testing.T) {
	for _, name := range []string{"plain", "[1]", "["} {
		home := filepath.Join(t.TempDir(), name)
		packs := filepath.Join(home, "db", "objects", "pack")
		info := filepath.Join(home, "scratch", "objects", "info")
		write := func(dir, name, text string) {
			t.Helper()
			if err := os.MkdirAll(dir, 0o755); err != nil {
				t.Fatal(err)
			}
			if err := os.WriteFile(filepath.Join(dir, name), []byte(text), 0o644); err != nil {
				t.Fatal(err)
			}
		}
		sum, own := string(bytes.Repeat([]byte("s"), 20)), string(bytes.Repeat([]byte("o"), 20))
		write(info, "alternates", filepath.Dir(packs)+"\n")
		write(packs, "pack-1.idx", "index"+sum+own)
		write(packs, "pack-1.pack", "pack"+sum)
		write(packs, "multi-pack-index", "")
		scratch := filepath.Join(home, "scratch")
		if got := cutPack(scratch); got != "" {
			t.Errorf("%s: a whole pack is said to be cut: %s", name, got)
		}
		cut := filepath.Join(packs, "pack-1.pack")
		write(packs, "pack-1.pack", "pa")
		if got := cutPack(scratch); got != cut {
			t.Errorf("%s: %q, expected %s", name, got, cut)
		}
	}
}

package gitdb_test

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"berth/internal/gitdb"
)

// TestDamagedDatabaseIsRenewed whatever the repository is called: its name is in what git says of the damage.
func TestDamagedDatabaseIsRenewed(t *testing.T) {
	for _, name := range []string{"up-0123456789abcdef", "rustls-0123456789abcdef", "openssl_sys-0123456789abcdef"} {
		t.Run(name, func(t *testing.T) {
			u := newUpstream(t)
			u.commit("a", strings.Repeat("1", 1000))
			root := t.TempDir()
			at := place(root)
			at.Name = name
			d := gitdb.Open(at, engines(t, options())["command"])
			fetch(t, d, u.url(), everything)
			dir := filepath.Join(root, "git", "db", name)
			damagePacks(t, dir)
			commit := u.commit("b", "1")
			fetch(t, d, u.url(), everything)
			if _, err := d.Commit(t.Context(), commit); err != nil {
				t.Error(err)
			}
			(&upstream{t, dir}).git("fsck", "--full")
		})
	}
}

// damagePacks overwrites the middle of every pack of the repository at dir.
func damagePacks(t *testing.T, dir string) {
	t.Helper()
	packs, err := filepath.Glob(filepath.Join(dir, "objects", "pack", "*.pack"))
	if err != nil || len(packs) == 0 {
		t.Fatalf("packs of %s: %v, %v", dir, packs, err)
	}
	for _, pack := range packs {
		data, err := os.ReadFile(pack)
		if err != nil {
			t.Fatal(err)
		}
		for i := 14; i < len(data)-20; i++ {
			data[i] = 0xff
		}
		os.Remove(pack) // it is read-only
		if err := os.WriteFile(pack, data, 0o444); err != nil {
			t.Fatal(err)
		}
	}
}

package lastuse_test

import (
	"database/sql"
	"os"
	"path/filepath"
	"testing"
	"time"

	"berth/internal/lastuse"
)

// FuzzMark: whatever the file holds, nothing of it changes but timestamps, and
// the counters beside them.
func FuzzMark(f *testing.F) {
	path := filepath.Join(f.TempDir(), ".global-cache")
	db := must(sql.Open("sqlite", path))
	for _, statement := range []string{
		"PRAGMA page_size = 512", tables,
		"INSERT INTO registry_index (name, timestamp) VALUES ('two-0011223344556677', 1700000000)",
		"INSERT INTO registry_crate VALUES (1, 'c7-1.0.0.crate', 5, 1700000000)",
	} {
		must(db.Exec(statement))
	}
	db.Close()
	f.Add(must(os.ReadFile(path)))
	now := time.Unix(longAgo+1_000_000, 0)
	if n, err := lastuse.Mark(path, uses(), now); n != 2 || err != nil {
		f.Fatal(n, err)
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		path := filepath.Join(t.TempDir(), ".global-cache")
		if err := os.WriteFile(path, data, 0o644); err != nil {
			t.Fatal(err)
		}
		n, _ := lastuse.Mark(path, uses(), now)
		after := must(os.ReadFile(path))
		if len(after) != len(data) {
			t.Fatalf("%d bytes became %d", len(data), len(after))
		}
		different := 0
		for i := range data {
			if data[i] != after[i] && (i < 24 || i >= 28) && (i < 92 || i >= 96) {
				different++
			}
		}
		if different > 4*n {
			t.Fatalf("%d bytes are different for %d rows", different, n)
		}
	})
}

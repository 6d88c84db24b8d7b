package gitdb_test

import (
	"errors"
	"io/fs"
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

// TestUnreadableIsNotMissing: a checkout without .gitmodules has no submodules, so that must not be said of what cannot be read.
func TestUnreadableIsNotMissing(t *testing.T) {
	u := newUpstream(t)
	commit := u.commit("a", strings.Repeat("1", 1000))
	for name, engine := range engines(t, options()) {
		root := t.TempDir()
		d := gitdb.Open(place(root), engine)
		fetch(t, d, u.url(), everything)
		if _, err := d.File(t.Context(), commit, ".gitmodules"); !errors.Is(err, fs.ErrNotExist) {
			t.Errorf("%s: a commit without the file: %v", name, err)
		}
		damagePacks(t, filepath.Join(root, "git", "db", place(root).Name))
		if _, err := d.File(t.Context(), commit, ".gitmodules"); err == nil || errors.Is(err, fs.ErrNotExist) {
			t.Errorf("%s: a damaged database: %v", name, err)
		}
	}
	killed := t.TempDir()
	if err := os.WriteFile(filepath.Join(killed, "git"), []byte("#!/bin/sh\nkill -9 $$\n"), 0o755); err != nil {
		t.Fatal(err)
	}
	t.Setenv("PATH", killed+string(os.PathListSeparator)+os.Getenv("PATH"))
	engine, _ := gitdb.Command(options())
	if _, err := engine.File(t.Context(), t.TempDir(), commit, ".gitmodules"); err == nil || errors.Is(err, fs.ErrNotExist) {
		t.Errorf("a git that is killed: %v", err)
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

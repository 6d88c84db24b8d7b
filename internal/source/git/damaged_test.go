package git_test

import (
	"bytes"
	"os"
	"path/filepath"
	"testing"

	"berth/internal/crate"
	"berth/internal/source/git"
	"berth/internal/testkit/gitkit"
)

// TestDamagedDatabase: one whose pack is broken is fetched anew.
func TestDamagedDatabase(t *testing.T) {
	w := newWorld(t)
	for _, engine := range []string{"command", "library"} {
		root := t.TempDir()
		s := newSource(root, engine, &voice{}, git.Policy{})
		got, err := s.Checkout(t.Context(), sourceOf(t, w.url(), crate.DefaultBranch, ""))
		if err != nil {
			t.Fatal(err)
		}
		if err := os.RemoveAll(got.Dir); err != nil {
			t.Fatal(err)
		}
		damagePacks(t, root, func(data []byte) []byte { return data[:20] })
		if _, err := s.Checkout(t.Context(), got.Source); err != nil {
			t.Errorf("%s: %v", engine, err)
		}
	}
}

// TestDamagedDatabaseForManyAtOnce: all of them find it damaged, and one of them fetches it anew.
func TestDamagedDatabaseForManyAtOnce(t *testing.T) {
	w := newWorld(t)
	server := gitkit.RunHTTP(t, w.root, nil)
	root := t.TempDir()
	s := newSource(root, "command", &voice{}, git.Policy{})
	got, err := s.Checkout(t.Context(), sourceOf(t, server.Repo("up"), crate.DefaultBranch, ""))
	if err != nil {
		t.Fatal(err)
	}
	if err := os.RemoveAll(got.Dir); err != nil {
		t.Fatal(err)
	}
	damagePacks(t, root, func(data []byte) []byte {
		for i := len(data) - 60; i < len(data)-20; i++ { // files come last
			data[i] = 0xff
		}
		return data
	})
	before := server.Requests("*/info/refs*")
	var outs [8]bytes.Buffer
	var waits []func() error
	for i := range outs {
		cmd := process(t, root, got.Source)
		cmd.Stdout, cmd.Stderr = &outs[i], &outs[i]
		if err := cmd.Start(); err != nil {
			t.Fatal(err)
		}
		waits = append(waits, cmd.Wait)
	}
	for i, wait := range waits {
		if err := wait(); err != nil {
			t.Errorf("process %d: %v: %s", i, err, outs[i].String())
		}
	}
	if n := server.Requests("*/info/refs*") - before; n > 3 { // one, and who saw the damage just as it was mended
		t.Errorf("it is fetched %d times", n)
	}
}

// damagePacks changes each pack of the database.
func damagePacks(t *testing.T, root string, damage func([]byte) []byte) {
	t.Helper()
	found, _ := filepath.Glob(filepath.Join(root, "git/db/up-*/objects/pack/*.pack"))
	if len(found) == 0 {
		t.Fatal("no packs")
	}
	for _, pack := range found {
		data, err := os.ReadFile(pack)
		if err != nil {
			t.Fatal(err)
		}
		if err := os.Remove(pack); err != nil { // it is read-only
			t.Fatal(err)
		}
		if err := os.WriteFile(pack, damage(data), 0o444); err != nil {
			t.Fatal(err)
		}
	}
}

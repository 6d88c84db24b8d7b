package unitstore_test

import (
	"context"
	"crypto/sha256"
	"errors"
	"os"
	"path/filepath"
	"testing"

	"berth/internal/lockfs"
	"berth/internal/unitstore"
)

func keyOf(text string) unitstore.Key { return sha256.Sum256([]byte(text)) }

func open(dir string) *unitstore.Store {
	return unitstore.Open(lockfs.At(dir).Join("units"), lockfs.At(dir).Join("locks"))
}

func anything(*unitstore.Variant) bool { return true }

func none(*unitstore.Variant) bool { return false }

// who is the unit of all tests.
func who() unitstore.Identity { return unitstore.Identity{Package: "demo 1.0.0", What: "lib"} }

func must[T any](v T, err error) T {
	if err != nil {
		panic(err)
	}
	return v
}

func begin(t *testing.T, s *unitstore.Store, key unitstore.Key, accept unitstore.Accept) *unitstore.Attempt {
	t.Helper()
	found, attempt, err := s.TryBegin(t.Context(), key, who(), accept)
	if err != nil || attempt == nil {
		t.Fatalf("expected an attempt, got %v %v", found, err)
	}
	return attempt
}

func write(t *testing.T, dir, name, text string) {
	t.Helper()
	path := filepath.Join(dir, filepath.FromSlash(name))
	if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(path, []byte(text), 0o644); err != nil {
		t.Fatal(err)
	}
}

func makeUnit(t *testing.T, s *unitstore.Store, key unitstore.Key, text string) *unitstore.Variant {
	t.Helper()
	a := begin(t, s, key, none)
	write(t, a.Dir, "libdemo.rlib", text)
	write(t, a.Dir, "out/a/b", "b\n")
	v, err := a.Commit(t.Context(), unitstore.Made{Note: []byte("a\nnote \\n"), Vars: []unitstore.Var{{Name: "A", Value: "x=y\nz", Set: true}, {Name: "B"}}})
	if err != nil {
		t.Fatal(err)
	}
	return v
}

func find(t *testing.T, s *unitstore.Store, key unitstore.Key) unitstore.Found {
	t.Helper()
	found, err := s.Find(t.Context(), key, anything)
	if err != nil {
		t.Fatal(err)
	}
	return found
}

func TestWhatIsCommittedIsFound(t *testing.T) {
	dir := t.TempDir()
	s := open(dir)
	defer s.Close()
	key := keyOf("a")
	if found := find(t, s, key); found.Variant != nil {
		t.Fatal("found in an empty store")
	}
	made := makeUnit(t, s, key, "rlib")
	other := open(dir)
	defer other.Close()
	v := find(t, other, key).Variant
	if v == nil || v.Dir != made.Dir || v.Package != "demo 1.0.0" || string(v.Note) != "a\nnote \\n" || len(v.Outputs) != 2 || len(v.Vars) != 2 {
		t.Fatalf("%+v", v)
	}
	if v.Vars[0] != (unitstore.Var{Name: "A", Value: "x=y\nz", Set: true}) || v.Vars[1] != (unitstore.Var{Name: "B"}) {
		t.Errorf("%+v", v.Vars)
	}
	o, ok := v.Output("libdemo.rlib")
	if !ok || o.Digest != sha256.Sum256([]byte("rlib")) || v.Bytes() != 6 {
		t.Errorf("%+v", o)
	}
}

func TestOneMakerAtATime(t *testing.T) {
	dir := t.TempDir()
	s, other := open(dir), open(dir)
	defer s.Close()
	defer other.Close()
	key := keyOf("a")
	a := begin(t, s, key, anything)
	if _, _, err := other.TryBegin(t.Context(), key, who(), anything); !errors.Is(err, lockfs.ErrBusy) {
		t.Fatalf("beside a maker: %v", err)
	}
	free := other.Watch(t.Context(), key)
	select {
	case <-free:
		t.Fatal("free beside a maker")
	default:
	}
	if holder, ok := other.Maker(key); !ok || holder.PID != os.Getpid() {
		t.Errorf("%+v %v", holder, ok)
	}
	write(t, a.Dir, "x", "x")
	if _, err := a.Commit(t.Context(), unitstore.Made{}); err != nil {
		t.Fatal(err)
	}
	<-free
	if found, attempt, err := other.TryBegin(t.Context(), key, who(), anything); err != nil || attempt != nil || found.Variant == nil {
		t.Errorf("%+v %v %v", found, attempt, err)
	}
}

func TestAbandonedAttemptsLeaveNothing(t *testing.T) {
	dir := t.TempDir()
	s := open(dir)
	a := begin(t, s, keyOf("a"), anything)
	write(t, a.Dir, "x", "x")
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if err := a.Abandon(ctx); err != nil {
		t.Fatal(err)
	}
	s.Close()
	filepath.WalkDir(dir, func(path string, d os.DirEntry, err error) error {
		if err == nil && !d.IsDir() {
			t.Errorf("%s is left", path)
		}
		return err
	})
	if found := find(t, s, keyOf("a")); found.Variant != nil {
		t.Error("found")
	}
}

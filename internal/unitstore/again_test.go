package unitstore_test

import (
	"os"
	"path/filepath"
	"testing"

	"berth/internal/unitstore"
)

// TestTwin: of what is made again, and is the same, the first stays in its place and counts as made from what was read last.
// What differs, or has a damaged twin, has a place of its own.
func TestTwin(t *testing.T) {
	s := open(t.TempDir())
	defer s.Close()
	key := keyOf("twin")
	run := func(text, read string) *unitstore.Variant {
		t.Helper()
		a := begin(t, s, key, none)
		write(t, a.Dir, "out/generated.rs", text)
		return must(a.Commit(t.Context(), unitstore.Made{Twin: true, Vars: []unitstore.Var{{Name: "READ", Value: read, Set: true}}}))
	}
	first, other, again := run("a", "1"), run("b", "2"), run("a", "3")
	if again.Dir != first.Dir || other.Dir == first.Dir {
		t.Errorf("a is in %s, b in %s, a again in %s", first.Dir, other.Dir, again.Dir)
	}
	found := must(s.Find(t.Context(), key, func(v *unitstore.Variant) bool { return v.Vars[0].Value == "3" }))
	if found.Variant == nil || found.Dir != first.Dir {
		t.Errorf("found %+v", found)
	}
	if found := must(s.Find(t.Context(), key, func(v *unitstore.Variant) bool { return v.Vars[0].Value == "1" })); found.Variant != nil {
		t.Errorf("found %+v", found)
	}
	a := begin(t, s, key, none)
	write(t, a.Dir, "out/generated.rs", "a")
	if lacks := must(a.Commit(t.Context(), unitstore.Made{Twin: true, Missing: []string{"out/more.rs"}})); lacks.Dir == first.Dir {
		t.Error("what is whole stands for what lacks something")
	}
	if err := os.Remove(filepath.Join(first.Dir, "out", "generated.rs")); err != nil {
		t.Fatal(err)
	}
	if whole := run("a", "4"); whole.Dir == first.Dir {
		t.Error("what is damaged stands for what is whole")
	}
	if entries := must(os.ReadDir(filepath.Dir(first.Dir))); len(entries) > 4 {
		t.Errorf("left over: %v", entries)
	}
}

// TestASweepSparesATwin: what stands for an attempt of this process is in use by it.
func TestASweepSparesATwin(t *testing.T) {
	dir := t.TempDir()
	key := keyOf("twin")
	run := func(s *unitstore.Store, text string) *unitstore.Variant {
		t.Helper()
		a := begin(t, s, key, none)
		write(t, a.Dir, "generated.rs", text)
		return must(a.Commit(t.Context(), unitstore.Made{Twin: true}))
	}
	before := open(dir)
	first := run(before, "a")
	before.Close()
	s := open(dir)
	defer s.Close()
	if again := run(s, "a"); again.Dir != first.Dir {
		t.Fatalf("a is in %s, a again in %s", first.Dir, again.Dir)
	}
	if swept, err := s.Sweep(t.Context(), unitstore.Policy{}); err != nil || len(swept.Removed) != 0 || swept.InUse != 1 {
		t.Errorf("swept %+v, %v", swept, err)
	}
}

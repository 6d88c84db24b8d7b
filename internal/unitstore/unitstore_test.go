package unitstore_test

import (
	"context"
	"crypto/sha256"
	"encoding/binary"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/cespare/xxhash/v2"

	"berth/internal/lockfs"
	"berth/internal/unitstore"
)

func keyOf(text string) unitstore.Key { return sha256.Sum256([]byte(text)) }

// digest is that of a file with this text.
func digest(text string) (d unitstore.Digest) {
	binary.BigEndian.PutUint64(d[:8], xxhash.Sum64String(text))
	second := xxhash.NewWithSeed(0x6265727468)
	second.WriteString(text)
	binary.BigEndian.PutUint64(d[8:], second.Sum64())
	return d
}

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
	if !ok || o.Digest != digest("rlib") || v.Bytes() != 6 {
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

func TestDamageIsFoundAndMadeAgainOnce(t *testing.T) {
	for name, spoil := range map[string]func(path string) error{
		"missing": os.Remove,
		"shorter": func(path string) error { return os.Truncate(path, 1) },
		"altered": func(path string) error { return os.WriteFile(path, []byte("RLIB"), 0o644) },
	} {
		dir := t.TempDir()
		s := open(dir)
		defer s.Close()
		key := keyOf("a")
		v := makeUnit(t, s, key, "rlib")
		if err := spoil(filepath.Join(v.Dir, "libdemo.rlib")); err != nil {
			t.Fatal(err)
		}
		if found := find(t, s, key); found.Variant != nil || len(found.Damage) != 1 {
			t.Errorf("%s: %+v", name, found)
		}
		a := begin(t, s, key, anything)
		write(t, a.Dir, "libdemo.rlib", "rlib")
		if _, err := a.Commit(t.Context(), unitstore.Made{}); err != nil {
			t.Fatal(err)
		}
		if found := find(t, s, key); found.Variant == nil || found.Dir == v.Dir || len(found.Damage) != 0 {
			t.Errorf("%s, made again: %+v", name, found)
		}
		if _, err := os.Stat(v.Dir); err == nil {
			t.Errorf("%s: the damaged one is left", name)
		}
	}
}

// TestVariants: the one that its reader accepts, the last one first.
func TestVariants(t *testing.T) {
	s := open(t.TempDir())
	defer s.Close()
	key := keyOf("a")
	first, second := makeUnit(t, s, key, "1"), makeUnit(t, s, key, "2")
	os.Chtimes(filepath.Join(first.Dir, "stamp"), time.Now().Add(-time.Hour), time.Now().Add(-time.Hour))
	var asked []string
	found, err := s.Find(t.Context(), key, func(v *unitstore.Variant) bool {
		asked = append(asked, v.Dir)
		return v.Dir == first.Dir
	})
	if err != nil || found.Variant == nil || found.Dir != first.Dir || len(asked) != 2 || asked[0] != second.Dir {
		t.Errorf("%+v %v %q", found, err, asked)
	}
}

// TestWhatWasRefusedIsNotAskedAgain: whoever takes the lock asks about what others have made meanwhile alone.
func TestWhatWasRefusedIsNotAskedAgain(t *testing.T) {
	dir := t.TempDir()
	s, other := open(dir), open(dir)
	defer s.Close()
	defer other.Close()
	key := keyOf("a")
	makeUnit(t, other, key, "one")
	makeUnit(t, other, key, "two")
	asked := 0
	count := func(*unitstore.Variant) bool { asked++; return false }
	if found, err := s.Find(t.Context(), key, count); err != nil || found.Variant != nil || asked != 2 {
		t.Fatalf("%v, %v, asked about %d; expected 2", found, err, asked)
	}
	for range 2 {
		begin(t, s, key, count).Abandon(t.Context())
		if asked != 2 {
			t.Fatalf("asked about %d; expected 2", asked)
		}
	}
	three := makeUnit(t, other, key, "three")
	found, _, err := s.TryBegin(t.Context(), key, who(), func(*unitstore.Variant) bool { asked++; return true })
	if err != nil || found.Variant == nil || found.Dir != three.Dir || asked != 3 {
		t.Errorf("%+v, %v, asked about %d; expected the third alone", found, err, asked)
	}
}

// TestASweepSparesWhatThisProcessUses: of a unit that nobody else uses the other variants go, also while it is in use here.
func TestASweepSparesWhatThisProcessUses(t *testing.T) {
	dir := t.TempDir()
	s, other := open(dir), open(dir)
	defer s.Close()
	key := keyOf("a")
	var made []*unitstore.Variant
	for age, text := range map[time.Duration]string{40 * time.Minute: "found", 20 * time.Minute: "surplus", 0: "last"} {
		v, at := makeUnit(t, other, key, text), time.Now().Add(-age)
		if err := os.Chtimes(filepath.Join(v.Dir, "stamp"), at, at); err != nil {
			t.Fatal(err)
		}
		made = append(made, v)
	}
	if found, err := s.Find(t.Context(), key, func(v *unitstore.Variant) bool { return v.Outputs[0].Digest == digest("found") }); err != nil || found.Variant == nil {
		t.Fatal(found, err)
	}
	sweep := func() int {
		swept, err := s.Sweep(t.Context(), unitstore.Policy{Limit: -1, Soft: -1, Most: 1})
		if err != nil {
			t.Fatal(err)
		}
		return len(swept.Removed)
	}
	if n := sweep(); n != 0 {
		t.Fatalf("%d went that another process uses", n)
	}
	other.Close()
	if n := sweep(); n != 1 {
		t.Errorf("%d went, expected 1", n)
	}
	for _, v := range made {
		rlib, err := os.ReadFile(filepath.Join(v.Dir, "libdemo.rlib"))
		if gone := errors.Is(err, fs.ErrNotExist); gone != (v.Outputs[0].Digest == digest("surplus")) {
			t.Errorf("%q: %v", rlib, err)
		}
	}
}

// TestAStampThatIsTakenAwayStaysAway: who brings shortcuts up to date does not bring back what somebody removes just now.
func TestAStampThatIsTakenAwayStaysAway(t *testing.T) {
	s := open(t.TempDir())
	defer s.Close()
	v := makeUnit(t, s, keyOf("a"), "a")
	must(s.Find(t.Context(), keyOf("a"), func(v *unitstore.Variant) bool {
		v.Noted()
		return os.Remove(v.Stamp()) == nil
	}))
	if _, err := os.Stat(v.Stamp()); err == nil {
		t.Error("it is there again")
	}
}

func TestAVanishedAttempt(t *testing.T) {
	dir := t.TempDir()
	s := open(dir)
	defer s.Close()
	a := begin(t, s, keyOf("a"), anything)
	if err := os.RemoveAll(filepath.Join(dir, "units")); err != nil { // cargo clean
		t.Fatal(err)
	}
	if _, err := a.Commit(t.Context(), unitstore.Made{}); !errors.Is(err, unitstore.ErrVanished) {
		t.Error(err)
	}
	makeUnit(t, s, keyOf("a"), "x")
}

func TestOutputIsTheSameBeforeTheEnd(t *testing.T) {
	s := open(t.TempDir())
	defer s.Close()
	a := begin(t, s, keyOf("a"), anything)
	write(t, a.Dir, "m.rmeta", "m")
	early, err := a.Output("m.rmeta")
	if err != nil {
		t.Fatal(err)
	}
	if _, err := a.Output("../x"); err == nil {
		t.Error("an output outside its folder")
	}
	v, err := a.Commit(t.Context(), unitstore.Made{Outputs: []string{"m.rmeta"}})
	if late, _ := v.Output("m.rmeta"); err != nil || late != early {
		t.Errorf("%+v %+v %v", early, late, err)
	}
}

// TestWhatIsReadAheadIsReadAgainIfWritten: a linked output keeps what was read of it, another does not.
func TestWhatIsReadAheadIsReadAgainIfWritten(t *testing.T) {
	s := open(t.TempDir())
	a := begin(t, s, keyOf("a"), none)
	write(t, a.Dir, "same", "1")
	write(t, a.Dir, "other", "1")
	for _, path := range []string{"same", "other", "absent"} {
		a.Ahead(path)
	}
	must(a.Output("other"))
	write(t, a.Dir, "other", "22")
	v := must(a.Commit(t.Context(), unitstore.Made{}))
	for path, text := range map[string]string{"same": "1", "other": "22"} {
		if f, ok := v.Output(path); !ok || f.Digest != digest(text) {
			t.Errorf("%s: %+v", path, f)
		}
	}
	if len(v.Outputs) != 2 {
		t.Errorf("%+v", v.Outputs)
	}
}

func TestPlacesWhereNothingCanBeMade(t *testing.T) {
	dir := t.TempDir()
	write(t, dir, "target", "a file")
	s := unitstore.Workspace(lockfs.At(dir).Join("target"), lockfs.At(dir).Join("home"))
	defer s.Close()
	_, _, err := s.TryBegin(t.Context(), keyOf("a"), who(), anything)
	if err == nil || !strings.Contains(err.Error(), filepath.Join(dir, "target")) {
		t.Errorf("a target directory that is a file: %v", err)
	}
}

// TestLocksOfATargetDirectoryGo: a home has nothing left of target directories in which nobody is at work.
func TestLocksOfATargetDirectoryGo(t *testing.T) {
	home := t.TempDir()
	s := unitstore.Workspace(lockfs.At(t.TempDir()), lockfs.At(home))
	makeUnit(t, s, keyOf("a"), "a")
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	if left := must(os.ReadDir(filepath.Join(home, "berth", unitstore.Version, "locks"))); len(left) > 0 {
		t.Errorf("left: %v", left)
	}
}

func TestNamesOfOneTargetDirectory(t *testing.T) {
	dir := t.TempDir()
	if err := os.Mkdir(filepath.Join(dir, "a"), 0o755); err != nil {
		t.Fatal(err)
	}
	if err := os.Symlink("a", filepath.Join(dir, "b")); err != nil {
		t.Fatal(err)
	}
	home := lockfs.At(dir).Join("home")
	one := unitstore.Workspace(lockfs.At(dir).Join("a", "target"), home)
	two := unitstore.Workspace(lockfs.At(dir).Join("b", "target"), home)
	defer one.Close()
	defer two.Close()
	a := begin(t, one, keyOf("a"), anything)
	if _, _, err := two.TryBegin(t.Context(), keyOf("a"), who(), anything); !errors.Is(err, lockfs.ErrBusy) {
		t.Error(err)
	}
	a.Abandon(t.Context())
}

func TestSizesDropAndUses(t *testing.T) {
	dir := t.TempDir()
	s := open(dir)
	s.Dir = "/home/me/a project"
	makeUnit(t, s, keyOf("a"), "12345678")
	makeUnit(t, s, keyOf("b"), "")
	find(t, s, keyOf("a"))
	find(t, s, keyOf("a")) // counts once
	s.Close()
	sizes, err := s.Sizes(t.Context())
	if err != nil || len(sizes) != 1 || sizes[0].Units != 2 || sizes[0].Bytes != 12 || sizes[0].Package != "demo 1.0.0" {
		t.Errorf("%+v %v", sizes, err)
	}
	if uses := s.Uses(); len(uses) != 1 || uses[0].Dir != "/home/me/a project" || uses[0].Hits != 1 || uses[0].Made != 2 {
		t.Errorf("%+v", uses)
	}
	if swept, err := s.Drop(t.Context(), "other", false); err != nil || len(swept.Removed) != 0 {
		t.Errorf("%+v %v", swept, err)
	}
	if swept, err := s.Drop(t.Context(), "demo", true); err != nil || len(swept.Removed) != 2 {
		t.Errorf("%+v %v", swept, err)
	}
	if swept, err := s.Drop(t.Context(), "demo@1.0.0", false); err != nil || len(swept.Removed) != 2 || swept.InUse != 0 {
		t.Errorf("%+v %v", swept, err)
	}
	onlyUnits(t, dir, 0)
}

// BenchmarkFind is what a unit costs in a build that has nothing to do.
func BenchmarkFind(b *testing.B) {
	dir := b.TempDir()
	s := open(dir)
	defer s.Close()
	key := keyOf("a")
	_, a, err := s.TryBegin(b.Context(), key, who(), none)
	if err != nil {
		b.Fatal(err)
	}
	for _, name := range []string{"libdemo.rlib", "libdemo.rmeta", "demo.d"} {
		os.WriteFile(filepath.Join(a.Dir, name), []byte(name), 0o644)
	}
	if _, err := a.Commit(b.Context(), unitstore.Made{}); err != nil {
		b.Fatal(err)
	}
	for b.Loop() {
		if found, err := s.Find(b.Context(), key, anything); err != nil || found.Variant == nil {
			b.Fatal(err)
		}
	}
}

// What is not complete is its maker's alone, and goes when somebody makes it anew.
func TestWhatIsMissingIsNotFound(t *testing.T) {
	dir := t.TempDir()
	s := open(dir)
	key := keyOf("a")
	a := begin(t, s, key, none)
	write(t, a.Dir, "libdemo.d", "d")
	made := must(a.Commit(t.Context(), unitstore.Made{Missing: []string{"libdemo.rlib"}}))
	if len(made.Outputs) != 1 || len(made.Missing) != 1 {
		t.Errorf("%+v", made)
	}
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	s = open(dir)
	defer s.Close()
	found := find(t, s, key)
	if found.Variant != nil || len(found.Damage) != 1 || found.Damage[0] != "libdemo.rlib was not made" {
		t.Errorf("%+v", found)
	}
	whole := must(begin(t, s, key, anything).Commit(t.Context(), unitstore.Made{}))
	if again := find(t, s, key); again.Variant == nil || again.Dir != whole.Dir {
		t.Errorf("%+v", again)
	}
	if _, err := os.Lstat(made.Dir); !errors.Is(err, os.ErrNotExist) {
		t.Errorf("%v", err)
	}
}

package unitstore

import (
	"bytes"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"reflect"
	"strings"
	"testing"
	"time"

	"berth/internal/lockfs"
)

func example() *Variant {
	return &Variant{
		Key: Key{1, 2}, Identity: Identity{"demo 1.0.0", "lib, dev"}, Made: time.Unix(5, 7), Took: 9, boot: "boot", uptime: 11, sound: time.Unix(6, 8),
		Files:   []File{{Path: "src/a b\\\n.rs", Size: 1, Time: 2, Inode: 3, Digest: Digest{4}}, {Path: "data", Tree: true}},
		Vars:    []Var{{"A", "x=\\n\n", true}, {"B", "", true}, {Name: "C"}},
		Outputs: []File{{Path: "libdemo.rlib", Size: 1 << 40, Digest: Digest{15: 255}}, {Path: "a\\b", Digest: Digest{15: 255}}},
		Missing: []string{"libdemo.rmeta"}, Note: []byte("\n\\n\x00 end 0\n"),
	}
}

func TestStampsKeepEverything(t *testing.T) {
	v := example()
	got, err := decode("dir/stamp", v.encode())
	if err != nil {
		t.Fatal(err)
	}
	got.file, got.Dir = "", ""
	if !reflect.DeepEqual(got, v) {
		t.Errorf("%+v\nexpected\n%+v", got, v)
	}
}

// TestStampsThatAreNotWholeAreNone: cut anywhere, or with any byte changed.
func TestStampsThatAreNotWholeAreNone(t *testing.T) {
	data := example().encode()
	for i := range data {
		if _, err := decode("stamp", data[:i]); err == nil {
			t.Errorf("cut at %d it is taken for whole", i)
		}
		other := bytes.Clone(data)
		other[i] ^= 1
		if _, err := decode("stamp", other); err == nil {
			t.Errorf("changed at %d it is taken for whole", i)
		}
	}
}

func FuzzDecode(f *testing.F) {
	f.Add(example().encode())
	f.Add([]byte(stampHead + "out 1 2 3 4 ../x\nout 1 2 3 000102030405060708090a0b0c0d0e0f x\n"))
	f.Fuzz(func(t *testing.T, data []byte) {
		v := &Variant{}
		for text := range strings.Lines(string(data)) {
			v.line(strings.TrimSuffix(text, "\n"))
		}
		for _, o := range v.Outputs {
			_ = filepath.Join("dir", o.Path)
		}
		if v, err := decode("stamp", data); err == nil {
			again, err := decode("stamp", v.encode())
			if err != nil || !reflect.DeepEqual(v, again) {
				t.Errorf("%v: %+v\n%+v", err, v, again)
			}
		}
	})
}

func TestOutputsThatLieElsewhereAreRefused(t *testing.T) {
	v := example()
	v.Outputs[0].Path = "../x"
	if _, err := decode("stamp", v.encode()); err == nil {
		t.Error("taken")
	}
}

func TestWhatASweepChooses(t *testing.T) {
	now := time.Unix(1_000_000, 0)
	e := func(key string, hours int, bytes int64) entry {
		return entry{key: key, attempt: fmt.Sprint(hours), Identity: Identity{Package: key}, bytes: bytes, used: now.Add(-time.Duration(hours) * time.Hour)}
	}
	all := []entry{e("a", 1, 10), e("a", 5, 10), e("a", 9, 10), e("b", 2, 10), e("c", 30, 10), e("d", 40, 10)}
	for _, c := range []struct {
		policy Policy
		inUse  string
		goes   string
		kept   int64
	}{
		{Policy{Limit: -1, Soft: -1}, "", "", 60},
		{Policy{Limit: 0, Soft: -1}, "", "a1 b2 a5 a9 c30 d40", 0},
		{Policy{Limit: 40, Soft: -1}, "", "c30 d40", 40},
		{Policy{Limit: 40, Soft: -1}, "c", "d40", 50},
		{Policy{Limit: -1, Soft: 0, Few: 2}, "", "a9", 50},
		{Policy{Limit: -1, Soft: 0, Few: 1}, "", "a9 a5", 40},
		{Policy{Limit: -1, Soft: 50, Few: 1}, "", "a9", 50},
		{Policy{Limit: -1, Soft: 60, Few: 1}, "", "", 60},
		{Policy{Limit: -1, Soft: 0, Few: 1}, "a", "", 60},
		{Policy{Limit: -1, Soft: 0, Few: 1, Age: 7 * time.Hour}, "", "a9", 50},
		{Policy{Limit: -1, Soft: -1, Most: 2}, "", "a9", 50},
		{Policy{Limit: -1, Soft: -1, Most: 1, Age: 7 * time.Hour}, "", "a9 a5", 40},
		{Policy{Limit: 0, Soft: -1, Age: 35 * time.Hour}, "", "d40", 50},
		{Policy{Limit: 35, Soft: 0, Few: 1}, "", "a9 a5 d40", 30},
	} {
		goes, swept := choose(append([]entry{}, all...), func(e entry) bool { return e.key == c.inUse }, c.policy, now)
		var names []string
		for _, e := range goes {
			names = append(names, e.key+e.attempt)
		}
		if got := strings.Join(names, " "); got != c.goes || swept.Kept != c.kept {
			t.Errorf("%+v, in use %q: goes %q, kept %d; expected %q, %d", c.policy, c.inUse, got, swept.Kept, c.goes, c.kept)
		}
	}
}

// made is a store with one unit of one output.
func made(t *testing.T) (*Store, *Variant) {
	dir := lockfs.At(t.TempDir())
	s := Open(dir.Join("units"), dir.Join("locks"))
	t.Cleanup(func() { s.Close() })
	_, a, err := s.TryBegin(t.Context(), Key{1}, Identity{Package: "demo 1.0.0"}, never)
	if err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(a.Dir, "out"), []byte("0123456789"), 0o644); err != nil {
		t.Fatal(err)
	}
	v, err := a.Commit(t.Context(), Made{})
	if err != nil {
		t.Fatal(err)
	}
	return s, v
}

func never(*Variant) bool  { return false }
func always(*Variant) bool { return true }

func find(t *testing.T, s *Store) Found {
	t.Helper()
	found, err := s.Find(t.Context(), Key{1}, always)
	if err != nil {
		t.Fatal(err)
	}
	return found
}

// tear changes a byte and hides it from all but the digest.
func tear(t *testing.T, v *Variant) {
	path := filepath.Join(v.Dir, "out")
	info, err := os.Stat(path)
	if err != nil {
		t.Fatal(err)
	}
	f, err := os.OpenFile(path, os.O_WRONLY, 0)
	if err != nil {
		t.Fatal(err)
	}
	f.WriteAt([]byte{0}, 3)
	f.Close()
	os.Chtimes(path, info.ModTime(), info.ModTime())
}

func fromAnotherBoot(t *testing.T, v *Variant) {
	then := *v
	then.boot = "another"
	if err := os.WriteFile(v.file, then.encode(), 0o644); err != nil {
		t.Fatal(err)
	}
}

func TestAfterAPowerLossOutputsAreReadOnce(t *testing.T) {
	s, v := made(t)
	tear(t, v)
	if find(t, s).Variant == nil {
		t.Fatal("what was made in this boot is read each time")
	}
	fromAnotherBoot(t, v)
	if found := find(t, s); found.Variant != nil || len(found.Damage) != 1 {
		t.Fatalf("a torn output is used: %+v", found)
	}

	s, v = made(t)
	fromAnotherBoot(t, v)
	if find(t, s).Variant == nil {
		t.Fatal("a sound unit of another boot is not used")
	}
	tear(t, v)
	if find(t, s).Variant == nil {
		t.Fatal("it was not noted that the output was read")
	}
}

func TestWhatWasSyncedIsNotRead(t *testing.T) {
	s, v := made(t)
	s.noteSync(t.Context(), "older", 1)
	s.noteSync(t.Context(), "another", v.uptime)
	tear(t, v)
	fromAnotherBoot(t, v)
	if find(t, s).Variant == nil {
		t.Error("read, although everything of that boot is on the disk")
	}
	late := Open(s.root, s.locks())
	defer late.Close()
	late.noteSync(t.Context(), "another", v.uptime-1)
	if find(t, late).Variant != nil {
		t.Error("not read, although it was made after the sync")
	}
	v.boot, v.uptime = "another", 0
	if !s.mayBeTorn(v) {
		t.Error("when it was made is not known, and yet it counts as made before the sync")
	}
}

// TestSyncsOfOneBootAreOne: a start of the machine is remembered beside one with many syncs.
func TestSyncsOfOneBootAreOne(t *testing.T) {
	s, v := made(t)
	s.noteSync(t.Context(), "another", v.uptime)
	for n := range 2 * keptSyncs {
		s.noteSync(t.Context(), "busy", time.Duration(n))
	}
	tear(t, v)
	fromAnotherBoot(t, v)
	if find(t, s).Variant == nil {
		t.Error("read, although everything of that boot is on the disk")
	}
}

func TestUseIsNotedOnceAnHour(t *testing.T) {
	s, v := made(t)
	now := time.Now()
	for _, c := range []struct {
		used  time.Duration
		noted bool
	}{{50 * time.Minute, false}, {70 * time.Minute, true}, {-70 * time.Minute, true}} {
		then := now.Add(-c.used).Truncate(time.Second)
		os.Chtimes(v.file, then, then)
		find(t, s)
		info, err := os.Stat(v.file)
		if err != nil || !info.ModTime().Equal(then) != c.noted {
			t.Errorf("used %v ago: %v, %v", c.used, info.ModTime(), err)
		}
	}
}

// TestShortcutsAreBroughtUpToDate: what a CI cache has unpacked anew is read once.
func TestShortcutsAreBroughtUpToDate(t *testing.T) {
	s, v := made(t)
	path := filepath.Join(v.Dir, "out")
	then := time.Now().Add(-time.Hour)
	os.Chtimes(path, then, then)
	if find(t, s).Variant == nil {
		t.Fatal("not found")
	}
	tear(t, v)
	if find(t, s).Variant == nil {
		t.Error("the shortcut was not noted")
	}
}

func TestATornStampIsMadeAgain(t *testing.T) {
	s, v := made(t)
	if err := os.Truncate(v.file, 100); err != nil {
		t.Fatal(err)
	}
	if find(t, s).Variant != nil {
		t.Fatal("found")
	}
	_, a, err := s.TryBegin(t.Context(), Key{1}, Identity{}, always)
	if err != nil || a == nil {
		t.Fatal(err)
	}
	if _, err := os.Stat(v.Dir); err == nil {
		t.Error("what it belonged to is left")
	}
	if err := a.Abandon(t.Context()); err != nil {
		t.Error(err)
	}
}

// TestKeysThatBeginAlike have one folder and are two all the same.
func TestKeysThatBeginAlike(t *testing.T) {
	s, v := made(t)
	other := Key{1}
	other[31] = 1
	found, err := s.Find(t.Context(), other, always)
	if err != nil || found.Variant != nil {
		t.Fatalf("%+v %v", found, err)
	}
	_, a, err := s.TryBegin(t.Context(), other, Identity{}, always)
	if err != nil || a == nil {
		t.Fatal(err)
	}
	if _, err := a.Commit(t.Context(), Made{}); err != nil {
		t.Fatal(err)
	}
	if found := find(t, s); found.Variant == nil || found.Dir != v.Dir {
		t.Error("the first one is gone")
	}
}

func TestLimits(t *testing.T) {
	root := lockfs.At(t.TempDir()).Join("not", "there")
	disk := diskSize(root)
	for said, want := range map[string]int64{
		"": min(mostByDefault, disk/10), "20 GiB": 20 << 30, "500MB": 500e6, "7": 7, "1.5k": 1536, "0": 0, "10%": int64(0.1 * float64(disk)),
		"x": -1, "-1": -1, "5 apples": -1, "NaN": -1, "1e999": -1,
	} {
		got, err := LimitOf(said, root)
		if (err != nil) != (want < 0) || err == nil && got != want {
			t.Errorf("%q: %d, %v; expected %d", said, got, err, want)
		}
	}
}

// TestTidyIsRare: by who made something, and not again soon.
func TestTidyIsRare(t *testing.T) {
	s, v := made(t)
	now := time.Now()
	s.now = func() time.Time { return now }
	gone := func() bool { _, err := os.Stat(v.file); return err != nil }
	policy := Policy{Limit: 0, Soft: -1}
	idle := Open(s.root, s.locks())
	if err := idle.Tidy(t.Context(), policy); err != nil || gone() {
		t.Errorf("by a build that made nothing: %v", err)
	}
	if err := s.Tidy(t.Context(), Policy{Limit: -1, Soft: -1}); err != nil {
		t.Fatal(err)
	}
	if err := s.Tidy(t.Context(), policy); err != nil || gone() {
		t.Errorf("at once again: %v", err)
	}
	now = now.Add(tidyAge + time.Second)
	if err := s.Tidy(t.Context(), policy); err != nil || gone() {
		t.Errorf("what this very build uses: %v", err)
	}
	s.Close()
	s.count.made.Add(1)
	now = now.Add(tidyAge + time.Second)
	if err := s.Tidy(t.Context(), policy); err != nil || !gone() {
		t.Errorf("after a while: %v", err)
	}
}

// TestOutdated: a time in the future, of a clock that was set back, is none.
func TestOutdated(t *testing.T) {
	s := Open(lockfs.At(t.TempDir()).Join("units"), lockfs.At(t.TempDir()))
	now := time.Now().Truncate(time.Second)
	s.now = func() time.Time { return now }
	for _, profile := range []string{"debug", "release"} {
		if err := s.Outdate(profile, []string{"a", "b"}); err != nil {
			t.Fatal(err)
		}
	}
	if got := s.Outdated("debug"); len(got) != 2 || !got["a"].Equal(now) || !got["b"].Equal(now) {
		t.Errorf("%v", got)
	}
	now = now.Add(-time.Hour)
	if got := s.Outdated("debug"); len(got) != 0 {
		t.Errorf("%v, before it was noted", got)
	}
	now = now.Add(time.Hour)
	if err := s.RemoveOutdated(); err != nil || len(s.Outdated("release")) != 0 {
		t.Errorf("left, %v", err)
	}
}

// TestWhoIsMaking: what a killed maker left is none, and goes.
func TestWhoIsMaking(t *testing.T) {
	home := lockfs.At(t.TempDir())
	s := Workspace(lockfs.At(t.TempDir()), home)
	if s.IsMaking(t.Context()) {
		t.Error("nobody has ever made anything")
	}
	dead := s.locks().Join("0123456789abcdef" + lockSuffix)
	if err := os.WriteFile(dead.Display(), []byte("pid 1\n"), 0o644); err != nil {
		t.Fatal(err)
	}
	if s.IsMaking(t.Context()) || dead.Exists() {
		t.Error("the dead one lives")
	}
	_, held, err := s.lock("0123456789abcdef", "unit").Try(t.Context(), lockfs.Exclusive)
	if err != nil {
		t.Fatal(err)
	}
	if !s.IsMaking(t.Context()) || !dead.Exists() {
		t.Error("a living one does not")
	}
	held.Close()
}

// TestTimesInSteps: on a file system that knows whole seconds only, and FAT every other, a file may be written several times
// without another time.
func TestTimesInSteps(t *testing.T) {
	whole := time.Unix(1_700_000_000, 0)
	part := whole.Add(500 * time.Millisecond)
	for _, c := range []struct {
		time  time.Time
		after time.Duration
		fresh bool
	}{
		{whole, time.Second, true}, {whole, -time.Second, true}, {whole, 2 * time.Second, false},
		{part, 19 * time.Millisecond, true}, {part, 20 * time.Millisecond, false},
	} {
		path := filepath.Join(t.TempDir(), "a.rs")
		if err := errors.Join(os.WriteFile(path, nil, 0o644), os.Chtimes(path, c.time, c.time)); err != nil {
			t.Fatal(err)
		}
		info, err := os.Stat(path)
		if err != nil {
			t.Fatal(err)
		}
		var f File
		if f.shortcutOfInput(info, c.time.Add(c.after)); f.Time == 0 != c.fresh {
			t.Errorf("%v, and %v later: shortcut %d", c.time, c.after, f.Time)
		}
		l, err := list(path, c.time.Add(c.after))
		if err != nil || l.settled == c.fresh {
			t.Errorf("%v, and %v later: settled %v, %v", c.time, c.after, l.settled, err)
		}
	}
	for _, c := range []struct {
		changed time.Time
		follows bool
	}{{whole, true}, {whole.Add(time.Second), true}, {whole.Add(-time.Second), false}} {
		if got := mayFollow(c.changed, whole); got != c.follows {
			t.Errorf("a change at %v, of what was begun at %v: %v", c.changed, whole, got)
		}
	}
	if mayFollow(part, part) {
		t.Error("where the time has parts of seconds it tells")
	}
}

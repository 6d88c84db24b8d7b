package unchanged

import (
	"bytes"
	"os"
	"path/filepath"
	"reflect"
	"sync"
	"testing"
	"time"

	"berth/internal/boot"
	"berth/internal/lockfs"
	"berth/internal/looked"
	"berth/internal/ui"
	"berth/internal/unitstore"
)

func sample() *Record {
	return &Record{
		Workspace: "/w", Own: 3, Shared: 4, How: "`dev` profile",
		Said:     []ui.Said{{Kind: ui.SaidWarning, Text: "unused"}, {Kind: ui.SaidStatus, Verb: "Fresh", Text: "a v1"}},
		After:    []ui.Said{{Kind: ui.SaidStatus, Verb: "Executable", Text: "a"}},
		Call:     &Call{Made: "/w/target/debug/a", Program: "run", Args: []string{"target/debug/a"}, Env: []unitstore.Var{{Name: "OUT_DIR"}}},
		Vars:     []unitstore.Var{{Name: "A", Value: "1", Set: true}, {Name: "B"}},
		Listings: []Listing{{Dir: "/w/a", Include: []string{"src"}, Digest: "d"}},
		Trees:    []unitstore.File{{Tree: true, Path: "/w/data", Size: 2, Time: 1, Inode: 1 << 63}},
		Places: []looked.Place{
			{Path: "/w/Cargo.toml", Counts: looked.Type | looked.Size | looked.Time | looked.Changed | looked.Inode, Type: looked.File, Size: 7, Time: 5, Changed: 6, Inode: 9},
			{Path: "/w/a/build.rs", Counts: looked.Type},
			{Path: "/w/target/debug/a", Counts: looked.Link | looked.Type | looked.Size | looked.Time, Type: looked.File, Size: 1 << 40, Time: -5},
		},
		written: time.Unix(0, 77), boot: "b",
	}
}

func TestRoundTrip(t *testing.T) {
	key, want := KeyOf("k"), sample()
	got, err := decode(want.encode(key), key)
	if err != nil || !reflect.DeepEqual(got, want) {
		t.Errorf("%v\n%+v, expected\n%+v", err, got, want)
	}
	if _, err := decode(want.encode(key), KeyOf("other")); err == nil {
		t.Error("a record of another key was taken")
	}
}

// Whatever happens to a byte of a record, it is a record no more.
func TestDamage(t *testing.T) {
	key := KeyOf("k")
	data := sample().encode(key)
	for i := range data {
		bad := bytes.Clone(data)
		bad[i] ^= 0x10
		if _, err := decode(bad, key); err == nil {
			t.Errorf("byte %d was changed, and nobody noticed", i)
		}
		if _, err := decode(data[:i], key); err == nil {
			t.Errorf("it was cut after %d bytes, and nobody noticed", i)
		}
	}
}

func FuzzDecode(f *testing.F) {
	key := KeyOf("k")
	f.Add(sample().encode(key))
	f.Add([]byte(head))
	f.Fuzz(func(t *testing.T, data []byte) {
		if r, err := decode(data, key); err == nil && !bytes.Equal(r.encode(key), data) {
			again, err := decode(r.encode(key), key)
			if err != nil || !reflect.DeepEqual(again, r) {
				t.Errorf("%+v was written as something else: %v", r, err)
			}
		}
		// The same with a sum that fits: what is behind it is read by the decoder alone.
		_, _ = decode(sealed(data, key), key)
	})
}

// Writers at once leave one of their records, whole, and no more of them than are kept.
func TestManyWriters(t *testing.T) {
	target, home := t.TempDir(), t.TempDir()
	lock := Lock(lockfs.At(home), target)
	var writers sync.WaitGroup
	for i := range 3 * most {
		writers.Go(func() {
			key := KeyOf("k", string(rune(i%(most+5))))
			for range 20 {
				if err := Write(t.Context(), target, lock, key, sample()); err != nil {
					t.Error(err)
				}
				if r := Read(target, key); r != nil && !reflect.DeepEqual(r.Places, sample().Places) {
					t.Error("half a record was read")
				}
			}
		})
	}
	writers.Wait()
	entries, err := os.ReadDir(Place(target).Display())
	if err != nil || len(entries) == 0 || len(entries) > most {
		t.Errorf("%d records are kept: %v", len(entries), err)
	}
}

func TestOldOnesAreNotUsed(t *testing.T) {
	target, home, key := t.TempDir(), t.TempDir(), KeyOf("k")
	if err := Write(t.Context(), target, Lock(lockfs.At(home), target), key, sample()); err != nil {
		t.Fatal(err)
	}
	if Read(target, key) == nil {
		t.Fatal("it is not there")
	}
	file := filepath.Join(Place(target).Display(), key.name())
	for _, change := range []func(*Record){
		func(r *Record) { r.written = time.Now().Add(-lifetime - time.Minute) },
		func(r *Record) { r.written = time.Now().Add(time.Hour) },
		func(r *Record) { r.boot = "another" },
	} {
		r := sample()
		r.written, r.boot = time.Now(), boot.ID()
		change(r)
		if err := os.WriteFile(file, r.encode(key), 0o644); err != nil {
			t.Fatal(err)
		}
		if Read(target, key) != nil {
			t.Error("an old record was used")
		}
	}
}

// sealed is a record with these bytes behind its key.
func sealed(data []byte, key Key) []byte {
	w := &writer{data: append(append([]byte(head), key[:]...), data...)}
	return w.seal()
}

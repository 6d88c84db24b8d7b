// Package unchanged keeps what the last run of a command line came to that built and had nothing to do, so that the next one
// finds out that there still is nothing to do without planning anything.
//
// # What holds
//
// A [Record] is found by its [Key], which is made from all that a command can be told (its line, directory, environment,
// configuration, compiler, and berth itself), and holds all that the command looked at on the disk, with what it said. It is
// of use only as long as every one of those places is as it was: then a run without it would find the same, say the same and
// make nothing. Anything else, a record that is torn, old, or of another start of the machine included, is as good as none.
//
// Nothing is ever decided by half a record: it says that there is nothing to do at all, or it says nothing.
//
// # What does not
//
// What registries say of versions that Cargo.lock names is not looked at again: a version that was published does not change.
package unchanged

import (
	"cmp"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"os"
	"slices"
	"strings"
	"time"

	"berth/internal/boot"
	"berth/internal/lockfs"
	"berth/internal/looked"
	"berth/internal/textsum"
	"berth/internal/ui"
	"berth/internal/unitstore"
)

// Record is what a run came to.
type Record struct {
	Workspace string // directory
	Own       int    // units that were found in the workspace's store
	Shared    int    // and in that of CARGO_HOME
	Places    []looked.Place
	Trees     []unitstore.File // directories with all that is below them, by absolute path
	Vars      []unitstore.Var  // of the environment
	Listings  []Listing
	Said      []ui.Said
	How       string // the last line
	After     []ui.Said
	Call      *Call // nil where nothing is run then

	written time.Time
	boot    string
}

// Call is a program that is run when all is built, without what the command line gives it.
type Call struct {
	Made    string // where what was built lies
	Program string // that or what runs it, as it is said
	Args    []string
	Env     []unitstore.Var // beside what is inherited
}

// Listing is the list of the files of a package, by the rules of its manifest.
type Listing struct {
	Dir              string
	Include, Exclude []string
	Digest           string
}

// Key is the digest of what a command is told.
type Key [sha256.Size]byte

// KeyOf digests texts.
func KeyOf(words ...string) Key {
	sum := textsum.New()
	sum.List(words)
	return sum.Digest()
}

func (k Key) name() string { return hex.EncodeToString(k[:8]) }

// lifetime bounds how long a record is used: a run without it notes once a day which units are in use.
const lifetime = 24 * time.Hour

// most is how many records of a target directory are kept: the terminal's, the editor's and the test runner's command lines,
// each in a few variations.
const most = 16

// mostBytes bounds what is read of a record.
const mostBytes = 64 << 20

// Place is where the records of a target directory lie.
func Place(target string) lockfs.Filesystem {
	return lockfs.At(target).Join("berth", unitstore.Version, "unchanged")
}

// Read is the record of a key, nil where there is none that can be used.
func Read(target string, key Key) *Record {
	file := Place(target).Join(key.name())
	info, err := file.Lstat()
	if err != nil || !info.Mode().IsRegular() || info.Size() > mostBytes {
		return nil
	}
	data, err := file.ReadFile()
	if err != nil {
		return nil
	}
	r, err := decode(data, key)
	if err != nil || r.boot != boot.ID() {
		return nil
	}
	if age := time.Since(r.written); age < 0 || age > lifetime {
		return nil
	}
	return r
}

// Write keeps a record. It never waits, and that it cannot be kept is no failure: the next run plans, as this one did. The
// lock is one that all who write records of this target directory take.
func Write(ctx context.Context, target string, lock lockfs.Lock, key Key, r *Record) error {
	r.written, r.boot = time.Now(), boot.ID()
	data := r.encode(key)
	if len(data) > mostBytes {
		return nil
	}
	place := Place(target)
	if err := place.MkdirAll(); err != nil {
		return err
	}
	_, held, err := lock.Try(ctx, lockfs.Exclusive)
	if errors.Is(err, lockfs.ErrBusy) {
		return nil
	}
	if err != nil {
		return err
	}
	defer held.Close()
	if err := held.WriteUnsynced("unchanged.write", place.Join(key.name()), data); err != nil {
		return err
	}
	return sweep(held, place)
}

// Forget removes all records of a target directory: of what is cleaned none holds any more.
func Forget(target string) error { return os.RemoveAll(Place(target).Display()) }

// Lock is had by who writes records. It lies in CARGO_HOME, as cargo clean removes the target directory under everybody.
func Lock(home lockfs.Filesystem, target string) lockfs.Lock {
	sum := sha256.Sum256([]byte(target))
	file := home.Join("berth", unitstore.Version, "locks", "unchanged-"+hex.EncodeToString(sum[:8])+".lock")
	return lockfs.NewLock(file, lockfs.RankAnswers, "records of builds that had nothing to do")
}

// sweep removes those that were written longest ago, and what killed processes were about to write: who writes has the lock.
func sweep(held *lockfs.FileLock, place lockfs.Filesystem) error {
	entries, err := place.ReadDir()
	if err != nil {
		return err
	}
	type aged struct {
		name string
		time time.Time
	}
	var records []aged
	var gone []string
	for _, e := range entries {
		info, err := e.Info()
		switch {
		case err != nil: // somebody cleans
		case len(e.Name()) != len(Key{}.name()):
			gone = append(gone, e.Name())
		default:
			records = append(records, aged{e.Name(), info.ModTime()})
		}
	}
	slices.SortFunc(records, func(a, b aged) int { return cmp.Or(a.time.Compare(b.time), strings.Compare(a.name, b.name)) })
	for _, r := range records[:max(0, len(records)-most)] {
		gone = append(gone, r.name)
	}
	for _, name := range gone {
		if err := held.Remove("unchanged.sweep", place.Join(name)); err != nil {
			return err
		}
	}
	return nil
}

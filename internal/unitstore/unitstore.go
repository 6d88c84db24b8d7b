// Package unitstore keeps what compilers made: a unit is one call of rustc or one run of a build script, and what it left
// is an immutable folder that any number of processes use in place.
//
// # What holds
//
// A unit's [Key] is the digest of all that is known before it is made. Under one key lie variants, which differ in what was
// read meanwhile (sources, environment): a variant is used only if its reader accepts all of that ([Store.Find]). A
// variant that can be seen is whole: its stamp is written last, in one step, and nothing but the stamp is ever written
// again. Its outputs are held against the stamp before each use, by size, time and inode, and by their digests where these
// differ; what does not agree is damaged, said so, and made again.
//
// A unit is made by one process at a time ([Store.TryBegin]), in place and in a folder whose name was never used before
// and never will be: paths are baked into what is made, and a compiler that outlived its berth can spoil nothing but an
// attempt that nobody will look at. What a killed process left is removed by whoever makes the unit next. Where the path is to
// stay the same for as long as what is made does, the variant of before stands for what was made again ([Made].Twin).
//
// Whoever looks for a unit has leased it before (a file a process, which names keys). [Store.Sweep] and [Store.Drop] take
// the stamp away first, then read the leases: one of both sees the other, so nothing goes that is in use.
//
// After a start of the machine, the outputs of a variant that was written in an earlier one are read once and held against
// their digests, unless they are known to have reached the disk.
//
// # What does not
//
// On a file system without locks, and between machines, a unit may be made twice. The last line of a stamp is no defence
// against somebody who wants to forge it: who may write into the store decides what is linked.
//
// # On disk
//
//	<root>/<xx>/<key>/<attempt>/       what the unit made; key: the first 16 digits of it, xx: 2
//	<root>/<xx>/<key>/<attempt>/stamp  written last: what it is, what it read, what it made
//	<root>/<xx>/<key>/<attempt>.lock   there while it is made: its maker lives
//	<root>/leases/<id>, <id>.lock      the keys that a process uses
//	<root>/ways/<name>, <name>.lock    a link to the attempt that a compiler is at, for one that is to see the same path each time
//	<root>/ways/<name>.from            and second names of what it compiles against
//	<root>/staging/                    what is being removed
//	<root>/uses                        a line for each command that built: hits, units made, directory
//	<root>/synced                      up to when everything is on the disk
//	<root>/../outdated/<profile>/<package>  since when units of a package that others share are made anew for a workspace
//	<root>/dropped                     attempts that the user wants no more
//	<locks>/<key>.lock                 there while somebody makes the unit; a target directory's in CARGO_HOME where that can be written
package unitstore

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"sync"
	"sync/atomic"
	"time"

	"berth/internal/diskspace"
	"berth/internal/figures"
	"berth/internal/lockfs"
)

// Version is that of the format, and the name of its directory.
const Version = "v1"

// Key is the digest of everything about a unit that is known before it is made.
type Key [32]byte

// String is the name of the key's folder: 16 digits, as paths are limited. The whole key is in the stamp.
func (k Key) String() string { return fmt.Sprintf("%x", k[:8]) }

// Store is the units below one root. It may be used by any number of goroutines.
type Store struct {
	root      lockfs.Filesystem
	lockFiles *lockPlace
	now       func() time.Time

	// LeastRoom is how many bytes the disk must have left for a unit to be begun.
	LeastRoom int64

	// Dir tells people who uses the store: the workspace.
	Dir string

	// Spares are second names of units, in a target directory. Find takes from there what the store lacks.
	Spares *Spares

	lease    lease
	refusals refusals
	count    struct{ hits, made atomic.Int64 }
	hits     sync.Map // by Key, what hits counts

	dropping sync.Once // dropped is read
	dropped  map[string]bool

	synced sync.Once // syncs is read
	syncs  map[string]time.Duration

	syncing     sync.Mutex
	firstCommit time.Time
}

// Shared is the store of a CARGO_HOME: units of packages that never change, for all workspaces. Nothing is touched.
func Shared(cargoHome lockfs.Filesystem) *Store {
	own := cargoHome.Join("berth", Version)
	return Open(own.Join("units"), own.Join("locks", "units"))
}

// Workspace is the store in a target directory. Its locks lie in CARGO_HOME, as cargo clean removes the target directory
// under everybody; where it cannot be written they lie beside the store, as a unit that is made twice is better than none.
func Workspace(target, cargoHome lockfs.Filesystem) *Store {
	s := Open(target.Join("berth", Version, "units"), cargoHome.Join("berth", Version, "locks", "target-"+placeName(target.Display())))
	s.lockFiles.otherwise = target.Join("berth", Version, "locks")
	s.Spares = sparesIn(target)
	return s
}

// Open is the store at root, whose locks lie in another place. Nothing is touched.
func Open(root, locks lockfs.Filesystem) *Store {
	return &Store{root: root, lockFiles: &lockPlace{wanted: locks}, now: time.Now}
}

// placeName is the same for all names of one directory, as far as that can be known before it exists.
func placeName(path string) string {
	rest := ""
	for at := path; ; at = filepath.Dir(at) {
		real, err := filepath.EvalSymlinks(at)
		if err == nil {
			return shortDigest(filepath.Join(real, rest))
		}
		if parent := filepath.Dir(at); parent == at {
			return shortDigest(path)
		}
		rest = filepath.Join(filepath.Base(at), rest)
	}
}

// Hinders is why nothing can be made in the store as it is now; nil is no promise.
func (s *Store) Hinders() error {
	if s.NoPrograms() {
		return ErrNoPrograms
	}
	if !isWritable(nearest(s.root.Display())) {
		return ErrReadOnly
	}
	return s.lacksRoom()
}

// NoPrograms tells that nothing in the store can be run.
func (s *Store) NoPrograms() bool { return diskspace.IsNoexec(s.root.Display()) }

func (s *Store) lacksRoom() error {
	if free, ok := diskspace.Free(s.root.Display()); ok && free < s.LeastRoom {
		return fmt.Errorf("%w: its disk has %s left", ErrNoRoom, figures.Bytes(free))
	}
	return nil
}

// nearest is the directory itself, or the first one above it that there is.
func nearest(dir string) string {
	for {
		parent := filepath.Dir(dir)
		if _, err := os.Stat(dir); err == nil || parent == dir {
			return dir
		}
		dir = parent
	}
}

// Root is where the store lies.
func (s *Store) Root() lockfs.Filesystem { return s.root }

func (s *Store) folder(k string) lockfs.Filesystem { return s.root.Join(k[:2], k) }

func (s *Store) staging() lockfs.Staging { return lockfs.NewStaging(s.root.Join("staging")) }

// lock is had by who makes the unit. what is for people: "ripgrep 14.1.1 (lib)".
func (s *Store) lock(k, what string) lockfs.Lock {
	return lockfs.NewLock(s.locks().Join(k+".lock"), lockfs.RankUnit, what)
}

func (s *Store) locks() lockfs.Filesystem { return s.lockFiles.get() }

// lockPlace is where locks lie, which is found out when the first is wanted.
type lockPlace struct {
	wanted, otherwise lockfs.Filesystem
	once              sync.Once
	made              bool
}

func (p *lockPlace) get() lockfs.Filesystem {
	p.once.Do(func() {
		if p.otherwise == (lockfs.Filesystem{}) {
			return
		}
		if err := p.wanted.MkdirAll(); cannotWrite(err) || !isWritable(nearest(p.wanted.Display())) {
			p.wanted = p.otherwise
		}
		p.made = true
	})
	return p.wanted
}

// tidy removes the directory if nothing is locked in it: target directories come and go. Who locks something makes it anew.
func (p *lockPlace) tidy() {
	if p.made {
		os.Remove(p.wanted.Display())
	}
}

// ErrReadOnly: nothing can be made in this store, because it may not be written. Units that are there can be used.
var ErrReadOnly = errors.New("the store of compiled units cannot be written")

// ErrNoRoom: nothing more can be made in this store, nor said which of its units are in use, because its disk is full.
var ErrNoRoom = errors.New("there is no room in the store of compiled units")

// ErrNoPrograms: what is made in this store cannot be run, because the file system is mounted so.
var ErrNoPrograms = errors.New("programs in the store of compiled units cannot be run: its file system is mounted noexec")

// LeastRoom is how many bytes the disk should have left for a unit to be begun where it could be made elsewhere as well: the
// largest ones of the registry come to that much. Most need less, but who stops in the middle has been waited for in vain.
const LeastRoom = 64 << 20

// Identity is what a unit is for people, and for commands that are told a package.
type Identity struct {
	Package string // "name version"
	What    string // "lib, dev", for example
}

func (i Identity) String() string {
	if i.What == "" {
		return i.Package
	}
	return i.Package + " (" + i.What + ")"
}

// Watch is closed when nobody makes the unit any more: it is there, or its maker failed or died. Each call of it costs a
// thread until then, so one is enough for each unit that is wanted.
func (s *Store) Watch(ctx context.Context, key Key) <-chan struct{} {
	free := make(chan struct{})
	lock := s.lock(key.String(), "unit "+key.String())
	lock.Existing = true           // its maker removes it
	lock.Patience = 24 * time.Hour // whoever has nothing else to do says what he waits for: see Maker
	go func() {
		defer close(free)
		_, held, err := lock.Acquire(ctx, lockfs.Shared)
		if err == nil {
			held.Close()
		}
	}()
	return free
}

// Maker tells who makes the unit at this moment, for people.
func (s *Store) Maker(key Key) (lockfs.Holder, bool) {
	holders := s.lock(key.String(), "unit").Holders()
	if len(holders) == 0 {
		return lockfs.Holder{}, false
	}
	return holders[0], true
}

// cannotWrite tells a place that may not be written from one that failed.
func cannotWrite(err error) bool {
	return errors.Is(err, lockfs.ErrNoLockFile) || errors.Is(err, fs.ErrPermission) || isReadOnly(err)
}

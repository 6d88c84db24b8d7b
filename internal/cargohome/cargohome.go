// Package cargohome is $CARGO_HOME as stock Cargo lays it out, and the locks on
// it that berth and stock Cargo share.
//
// # What holds
//
// What berth makes below registry/ and git/ is what stock would have made, under
// the names that stock looks for, and appears there whole, by one rename. Between
// berths each crate, index file, git database and checkout has a lock of its own,
// below berth/v1/locks. Stock has one lock for all of them, .package-cache, which
// it holds exclusively while it resolves and downloads; berth holds it shared, and
// only while something appears that stock might be making at that very moment
// ([Home.Publish]), for milliseconds. While sources are read, and so during most
// commands, berth holds .package-cache-mutate shared ([Home.Reading]), which keeps
// stock's collection of old downloads away.
//
// Everything works in a home that may only be read, as long as nothing has to be
// made there.
//
// # What does not
//
// Stock writes its index caches and .crate files in place, without a lock that
// berth could wait for without waiting for whole downloads. So whoever reads them
// checks that they are whole, here and in package registry. A berth that has to
// unpack a crate waits while stock resolves or downloads.
//
// # On disk
//
//	registry/index/<NAME>/…                         index caches, config.json, git repository
//	registry/cache/<NAME>/<crate>-<version>.crate
//	registry/src/<NAME>/<crate>-<version>/          and .cargo-ok in it, when it is whole
//	git/db/<IDENT>/  git/checkouts/<IDENT>/<commit>/
//	.package-cache  .package-cache-mutate  .global-cache
//	berth/v1/downloads/…                            .crate files that are on their way
//	berth/v1/asked/<NAME>/…                         when the registry said that there is no such crate
//	berth/v1/staging/                               what is being made
//	berth/v1/locks/
package cargohome

import (
	"context"
	"errors"
	"io/fs"
	"sync"
	"time"

	"berth/internal/cachedir"
	"berth/internal/lastuse"
	"berth/internal/lockfs"
)

// Home is one CARGO_HOME. It may be used by any number of goroutines.
type Home struct {
	root    lockfs.Filesystem
	user    func() (lockfs.Filesystem, bool)
	publish publisher

	reading sync.Mutex
	lease   *lockfs.FileLock

	mu       sync.Mutex
	prepared map[string]bool
	used     map[lastuse.Use]bool
}

// Open is the home at an absolute path; nothing is touched.
func Open(root lockfs.Filesystem) *Home {
	h := &Home{root: root, prepared: map[string]bool{}, used: map[lastuse.Use]bool{}}
	h.publish.home = h
	return h
}

// OpenFor is Open for a user with a place of his own, where locks of what lies outside of a read-only home are.
func OpenFor(root lockfs.Filesystem, user func() (lockfs.Filesystem, bool)) *Home {
	h := Open(root)
	h.user = user
	return h
}

// Root is the home's directory.
func (h *Home) Root() lockfs.Filesystem { return h.root }

// Index is where the index of the registry NAME is cached.
func (h *Home) Index(name string) lockfs.Filesystem { return h.root.Join("registry", "index", name) }

// Crates is where the .crate files of the registry NAME lie.
func (h *Home) Crates(name string) lockfs.Filesystem { return h.root.Join("registry", "cache", name) }

// Sources is where the crates of the registry NAME are unpacked.
func (h *Home) Sources(name string) lockfs.Filesystem { return h.root.Join("registry", "src", name) }

// GitDB is the database of the repository IDENT.
func (h *Home) GitDB(ident string) lockfs.Filesystem { return h.root.Join("git", "db", ident) }

// Checkouts is where the checkouts of the repository IDENT lie.
func (h *Home) Checkouts(ident string) lockfs.Filesystem {
	return h.root.Join("git", "checkouts", ident)
}

// Private is a place of berth's own.
func (h *Home) Private(elements ...string) lockfs.Filesystem {
	return h.root.Join(append([]string{"berth", "v1"}, elements...)...)
}

// Lock is a lock of berth's own in this home, made when first taken.
func (h *Home) Lock(rank lockfs.Rank, name string, file ...string) lockfs.Lock {
	return newLock(h.Private(), rank, name, file)
}

// Outside is a lock of berth's own on something that lies outside of the home, and is changed also where the home is
// read-only. The last element of file has to tell it from all others.
func (h *Home) Outside(rank lockfs.Rank, name string, file ...string) lockfs.Lock {
	l := h.Lock(rank, name, file...)
	l.Elsewhere = h.user
	return l
}

// Staging is where things are made before they appear.
func (h *Home) Staging() lockfs.Staging { return lockfs.NewStaging(h.Private("staging")) }

// PrepareRegistry makes registry/ and marks it as a cache, once; that it cannot be
// marked is no error, as with stock.
func (h *Home) PrepareRegistry() error { return h.prepare("registry") }

// PrepareGit does the same for git/.
func (h *Home) PrepareGit() error { return h.prepare("git") }

func (h *Home) prepare(part string) error {
	h.mu.Lock()
	defer h.mu.Unlock()
	if h.prepared[part] {
		return nil
	}
	if err := cachedir.Make(h.root.Join(part).Display()); err != nil {
		return err
	}
	h.prepared[part] = true
	return nil
}

// Reading keeps stock from collecting what is old until the lock is closed. It is
// taken once by whoever is about to look for sources. In a home where no lock file
// can be made it does nothing: there nobody can collect either.
func (h *Home) Reading(ctx context.Context) (context.Context, *lockfs.FileLock, error) {
	if _, err := h.root.Stat(); errors.Is(err, fs.ErrNotExist) {
		if err := h.root.MkdirAll(); err != nil {
			return ctx, nil, nil
		}
	}
	lock := lockfs.NewStockLock(h.root.Join(".package-cache-mutate"), lockfs.RankReading, "shared package cache")
	turn := h.Lock(lockfs.RankReadingTurn, "turn at the shared package cache", "reading")
	turn.Patience = brief
	held, lease, err := lock.AcquireFairly(ctx, turn)
	if errors.Is(err, lockfs.ErrNoLockFile) || errors.Is(err, fs.ErrPermission) {
		return ctx, nil, nil
	}
	return held, lease, err
}

// KeepReading is Reading for the rest of the process, however often it is called: the lock goes with it. It is not told to
// the context, since who holds it may still take what has a lower rank. That cannot go round in a circle: nobody waits for
// this lock while holding one of those.
func (h *Home) KeepReading(ctx context.Context) error {
	h.reading.Lock()
	defer h.reading.Unlock()
	if h.lease != nil {
		return nil
	}
	_, lease, err := h.Reading(ctx)
	h.lease = lease
	return err
}

// brief is how long a wait for what is held for milliseconds stays unsaid.
const brief = time.Second

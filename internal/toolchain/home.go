// Package toolchain is what one RUSTUP_HOME can do: transactions on toolchain
// names, and taking a toolchain to run a tool out of it.
//
// # The transaction
//
// Install, update, component and target add and remove, repair and adoption are
// one transaction with another set of components. Under the lock of the name:
//
//  1. the manifest is fetched and checked (nothing new: done)
//  2. the components that the toolchain shall have are worked out (package dist)
//  3. each of them is made, unless it is there: fetched and unpacked side by
//     side; what another process is at is left to it, and done last
//  4. they are linked into a tree, the tree is committed and leased
//  5. the pointer toolchains/<name> is swapped, the old one becomes previous
//  6. the update hash is written
//
// Killed before 5 nothing has changed and everything that arrived is used by the
// next run; killed after 5 the toolchain is the new one, and the next update
// finds out that it is.
//
// # What holds
//
// Who looks at toolchains/<name> sees the whole old toolchain or the whole new
// one, at every instant. A tool that runs keeps the tree it began with. Any
// number of processes may do any of this at once.
//
// # What does not hold
//
// Stock rustup knows none of these locks. It may change a tree through our
// pointer; that is found by the tree's own small files, and the next transaction
// builds a new tree from what it left (adopt.go).
package toolchain

import (
	"context"
	"errors"
	"time"

	"berth/internal/dist"
	"berth/internal/download"
	"berth/internal/lockfs"
	"berth/internal/names"
	"berth/internal/store"
)

// Voice is how transactions speak to people.
type Voice interface {
	Infof(format string, args ...any)
	Warnf(format string, args ...any)
	Debugf(format string, args ...any)
	// Announce says which components are about to be fetched.
	Announce(names ...string)
	// Task shows the progress of one component.
	Task(name string) Task
}

// Task is one component's progress.
type Task interface {
	Stage(name string, total int64)
	Add(n int64)
	Skip(n int64) // bytes that were there already
	Done()
}

// Server is where releases come from.
type Server struct {
	Root      string // scheme, host and path in front of /dist
	Staged    bool   // RUSTUP_STAGED_MANIFEST
	Backtrack int    // RUSTUP_BACKTRACK_LIMIT
	Parallel  int    // RUSTUP_CONCURRENT_DOWNLOADS; 0: as many as there are cores, two at least
}

// Home is one RUSTUP_HOME.
type Home struct {
	dir      lockfs.Filesystem
	store    *store.Store
	server   Server
	client   *download.Client
	archives *download.Dir
	voice    Voice
	turn     time.Duration // the first one, see quiet.go
}

// Open describes the home at dir; nothing is touched, and the client is not used
// before a transaction needs the network.
func Open(dir lockfs.Filesystem, server Server, client *download.Client, voice Voice) *Home {
	st := store.Open(dir)
	return &Home{dir: dir, store: st, server: server, client: client, archives: download.NewDir(client, st.Root()), voice: voice, turn: firstTurn}
}

// Dir is $RUSTUP_HOME.
func (h *Home) Dir() lockfs.Filesystem { return h.dir }

// Store is the store of this home.
func (h *Home) Store() *store.Store { return h.store }

// List returns the toolchains that stand in toolchains/, in the order of every
// list; names that mean nothing are passed over.
func (h *Home) List() ([]names.Toolchain, error) {
	entries, err := h.store.Names()
	if err != nil {
		return nil, err
	}
	var list []names.Toolchain
	for _, e := range entries {
		t, err := names.ParseDirectory(e)
		if err != nil || h.isBrokenPointer(e) {
			continue
		}
		list = append(list, t)
	}
	sortToolchains(list)
	return list, nil
}

// isBrokenPointer: our own pointer to a tree that is gone is a toolchain that is
// not installed; a broken link of the user's is listed, as stock lists it.
func (h *Home) isBrokenPointer(name string) bool {
	place, err := h.store.Look(name)
	return err == nil && place.Kind == store.None
}

// IsInstalled tells whether name stands for something.
func (h *Home) IsInstalled(name string) (bool, error) {
	place, err := h.store.Look(name)
	return place.Kind != store.None, err
}

// updateHash is the file with the first digits of the manifest's SHA-256.
func (h *Home) updateHash(name string) lockfs.Filesystem { return h.dir.Join("update-hashes", name) }

// nameLock is the lock of a whole transaction on a name. Who waits for it sees
// how much of the downloads is there.
func (h *Home) nameLock(name string) lockfs.Lock {
	lock := h.store.NameLock(name)
	lock.Progress = func() string {
		entries, _ := h.archives.List()
		var bytes int64
		for _, e := range entries {
			if !e.Complete {
				bytes += e.Size
			}
		}
		return bytesSoFar(bytes)
	}
	return lock
}

// transact runs fn under the lock of name. What fails is tidied up after as well:
// a command that was killed and is run again may find nothing left to do, and
// stock has words for that which are an error (component remove).
func (h *Home) transact(ctx context.Context, name string, fn func(context.Context, *lockfs.FileLock) error) error {
	ctx, stays, err := h.storeLock().Acquire(ctx, lockfs.Shared)
	if err != nil {
		return err
	}
	defer stays.Close()
	if err := h.begin(ctx); err != nil {
		return err
	}
	err = h.nameLock(name).With(ctx, lockfs.Exclusive, func(ctx context.Context, held *lockfs.FileLock) error {
		if err := h.store.Recover(ctx, held, name); err != nil {
			return err
		}
		err := h.untilUnmoved(ctx, name, held, fn)
		h.succeed(ctx, held, name)
		return err
	})
	if ctx.Err() == nil {
		h.tidy(ctx)
	}
	return err
}

// succeed ends a switch for which a directory has to be removed first. Where somebody runs out of it the next transaction does.
func (h *Home) succeed(ctx context.Context, held *lockfs.FileLock, name string) {
	if err := h.store.Succeed(ctx, held, name, h.store.DirectoryLock(name).Try); err != nil {
		h.voice.Debugf("toolchain '%s' keeps its directory: %v", name, err)
	}
}

// untilUnmoved begins again, from what is there then, where somebody whom no lock
// kept out has pointed the name elsewhere. Each time he has got on, so all do in the end.
func (h *Home) untilUnmoved(ctx context.Context, name string, held *lockfs.FileLock, fn func(context.Context, *lockfs.FileLock) error) error {
	for {
		err := fn(ctx, held)
		if !errors.Is(err, store.ErrMoved) || ctx.Err() != nil {
			return err
		}
		h.voice.Debugf("toolchain '%s' begins again: %v", name, err)
	}
}

// tidy ends a transaction: what nobody needs any more goes, as far as that is in
// nobody's way. It has no say in whether the transaction succeeded. Who died while
// this one waited for him was alive when it began, so his staging is cleared here.
func (h *Home) tidy(ctx context.Context) {
	if err := h.store.Clear(ctx); err != nil {
		h.voice.Debugf("clearing staging: %v", err)
	}
	if _, err := h.Sweep(ctx, store.DefaultPolicy()); err != nil {
		h.voice.Debugf("sweep: %v", err)
	}
}

// begin is what each transaction does first: what dead processes left is
// cleared, and what has reached the disk by now is marked so.
func (h *Home) begin(ctx context.Context) error {
	if err := h.store.Clear(ctx); err != nil {
		return err
	}
	return h.store.Settle(ctx, store.SettleAge)
}

// profileOr is the profile of a first install.
func profileOr(p dist.Profile) dist.Profile {
	if p == "" {
		return dist.Default
	}
	return p
}

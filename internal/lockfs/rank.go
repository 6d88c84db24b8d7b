package lockfs

import (
	"context"
	"fmt"
)

// Rank orders the locks: they are taken in rising rank only, so no two
// processes can wait for each other in a circle. Locks of one rank may be held
// together only where each of them is shared or was taken by a mere try.
type Rank int

// The ranks of both homes, from what is taken first to what is taken last.
// Gaps belong to the locks of builds.
const (
	RankStore        Rank = 5   // shared by each transaction; exclusive, by a mere try, to take the store away
	RankToolchain    Rank = 10  // one whole transaction on a toolchain name
	RankComponent    Rank = 20  // a component, shared while it is made and linked; exclusive to take it away
	RankMaking       Rank = 25  // unpacking a component
	RankDownload     Rank = 30  // fetching the bytes of one hash
	RankVerify       Rank = 38  // checking a tree after an unclean boot
	RankTurnstile    Rank = 39  // letting one who waits for a directory of stock's go first
	RankTree         Rank = 40  // lease of a toolchain tree; exclusive to sweep it
	RankSettings     Rank = 50  // read-modify-write of settings.toml
	RankSettingsFile Rank = 51  // settings.toml itself, as newer stock locks it
	RankLinks        Rank = 55  // the links and env files that setup places
	RankPackage      Rank = 57  // making the archive of one package, and building what is in it
	RankCargoLock    Rank = 60  // read-modify-write of a workspace's Cargo.lock: a lock file of ours
	RankCargoFile    Rank = 61  // Cargo.lock or Cargo.toml itself, as stock locks them
	RankVendor       Rank = 65  // making the packages of one vendor directory
	RankReadingTurn  Rank = 69  // among berths, to take the next one
	RankReading      Rank = 70  // stock's .package-cache-mutate: shared while sources are read
	RankGitDatabase  Rank = 80  // fetching into a git database; shared while it is read
	RankGitCheckout  Rank = 85  // making a checkout
	RankCompany      Rank = 89  // shared by all commands that ask registries; exclusive by a mere try, for an instant
	RankIndexFile    Rank = 90  // asking the registry for one index file
	RankCrate        Rank = 95  // downloading and unpacking one crate
	RankPublishTurn  Rank = 99  // among berths, to take the next one
	RankPublish      Rank = 100 // stock's .package-cache: shared around publishing, for milliseconds
	RankSlotQueue    Rank = 107 // among berths, to take the next one
	RankSlotTurn     Rank = 108 // waiting for a job slot
	RankSlot         Rank = 110 // one compiler at work
	RankSweep        Rank = 115 // removing units; only ever tried
	RankFix          Rank = 118 // changing sources of one package as compilers suggest; only ever tried, or watched
	RankUnit         Rank = 120 // making one attempt at a unit; only ever tried, or watched
	RankSource       Rank = 125 // putting one source in the place of another, for milliseconds
	RankInstallRoot  Rank = 130 // recording what cargo install has installed: .crates.toml itself, as stock locks it
	RankInstallRoot2 Rank = 131 // .crates2.json
	RankFutureReport Rank = 135 // the report of what a later compiler will refuse, as stock locks it
	RankGlobalCache  Rank = 140 // one batch into .global-cache
	RankAnswers      Rank = 145 // what programs said of themselves; only ever tried
	RankStaging      Rank = 150 // one process's scratch directory; only ever tried
)

// RankError is a bug of berth: locks taken in falling order.
type RankError struct {
	Held, Wanted         Rank
	HeldName, WantedName string
}

func (e *RankError) Error() string {
	return fmt.Sprintf("bug: lock of %s (rank %d) wanted while holding %s (rank %d); locks are taken in rising rank",
		e.WantedName, e.Wanted, e.HeldName, e.Held)
}

type heldKey struct{}

// held is what a context holds: a chain, the newest first.
type held struct {
	lock   *FileLock
	parent *held
}

func withHeld(ctx context.Context, l *FileLock) context.Context {
	parent, _ := ctx.Value(heldKey{}).(*held)
	return context.WithValue(ctx, heldKey{}, &held{l, parent})
}

// checkRank looks at everything that ctx still holds. Waiting at the same rank
// is allowed for shared locks only: two exclusive waiters could meet crosswise.
func checkRank(ctx context.Context, l Lock, mode Mode, waits bool) error {
	h, _ := ctx.Value(heldKey{}).(*held)
	for ; h != nil; h = h.parent {
		if h.lock.released() {
			continue
		}
		lower := l.rank < h.lock.lock.rank
		same := l.rank == h.lock.lock.rank && waits && (mode == Exclusive || h.lock.mode == Exclusive)
		if lower || same {
			return &RankError{h.lock.lock.rank, l.rank, h.lock.lock.name, l.name}
		}
	}
	return nil
}

// CheckRank tells whether a lock of that rank may be waited for exclusively by who holds what ctx holds. It is for those
// who wait in another context on ctx's behalf.
func CheckRank(ctx context.Context, rank Rank, name string) error {
	return checkRank(ctx, Lock{rank: rank, name: name}, Exclusive, true)
}

// Held is ctx with the knowledge that h is held.
func (h *FileLock) Held(ctx context.Context) context.Context { return withHeld(ctx, h) }

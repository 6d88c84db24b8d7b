package toolchain

import (
	"context"
	"crypto/rand"
	"errors"
	"strconv"
	"strings"

	"berth/internal/lockfs"
	"berth/internal/store"
)

// Dissolve leaves the home as stock rustup would have made it: every toolchain
// becomes a directory, and the store goes. It waits for whoever uses a toolchain,
// and refuses while anybody else is at work in the store.
func (h *Home) Dissolve(ctx context.Context) error {
	for {
		if err := h.detachAll(ctx); err != nil {
			return err
		}
		if gone, err := h.removeStore(ctx); gone || err != nil {
			return err
		}
	}
}

func (h *Home) detachAll(ctx context.Context) error {
	names, err := h.store.Names()
	if err != nil {
		return err
	}
	for _, name := range names {
		err := h.store.NameLock(name).With(ctx, lockfs.Exclusive, func(ctx context.Context, held *lockfs.FileLock) error {
			return h.store.Detach(ctx, held, name)
		})
		if err != nil {
			return err
		}
	}
	return nil
}

// storeLock is held shared by each transaction, and exclusively, by a mere try, by
// who takes the store away: no name may be pointed into it at that moment.
func (h *Home) storeLock() lockfs.Lock {
	return lockfs.NewLock(h.storeLockFile(), lockfs.RankStore, "the store of "+h.dir.Display())
}

func (h *Home) storeLockFile() lockfs.Filesystem { return h.store.Locks().Join("store.lock") }

// removedMark begins the names of stores that were renamed to be deleted. Digits by
// chance follow: a store that somebody has made meanwhile, and who takes that away,
// must not come where the first one is still being deleted.
const removedMark = "berth.removed-"

// removeStore renames the store away before it deletes it: killed in between, the
// home is whole and the next Dissolve deletes the rest. The store is not gone where
// a toolchain has been put into it again since all of them were taken out.
func (h *Home) removeStore(ctx context.Context) (gone bool, err error) {
	root := h.store.Root().Join("..")
	rests, err := h.removedStores()
	if err != nil || len(rests) == 0 && !root.Exists() {
		return err == nil, err
	}
	_, held, err := h.storeLock().Try(ctx, lockfs.Exclusive)
	if errors.Is(err, lockfs.ErrBusy) {
		return false, h.refuseInUse(ctx, "")
	}
	if err != nil {
		return false, err
	}
	defer held.Close()
	if again, err := h.anyInStore(); again || err != nil {
		return false, err
	}
	if err := h.refuseInUse(ctx, h.storeLockFile().Display()); err != nil {
		return false, err
	}
	for _, rest := range rests {
		if err := held.RemoveAll("toolchain.dissolve.before", rest); err != nil {
			return false, err
		}
	}
	removed := h.dir.Join(removedMark + rand.Text())
	err = held.Move("toolchain.dissolve", root, removed)
	if lockfs.IsImmovable(err) {
		return true, held.RemoveAll("toolchain.dissolve.there", root)
	}
	if err != nil {
		return false, err
	}
	return true, held.RemoveAll("toolchain.dissolve.remove", removed)
}

// removedStores are those whose deletion is under way, or was when somebody was killed.
func (h *Home) removedStores() (rests []lockfs.Filesystem, err error) {
	entries, err := h.dir.ReadDir()
	for _, e := range entries {
		if strings.HasPrefix(e.Name(), removedMark) {
			rests = append(rests, h.dir.Join(e.Name()))
		}
	}
	return rests, err
}

func (h *Home) anyInStore() (bool, error) {
	names, err := h.store.Names()
	if err != nil {
		return false, err
	}
	for _, name := range names {
		place, err := h.store.Look(name)
		if err != nil || place.Kind == store.InStore {
			return true, err
		}
	}
	return false, nil
}

// refuseInUse names one who is at work in the store, by a lock but the one that we
// have ourselves.
func (h *Home) refuseInUse(ctx context.Context, but string) error {
	states, err := h.store.LockStates(ctx)
	if err != nil {
		return err
	}
	for _, s := range states {
		if s.File != but {
			return &StoreInUseError{s}
		}
	}
	return nil
}

// StoreInUseError says that the store cannot be removed yet.
type StoreInUseError struct{ State lockfs.State }

func (e *StoreInUseError) Error() string {
	text, before := "somebody is at work in the store: "+e.State.File+" is held", " by process "
	for _, h := range e.State.Holders {
		text += before + strconv.Itoa(h.PID)
		before = " and "
	}
	return text
}

// Hint is the next step.
func (e *StoreInUseError) Hint() string { return "see `berth locks`, let them end, and run it again" }

package toolchain

import (
	"context"
	"fmt"

	"berth/internal/lockfs"
)

// Dissolve leaves the home as stock rustup would have made it: every toolchain
// becomes a directory, and the store goes. It waits for whoever uses a toolchain,
// and refuses while anybody else is at work in the store.
func (h *Home) Dissolve(ctx context.Context) error {
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
	return h.removeStore(ctx)
}

// removeStore renames the store away before it deletes it: killed in between, the
// home is whole and the next Dissolve deletes the rest.
func (h *Home) removeStore(ctx context.Context) error {
	root, removed := h.store.Root().Join(".."), h.dir.Join("berth.removed")
	if !root.Exists() && !removed.Exists() {
		return nil
	}
	states, err := h.store.LockStates(ctx)
	if err != nil {
		return err
	}
	for _, s := range states {
		return &StoreInUseError{s}
	}
	lock := lockfs.NewLock(h.store.Locks().Join("dissolve.lock"), lockfs.RankLinks, "the store of "+h.dir.Display())
	return lock.With(ctx, lockfs.Exclusive, func(_ context.Context, held *lockfs.FileLock) error {
		if err := held.RemoveAll("toolchain.dissolve.before", removed); err != nil {
			return err
		}
		if err := held.Rename("toolchain.dissolve", root, removed); err != nil {
			return err
		}
		return held.RemoveAll("toolchain.dissolve.remove", removed)
	})
}

// StoreInUseError says that the store cannot be removed yet.
type StoreInUseError struct{ State lockfs.State }

func (e *StoreInUseError) Error() string {
	text := "somebody is at work in the store: " + e.State.File + " is held"
	for _, h := range e.State.Holders {
		text += fmt.Sprintf(" by process %d", h.PID)
	}
	return text
}

// Hint is the next step.
func (e *StoreInUseError) Hint() string { return "see `berth locks`, let them end, and run it again" }

package setup

import (
	"context"
	"slices"

	"berth/internal/lockfs"
	"berth/internal/toolchain"
)

// UndoAll is Undo, and leaves both homes as if the stock tools alone had been there:
// every toolchain becomes a directory, and berth's folders go. What Undo knows
// nothing of comes first, so that it can be repeated as long as the command is there.
func (s *Setup) UndoAll(ctx context.Context, keepProfile bool) error {
	if err := s.Home.Dissolve(ctx); err != nil {
		return err
	}
	if s.Home.Dir().Join("toolchains").Exists() {
		// Stock makes these with its first toolchain and never removes them.
		for _, name := range []string{"downloads", "tmp", "update-hashes"} {
			if err := s.Home.Dir().Join(name).MkdirAll(); err != nil {
				return err
			}
		}
	}
	if err := s.lock().With(ctx, lockfs.Exclusive, s.removeKept); err != nil {
		return err
	}
	return s.Undo(ctx, keepProfile)
}

// removeKept removes what packages and builds keep in $CARGO_HOME/berth, unless
// somebody is at work there. Each piece leaves by a rename, so that one that is there
// is whole; a kill leaves the rest to the next Undo, which clears staging.
func (s *Setup) removeKept(ctx context.Context, held *lockfs.FileLock) error {
	states, err := lockfs.States(ctx, s.own)
	if err != nil {
		return err
	}
	for _, state := range states {
		if state.File != s.lockFile().Display() {
			return &toolchain.StoreInUseError{State: state}
		}
	}
	entries, err := s.own.ReadDir()
	if err != nil {
		return err
	}
	scratch, err := s.staging.New(ctx)
	if err != nil {
		return err
	}
	defer scratch.Close()
	ours := []lockfs.Filesystem{s.lockFile(), s.recordFile(), s.replaced(), s.own.Join("staging"), s.oldProgram()}
	for _, e := range entries {
		at := s.own.Join(e.Name())
		if slices.Contains(ours, at) {
			continue
		}
		err := held.Rename("setup.undo.kept", at, scratch.Dir.Join(e.Name()))
		if lockfs.IsImmovable(err) {
			err = held.RemoveAll("setup.undo.there", at)
		}
		if err != nil {
			return err
		}
	}
	return scratch.Close()
}

package store

import (
	"context"
	"errors"
	"io/fs"

	"berth/internal/lockfs"
)

// Detach makes name a directory as stock rustup has it: tree and pointer change
// places in one step, once nobody runs out of the tree any more. The caller holds
// the lock of the name.
func (s *Store) Detach(ctx context.Context, held *lockfs.FileLock, name string) error {
	place, err := s.Look(name)
	if err != nil || place.Kind != InStore {
		return err
	}
	_, lease, err := s.leaseLock(place.Hash, name).Acquire(ctx, lockfs.Exclusive)
	if errors.Is(err, fs.ErrNotExist) {
		return nil // the pointer is to nothing by now
	}
	if err != nil {
		return err
	}
	defer lease.Close()
	if err := held.Exchange("store.detach", s.treeDir(place.Hash).Join(name), s.toolchain(name)); err != nil {
		return err
	}
	return s.retireTree(ctx, lease, "store.detach.rest", place.Hash)
}

package store

import (
	"context"

	"berth/internal/lockfs"
)

// # Without pointers
//
// Where no pointer can be made (FAT and exFAT have no symbolic links) a tree is moved to toolchains/<name> itself, and is a
// directory as stock makes it from then on: it has no lease but that of the name, and its next change adopts it. A directory
// that stood there before lies in the tree's place afterwards, and goes with what is left of the tree, which is discarded.
// There is an instant without the name, unless the file system can exchange two directories: see lockfs.Exchange.

// moveIn is Switch without a pointer.
func (s *Store) moveIn(ctx context.Context, held *lockfs.FileLock, from Place, tree *Tree) error {
	s.discard(held, tree.Hash)
	at := s.toolchain(tree.Name)
	if err := at.Join("..").MkdirAll(); err != nil {
		return err
	}
	return s.unmoved(ctx, held, from, func() error {
		if at.Exists() {
			return held.Exchange("store.movein.exchange", tree.Dir(), at)
		}
		return held.Rename("store.movein", tree.Dir(), at)
	})
}

// HasPointers tries whether pointers can be made in the store.
func (s *Store) HasPointers(ctx context.Context, held *lockfs.FileLock) bool {
	scratch, err := s.staging.New(ctx)
	if err != nil {
		return false
	}
	defer scratch.Close()
	return !lockfs.HasNoPointers(held.Point("store.movein.probe", scratch.Dir.Join("probe"), ".", scratch.Dir.Join("pointer")))
}

// lookBeside is for a name at which nothing stands: another tree may be about to take its place, or an exchange of it was not
// ended, so that what stood there lies aside.
func (s *Store) lookBeside(name string) (Place, error) {
	heir, err := s.heir(name)
	if err != nil || heir.Kind != None {
		return heir, err
	}
	aside := s.toolchain(name).Aside()
	info, err := aside.Lstat()
	if err != nil || !info.IsDir() {
		return heir, ignoreAbsence(err)
	}
	return Place{Kind: Directory, Path: aside.Display(), Name: name}, nil
}

// Recover ends an exchange at a name that a killed process began. The caller holds the lock of the name.
func (s *Store) Recover(ctx context.Context, held *lockfs.FileLock, name string) error {
	at := s.toolchain(name)
	if !at.Aside().Exists() {
		return nil
	}
	scratch, err := s.staging.New(ctx)
	if err != nil {
		return err
	}
	defer scratch.Close()
	return held.Alone(ctx, func() error { return held.Recover("store.recover", at, scratch.Dir.Join(name)) })
}

package store

import (
	"context"
	"errors"
	"fmt"
	"path/filepath"

	"berth/internal/crashpoint"
	"berth/internal/lockfs"
)

// ErrMoved says that a name stands for something else than what a change of it
// was made from.
var ErrMoved = errors.New("it was changed by another process meanwhile")

// Switch makes name point to tree, in one step, and remembers where it pointed
// before. The caller holds the lock of the name, and has made the tree from what
// stood there then; ErrMoved where that is something else by now, as it can be
// on a file system without locks, and beside stock.
func (s *Store) Switch(ctx context.Context, name *lockfs.FileLock, from Place, tree *Tree) error {
	now, err := s.Look(tree.Name)
	if err != nil {
		return err
	}
	if now.Kind == InStore && now.Hash == tree.Hash {
		return nil
	}
	if err := s.forgetRollback(name, tree.Name); err != nil {
		return err
	}
	err = s.switchPointer(ctx, name, from, tree)
	if lockfs.HasNoPointers(err) {
		return s.moveIn(ctx, name, from, tree)
	}
	return err
}

func (s *Store) switchPointer(ctx context.Context, name *lockfs.FileLock, from Place, tree *Tree) error {
	if from.Kind == Directory {
		return s.switchDirectory(ctx, name, from, tree.place())
	}
	if from.Kind == InStore {
		if err := s.point(ctx, name, "store.previous", s.previous(tree.Name), innerTo(from)); err != nil {
			return err
		}
	}
	return s.unmoved(ctx, name, from, func() error { return s.pointAt(ctx, name, tree.place()) })
}

// unmoved takes a step if the name stands for the same as before.
func (s *Store) unmoved(ctx context.Context, name *lockfs.FileLock, from Place, step func() error) error {
	return name.Alone(ctx, func() error {
		now, err := s.Look(from.Name)
		if err == nil && (now.Kind != from.Kind || now.Hash != from.Hash) {
			err = ErrMoved
		}
		if err != nil {
			return err
		}
		return step()
	})
}

// pointerTo is relative, so that a home may be moved or mounted elsewhere; but where toolchains/ is a link, what lies beside
// it is not beside the directory that it leads to.
func (s *Store) pointerTo(tree Place) string {
	below := filepath.Join("berth", Version, "toolchains", tree.Hash, tree.Name)
	if _, isLink, _ := s.home.Join("toolchains").Pointer(); isLink {
		return s.home.Join(below).Display()
	}
	return filepath.Join("..", below)
}

// pointAt swaps the pointer of a name.
func (s *Store) pointAt(ctx context.Context, held *lockfs.FileLock, tree Place) error {
	link, err := s.pointer(tree.Name)
	if err != nil {
		return err
	}
	target := s.pointerTo(tree)
	if link == s.successor(tree.Name) {
		target = innerTo(tree)
	}
	return s.point(ctx, held, "store.switch", link, target)
}

func (s *Store) point(ctx context.Context, held *lockfs.FileLock, at crashpoint.Point, link lockfs.Filesystem, target string) error {
	scratch, err := s.staging.New(ctx)
	if err != nil {
		return err
	}
	defer scratch.Close()
	held.RemoveUnfinishedOf(link) // of a toolchains/ on another disk
	return held.Point(at, link, target, scratch.Dir.Join("pointer"))
}

// switchDirectory puts the pointer in the place of a directory that stock made;
// the directory is then in scratch and goes with it, or must stay where it is for now.
func (s *Store) switchDirectory(ctx context.Context, held *lockfs.FileLock, from, tree Place) error {
	scratch, err := s.staging.New(ctx)
	if err != nil {
		return err
	}
	defer scratch.Close()
	pointer := scratch.Dir.Join(tree.Name)
	if err := held.Point("store.adopt.pointer", pointer, s.pointerTo(tree), scratch.Dir.Join("pointer")); err != nil {
		return err
	}
	return s.unmoved(ctx, held, from, func() error {
		err := held.Exchange("store.adopt.exchange", pointer, s.toolchain(tree.Name))
		switch {
		case !lockfs.IsImmovable(err):
			return err
		case !lockfs.CanGiveWay(s.toolchain(tree.Name)):
			return fmt.Errorf("cannot replace `%s`, on which something is mounted: %w", s.toolchain(tree.Name).Display(), err)
		}
		return s.bequeath(ctx, held, tree)
	})
}

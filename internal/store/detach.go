package store

import (
	"context"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"strings"

	"berth/internal/lockfs"
)

// Detach makes name a directory as stock rustup has it: tree and pointer change
// places in one step, once nobody runs out of the tree any more. The caller holds
// the lock of the name.
func (s *Store) Detach(ctx context.Context, held *lockfs.FileLock, name string) error {
	if err := s.Succeed(ctx, held, name, s.DirectoryLock(name).Acquire); err != nil {
		return err
	}
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
	tree := s.treeDir(place.Hash).Join(name)
	err = held.Exchange("store.detach", tree, s.toolchain(name))
	if lockfs.IsImmovable(err) {
		err = s.detachCopy(ctx, held, tree, s.toolchain(name))
	}
	if err != nil {
		return err
	}
	return s.retireTree(ctx, lease, "store.detach.rest", place.Hash)
}

// detachCopy is for a tree that must stay where it is: what takes the place of the pointer is made of its files.
func (s *Store) detachCopy(ctx context.Context, held *lockfs.FileLock, tree, at lockfs.Filesystem) error {
	scratch, err := s.staging.New(ctx)
	if err != nil {
		return err
	}
	defer scratch.Close()
	made := scratch.Dir.Join(at.Base())
	if err := relink(ctx, held.Path(tree), held.Path(made)); err != nil {
		return err
	}
	err = held.Exchange("store.detach.copy", made, at)
	if lockfs.IsImmovable(err) {
		err = s.detachAcross(ctx, held, tree, at)
	}
	return err
}

// detachAcross is for a name on another file system than the store: what takes its place is made beside it.
func (s *Store) detachAcross(ctx context.Context, held *lockfs.FileLock, tree, at lockfs.Filesystem) error {
	made := held.Beside(at)
	err := relink(ctx, held.Path(tree), held.Path(made))
	if err == nil {
		err = held.Exchange("store.detach.across", made, at)
	}
	return errors.Join(err, held.RemoveAll("store.detach.pointer", made))
}

// relink makes a directory of the files of another one.
func relink(ctx context.Context, from, to string) error {
	var l linker
	modes := map[string]fs.FileMode{} // set when all is made: a directory may be read-only
	err := filepath.WalkDir(from, func(path string, d fs.DirEntry, err error) error {
		if err == nil {
			err = context.Cause(ctx)
		}
		if err != nil {
			return err
		}
		info, err := d.Info()
		if err != nil {
			return err
		}
		target := to + strings.TrimPrefix(path, from)
		switch {
		case d.IsDir():
			modes[target] = info.Mode().Perm()
			return os.Mkdir(target, 0o777)
		case d.Type() == fs.ModeSymlink:
			leads, err := os.Readlink(path)
			return errors.Join(err, os.Symlink(leads, target))
		}
		return l.bring(path, target, info.Mode().Perm(), info.ModTime())
	})
	for dir, mode := range modes {
		err = errors.Join(err, os.Chmod(dir, mode))
	}
	return err
}

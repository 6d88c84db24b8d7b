package store

import (
	"context"

	"berth/internal/lockfs"
)

// # Succession
//
// A directory that stock made cannot change places with a pointer where it came with a lower layer of a container's image.
// Removing it takes a while, and a kill meanwhile would leave neither toolchain. So the pointer to the tree lies at
// successor/<name>, and counts from the moment on at which the directory has lost its manifest: one step, after which
// everybody sees the new tree, while those who run out of the directory still have it. What is left of the directory goes, and
// the pointer takes its place, with the first transaction that meets nobody there.

// condemner is the file whose removal condemns a directory.
func (s *Store) condemner(name string) lockfs.Filesystem {
	return s.toolchain(name).Join("lib", "rustlib", "multirust-channel-manifest.toml")
}

func (s *Store) successor(name string) lockfs.Filesystem { return s.root.Join("successor", name) }

// heir is the tree that takes the place of name, where a directory that is condemned or nothing stands there; else Kind None.
func (s *Store) heir(name string) (Place, error) {
	place, err := s.inner(s.successor(name), name)
	if err != nil || place.Kind == None || s.condemner(name).Exists() {
		return Place{Name: name}, err
	}
	return place, nil
}

// pointer is what says which tree a name stands for: toolchains/<name>, or for now the one that takes its place.
func (s *Store) pointer(name string) (lockfs.Filesystem, error) {
	heir, err := s.heir(name)
	if err != nil || heir.Kind == None {
		return s.toolchain(name), err
	}
	if _, isPointer, _ := s.toolchain(name).Pointer(); isPointer {
		return s.toolchain(name), nil
	}
	return s.successor(name), nil
}

// bequeath has a tree take the place of a directory that must stay where it is.
func (s *Store) bequeath(ctx context.Context, held *lockfs.FileLock, tree Place) error {
	if err := s.point(ctx, held, "store.succeed", s.successor(tree.Name), innerTo(tree)); err != nil {
		return err
	}
	return held.Remove("store.succeed.condemn", s.condemner(tree.Name))
}

// Taking is how a lock is taken: by a mere try, or by waiting for it.
type Taking func(context.Context, lockfs.Mode) (context.Context, *lockfs.FileLock, error)

// Succeed ends what bequeath began. take is of the DirectoryLock: nobody runs out of the directory when it goes.
func (s *Store) Succeed(ctx context.Context, held *lockfs.FileLock, name string, take Taking) error {
	if !s.successor(name).Exists() {
		return nil
	}
	at, err := s.pointer(name)
	if err == nil && at == s.successor(name) {
		err = s.succeed(ctx, held, name, take)
	}
	if err != nil {
		return err
	}
	return s.forgetSuccessor(held, name)
}

func (s *Store) forgetSuccessor(held *lockfs.FileLock, name string) error {
	if !s.successor(name).Exists() {
		return nil
	}
	return held.Remove("store.succeed.end", s.successor(name))
}

func (s *Store) succeed(ctx context.Context, held *lockfs.FileLock, name string, take Taking) error {
	heir, err := s.heir(name)
	if err != nil {
		return err
	}
	ctx, quiet, err := take(ctx, lockfs.Exclusive)
	if err != nil {
		return err
	}
	defer quiet.Close()
	if err := held.RemoveAll("store.succeed.old", s.toolchain(name)); err != nil {
		return err
	}
	return s.point(ctx, held, "store.succeed.pointer", s.toolchain(name), s.pointerTo(heir))
}

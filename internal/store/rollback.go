package store

import (
	"context"

	"berth/internal/lockfs"
)

// # Rollback
//
// A rollback lets the pointer of a name and previous/<name> change places, which
// takes two steps. Between them both would name one tree and nobody would know
// the other any more. So rollback/<name> names the tree that is left, from before
// the first step to after the second: a rollback that was killed is finished by
// the next one, which then does not take it back, and is forgotten as soon as the
// name is switched by anything else.

func (s *Store) leaving(name string) lockfs.Filesystem { return s.root.Join("rollback", name) }

// innerTo is the target of a pointer that lies in a directory below our root.
func innerTo(p Place) string { return "../toolchains/" + p.Hash + "/" + p.Name }

// Rollback points name to its previous tree, and previous to the present one. Kind
// None means that there is nothing to go back to.
func (s *Store) Rollback(ctx context.Context, held *lockfs.FileLock, name string) (Place, error) {
	now, err := s.Look(name)
	if err != nil {
		return now, err
	}
	left, err := s.inner(s.leaving(name), name)
	if err != nil {
		return now, err
	}
	if left.Kind == InStore && now.Kind == InStore && left.Hash != now.Hash {
		return now, s.finishRollback(ctx, held, left)
	}
	return s.beginRollback(ctx, held, now)
}

func (s *Store) beginRollback(ctx context.Context, held *lockfs.FileLock, now Place) (Place, error) {
	to, err := s.Previous(now.Name)
	if err != nil || to.Kind == None {
		return to, err
	}
	if now.Kind == Directory || to.Hash == now.Hash {
		// It is of a toolchain that stock replaced since; or a switch was killed before it switched.
		return Place{Name: now.Name}, nil
	}
	tree, err := s.openWhole(ctx, to.Hash, now.Name)
	if err != nil || tree == nil {
		return Place{Name: now.Name}, err
	}
	defer tree.Close()
	if now.Kind != InStore {
		return to, s.Switch(ctx, held, now, tree)
	}
	if err := s.point(ctx, held, "store.rollback", s.leaving(now.Name), innerTo(now)); err != nil {
		return to, err
	}
	if err := s.pointAt(ctx, held, tree.place()); err != nil {
		return to, err
	}
	return to, s.finishRollback(ctx, held, now)
}

// WithPrevious lists the names that a rollback has something for.
func (s *Store) WithPrevious() (names []string, err error) {
	entries, err := s.root.Join("previous").ReadDir()
	for _, e := range entries {
		names = append(names, e.Name())
	}
	return names, err
}

// ForgetPrevious takes the way back from a name. The tree goes with the next sweep
// unless somebody runs out of it; it is discarded first, as by Unlink.
func (s *Store) ForgetPrevious(held *lockfs.FileLock, name string) error {
	now, err := s.Look(name)
	if err != nil {
		return err
	}
	previous, err := s.Previous(name)
	if err != nil {
		return err
	}
	if previous.Kind == InStore && previous.Hash != now.Hash {
		s.discard(held, previous.Hash)
	}
	if err := s.forgetRollback(held, name); err != nil {
		return err
	}
	return held.Remove("store.uninstall.previous", s.previous(name))
}

func (s *Store) finishRollback(ctx context.Context, held *lockfs.FileLock, left Place) error {
	if err := s.point(ctx, held, "store.previous", s.previous(left.Name), innerTo(left)); err != nil {
		return err
	}
	return s.forgetRollback(held, left.Name)
}

func (s *Store) forgetRollback(held *lockfs.FileLock, name string) error {
	if !s.leaving(name).Exists() {
		return nil
	}
	return held.Remove("store.rollback.end", s.leaving(name))
}

package store

import (
	"context"
	"errors"
	"io/fs"
	"os"
	"path/filepath"

	"berth/internal/archive"
	"berth/internal/boot"
	"berth/internal/crashpoint"
	"berth/internal/lockfs"
)

// keyLength is how many digits of a digest name an object: paths are limited on
// Windows, and 64 bits are enough among the components of one machine.
const keyLength = 16

// Component is one component tree, held shared so that nobody takes it away.
type Component struct {
	Name     string // for people and for the stamp of trees: rustc-x86_64-…
	SHA256   string // of its archive
	Contents *archive.Contents
	dir      lockfs.Filesystem
	lease    *lockfs.FileLock
}

// Close gives the component free for sweeping.
func (c *Component) Close() error { return c.lease.Close() }

func (s *Store) componentDir(sha string) lockfs.Filesystem {
	return s.root.Join("components", sha[:keyLength])
}

// componentLease is held shared by who makes a component or links it, and
// exclusively by who takes it away.
func (s *Store) componentLease(sha, name string) lockfs.Lock {
	return lockfs.NewLock(s.Locks().Join("component", sha[:keyLength]+".lock"), lockfs.RankComponent, "the files of component '"+name+"'")
}

// makingLock is had by the one who unpacks a component. It is another lock than the
// lease, so that those who wait for the component are kept by nobody who uses it
// already, and who may be waiting for a component that they use.
func (s *Store) makingLock(sha, name string, progress func() string) lockfs.Lock {
	l := lockfs.NewLock(s.Locks().Join("making", sha[:keyLength]+".lock"), lockfs.RankMaking, "component '"+name+"'")
	l.Progress = progress
	return l
}

// Unpack fills an empty directory with a component's tree.
type Unpack func(ctx context.Context, dir string) (*archive.Contents, error)

// HasComponent tells whether the component is there, without opening its stamp.
func (s *Store) HasComponent(sha string) bool {
	return s.componentDir(sha).Join("stamp").Exists()
}

// TakeComponent unpacks the component unless it is there, and holds it: from before
// it is there, so that no sweep comes in between. With wait unset it returns
// lockfs.ErrBusy while another process is at it, so that the caller can do other
// work first. The errors of OpenComponent are those of this one, too.
func (s *Store) TakeComponent(ctx context.Context, sha, name string, wait bool, progress func() string, unpack Unpack) (*Component, error) {
	ctx, held, err := s.componentLease(sha, name).Acquire(ctx, lockfs.Shared)
	if err != nil {
		return nil, err
	}
	ensure := lockfs.TryEnsure
	if wait {
		ensure = lockfs.Ensure
	}
	present := func() (bool, error) { return s.HasComponent(sha), nil }
	err = ensure(ctx, s.makingLock(sha, name, progress), present, func(ctx context.Context, making *lockfs.FileLock) error {
		return s.unpackComponent(ctx, making, sha, name, unpack)
	})
	if err != nil {
		held.Close()
		return nil, err
	}
	return s.readHeld(held, sha, name)
}

func (s *Store) unpackComponent(ctx context.Context, held *lockfs.FileLock, sha, name string, unpack Unpack) error {
	scratch, err := s.staging.New(ctx)
	if err != nil {
		return err
	}
	defer scratch.Close()
	tree := filepath.Join(scratch.Path(), "c", "tree")
	if err := os.MkdirAll(tree, 0o777); err != nil {
		return err
	}
	contents, err := unpack(ctx, tree)
	if err != nil {
		return err
	}
	w := newStamp("component")
	w.field("name", name)
	w.field("archive", sha)
	w.field("boot", boot.ID())
	w.contents(contents)
	if err := os.WriteFile(filepath.Join(scratch.Path(), "c", "stamp"), w.finish(), 0o644); err != nil {
		return err
	}
	if err := crashpoint.Here("store.component.stamped"); err != nil {
		return err
	}
	return s.commitComponent(ctx, held, sha, scratch.Dir.Join("c"))
}

// commitComponent publishes a component. What is there already is the same, made by
// another process where there are no locks; or it has no stamp and is none (a cache
// brought half of it back, a cleaner took old files), and gives way.
func (s *Store) commitComponent(ctx context.Context, held *lockfs.FileLock, sha string, made lockfs.Filesystem) error {
	err := s.publish(held, "store.component.commit", made, s.componentDir(sha))
	there := s.HasComponent(sha)
	switch {
	case there && errors.Is(err, fs.ErrExist):
		return nil
	case err == nil || there || !s.componentDir(sha).Exists():
		return err
	}
	if err := s.retire(ctx, held, "store.component.drop", s.componentDir(sha)); err != nil {
		return err
	}
	return s.publish(held, "store.component.commit", made, s.componentDir(sha))
}

// publish renames a finished object to its place and makes the parent there.
// The rename is not synced: a tree of a gigabyte is not pushed to the disk on
// the hot path, see durable.go for what is promised instead.
func (s *Store) publish(held *lockfs.FileLock, point crashpoint.Point, from, to lockfs.Filesystem) error {
	if err := to.Join("..").MkdirAll(); err != nil {
		return err
	}
	return held.Rename(point, from, to)
}

// ErrNoComponent says that a component is not (or not any more) in the store.
var ErrNoComponent = errors.New("component is not in the store")

// OpenComponent takes the component shared and reads its stamp. ErrNoComponent
// where a sweep was faster: make it again. A *DamageError: give back whatever
// components are held, drop it, and make it again.
func (s *Store) OpenComponent(ctx context.Context, sha, name string) (*Component, error) {
	_, held, err := s.componentLease(sha, name).Acquire(ctx, lockfs.Shared)
	if err != nil {
		return nil, err
	}
	return s.readHeld(held, sha, name)
}

// readHeld reads the stamp of a component that is held, and gives it free after an error.
func (s *Store) readHeld(held *lockfs.FileLock, sha, name string) (*Component, error) {
	st, err := s.soundComponent(held, sha)
	if err == nil {
		return &Component{Name: name, SHA256: sha, Contents: &st.contents, dir: s.componentDir(sha), lease: held}, nil
	}
	defer held.Close()
	var damaged *damagedError
	if errors.As(err, &damaged) {
		// Not dropped here: the caller may hold other components, and to wait for
		// this one exclusively could be to wait for somebody who waits for those.
		err = damageOf(s.componentDir(sha).Display(), sha, name, damaged.Error())
	}
	return nil, err
}

// soundComponent reads the stamp, and after an unclean boot, once, the bytes too.
func (s *Store) soundComponent(held *lockfs.FileLock, sha string) (*stamp, error) {
	dir := s.componentDir(sha)
	st, err := s.componentStamp(sha)
	if err != nil || !s.mayBeTorn(dir, st) {
		return st, err
	}
	tree := dir.Join("tree").Display()
	whole, err := allMatch(tree, st.contents.Files, true)
	if err != nil {
		return nil, err
	}
	if !whole {
		return nil, &damagedError{tree, "a file is not as it was unpacked"}
	}
	s.markDurable(held, dir) // that it fails costs the next one the reading
	return st, nil
}

func (s *Store) componentStamp(sha string) (*stamp, error) {
	file := s.componentDir(sha).Join("stamp")
	st, err := readStamp(file, "component")
	if errors.Is(err, fs.ErrNotExist) {
		return nil, ErrNoComponent
	}
	if err == nil && st.field("archive") != sha {
		err = &damagedError{file.Display(), "it is of archive " + st.field("archive")}
	}
	return st, err
}

// DropComponent takes a damaged component out of the store, unless somebody else
// has made it anew meanwhile; trees that link to its files keep them. It waits for
// nobody but those who make or link it at this moment. What was adopted or is the
// user's own has no digest, and is not in the store.
func (s *Store) DropComponent(ctx context.Context, damage *DamageError) error {
	if damage.SHA256 == "" {
		return nil
	}
	return s.componentLease(damage.SHA256, damage.Component).With(ctx, lockfs.Exclusive, func(ctx context.Context, held *lockfs.FileLock) error {
		dir := s.componentDir(damage.SHA256)
		if now, err := dir.Join("stamp").Lstat(); err == nil && damage.isAnother(now) {
			return nil
		}
		return s.retire(ctx, held, "store.component.drop", dir)
	})
}

func (e *DamageError) isAnother(stamp fs.FileInfo) bool {
	return e.stamp != nil && !(os.SameFile(e.stamp, stamp) && e.stamp.ModTime().Equal(stamp.ModTime()))
}

// retire takes an object out of sight by one rename and then removes it.
func (s *Store) retire(ctx context.Context, held *lockfs.FileLock, point crashpoint.Point, object lockfs.Filesystem) error {
	return s.takeAway(ctx, held, point, object, held.Rename)
}

// retireTree is retire for a tree, whose lease lies in it and is held exclusively.
func (s *Store) retireTree(ctx context.Context, lease *lockfs.FileLock, point crashpoint.Point, hash string) error {
	return s.takeAway(ctx, lease, point, s.treeDir(hash), lease.Move)
}

func (s *Store) takeAway(ctx context.Context, held *lockfs.FileLock, point crashpoint.Point, object lockfs.Filesystem,
	move func(crashpoint.Point, lockfs.Filesystem, lockfs.Filesystem) error) error {
	if !object.Exists() {
		return nil
	}
	scratch, err := s.staging.New(ctx)
	if err != nil {
		return err
	}
	defer scratch.Close()
	err = move(point, object, scratch.Dir.Join("dropped"))
	if lockfs.IsImmovable(err) {
		return held.RemoveInPlace(point, object, "stamp")
	}
	return err
}

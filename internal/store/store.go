// Package store keeps component trees and toolchain trees: made once, named by
// what they are, never changed, and used in place by whoever needs them.
//
// # On disk
//
// Below $RUSTUP_HOME/berth/v1 (v1 is the format's version: a new format is a
// new directory, and old and new programs live side by side):
//
//	components/<key>/tree/       one unpacked component, at its final relative paths
//	components/<key>/stamp       what it holds: paths, sizes, times, digests
//	toolchains/<hash>/<name>/    the components of one toolchain, merged by links
//	toolchains/<hash>/stamp      what it was made of
//	toolchains/<hash>/lease.lock held shared by whoever runs out of the tree
//	…/durable                    the bytes are known to be on the disk
//	…/torn                       of a tree: they are known not to be
//	previous/<name>              pointer to the tree before the last switch
//	rollback/<name>              while a rollback goes on: pointer to the tree it leaves
//	successor/<name>             pointer to the tree that has taken the place of a directory, until that is removed
//	staging/                     where all of them are made
//	locks/                       one file a name, component or download
//
// <key> and <hash> are 16 hexadecimal digits, the whole digest is in the stamp.
//
// # What holds
//
// A tree or component appears whole, by one rename out of staging, and
// disappears whole, by one rename into it. What is published is not written
// again. Two toolchain names never share a tree, only components, because stock
// rustup changes a tree in place through its name.
//
// # What does not hold
//
// Trees are hard links to components where the file system has no clones: who
// edits a file of a toolchain in place edits the component. That is found when
// the component is linked the next time (its size or time differ from the
// stamp), and it is then made anew; trees that were linked before keep the edit.
package store

import (
	"context"

	"berth/internal/lockfs"
)

// Version is the directory name of the on-disk format.
const Version = "v1"

// Store is the store of one RUSTUP_HOME.
type Store struct {
	home    lockfs.Filesystem
	root    lockfs.Filesystem
	staging lockfs.Staging
}

// Open describes the store below a RUSTUP_HOME; nothing is touched.
func Open(home lockfs.Filesystem) *Store {
	root := home.Join("berth", Version)
	return &Store{home: home, root: root, staging: lockfs.NewStaging(root.Join("staging"))}
}

// Root is $RUSTUP_HOME/berth/v1.
func (s *Store) Root() lockfs.Filesystem { return s.root }

// Locks is where the lock files of names, components and downloads lie.
func (s *Store) Locks() lockfs.Filesystem { return s.root.Join("locks") }

// Staging is the scratch area on the store's file system.
func (s *Store) Staging() lockfs.Staging { return s.staging }

// NameLock is the lock of a whole transaction on a toolchain name.
func (s *Store) NameLock(name string) lockfs.Lock {
	return lockfs.NewLock(s.Locks().Join("toolchain", name+".lock"), lockfs.RankToolchain, "toolchain '"+name+"'")
}

// Clear removes what dead processes left in staging. Whoever starts a
// transaction calls it; it never waits.
func (s *Store) Clear(ctx context.Context) error { return s.staging.Clear(ctx) }

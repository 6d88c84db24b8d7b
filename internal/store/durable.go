package store

import (
	"context"
	"errors"
	"io"
	"io/fs"
	"slices"
	"strings"
	"time"

	"berth/internal/boot"
	"berth/internal/crashpoint"
	"berth/internal/lockfs"
)

// # Power loss
//
// A tree of a gigabyte is not synced file by file: that would double the time
// of an install. Instead an object carries the boot it was written in, and until
// it is marked durable what it was made from stays: the archives in downloads/,
// and the tree before it in previous/. Settle, called at the begin of each
// transaction, marks what has had time to reach the disk, with one sync of the
// file system that has next to nothing left to write. A sweep that somebody asks
// for marks all there is, whatever the sync takes: then no archive has to stay, and
// a home that goes into an image is not read in each of its containers. An object that is not
// marked and was written in another boot is read once and held against its
// digests; if it is torn it is made anew under another name.

const durableMark = "durable"

// SettleAge is how old an object is before a transaction syncs for it. Linux writes
// dirty pages after 30 s (vm.dirty_expire_centisecs), so the sync is then short.
const SettleAge = 45 * time.Second

func (s *Store) isDurable(object lockfs.Filesystem) bool { return object.Join(durableMark).Exists() }

// mayBeTorn: the machine may have lost power before the object's bytes were on
// the disk.
func (s *Store) mayBeTorn(object lockfs.Filesystem, st *stamp) bool {
	if s.isDurable(object) {
		return false
	}
	now := boot.ID()
	return now == "" || st.field("boot") != now
}

// isOfThisBoot tells by the head of a tree's stamp, where the boot stands. Each start of a tool asks until the next
// transaction settles the tree, and the stamp of one that was adopted with its documentation has 5 MB of files: to read
// them all took 40 ms of processor each time.
func (s *Store) isOfThisBoot(hash string) bool {
	file, err := s.treeDir(hash).Join("stamp").Open()
	if err != nil {
		return false
	}
	defer file.Close()
	head := make([]byte, 512)
	n, _ := io.ReadFull(file, head) // a stamp may be shorter
	now := boot.ID()
	lines := strings.SplitN(string(head[:n]), "\n", 4)
	return now != "" && len(lines) == 4 && lines[0] == headOf("tree") && slices.Contains(lines[1:3], "boot "+now)
}

func (s *Store) markDurable(held *lockfs.FileLock, object lockfs.Filesystem) error {
	return held.WriteUnsynced("store.durable", object.Join(durableMark), nil)
}

// Settle syncs, and marks the trees and components that are of some age. It never
// waits for others: another process that does the same is as good. Those that another user
// made, and alone may write, are left to him.
func (s *Store) Settle(ctx context.Context, age time.Duration) error {
	pending := append(s.unsettled("components", "component", age), s.unsettled("toolchains", "tree", age)...)
	if len(pending) == 0 {
		return nil
	}
	lock := lockfs.NewLock(s.Locks().Join("settle.lock"), lockfs.RankStaging, "marking what is on the disk")
	_, held, err := lock.Try(ctx, lockfs.Exclusive)
	if errors.Is(err, lockfs.ErrBusy) || errors.Is(err, lockfs.ErrNoLockFile) {
		return nil
	}
	if err != nil {
		return err
	}
	defer held.Close()
	if err := syncFileSystem(held.Path(s.root), pending); err != nil {
		return err
	}
	if err := crashpoint.Here("store.settle.synced"); err != nil {
		return err
	}
	for _, object := range pending {
		err := s.markDurable(held, object)
		if err != nil && !errors.Is(err, fs.ErrNotExist) && !errors.Is(err, fs.ErrPermission) {
			return err
		}
	}
	return nil
}

// unsettled lists the objects of one kind that were written in this boot, long
// enough ago. Those of another boot are the business of Check.
func (s *Store) unsettled(folder, kind string, age time.Duration) []lockfs.Filesystem {
	keys, _ := s.objects(folder)
	var objects []lockfs.Filesystem
	for _, key := range keys {
		object := s.root.Join(folder, key)
		info, err := object.Join("stamp").Lstat()
		if err != nil || s.isDurable(object) || time.Since(info.ModTime()) < age {
			continue
		}
		if now := boot.ID(); now != "" && s.bootOf(object, kind) == now {
			objects = append(objects, object)
		}
	}
	return objects
}

func (s *Store) bootOf(object lockfs.Filesystem, kind string) string {
	data, err := object.Join("stamp").ReadFile()
	if err != nil {
		return ""
	}
	st, err := parseStamp(object.Display(), kind, data)
	if err != nil {
		return ""
	}
	return st.field("boot")
}

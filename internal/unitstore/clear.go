package unitstore

import (
	"context"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"berth/internal/lockfs"
)

// Clear is what `cargo clean` does to a store: all units that match are made anew from here on. Nobody who uses one
// notices: what is in use keeps its files, without a stamp, until its next maker or a sweep finds that nobody has leased it
// any more. What is being made at the moment is left alone. Told is each unit before it goes; Kept and InUse count what
// keeps its files.
func (s *Store) Clear(ctx context.Context, match func(Identity) bool, removing func(dir string)) (Swept, error) {
	var swept Swept
	if s.Spares != nil {
		removed, err := s.Spares.Drop(ctx, match)
		if err != nil {
			return swept, err
		}
		swept.Removed = removed
	}
	all, err := s.list(ctx, true)
	if err != nil {
		return swept, err
	}
	for _, e := range all {
		if err := ctx.Err(); err != nil {
			return swept, context.Cause(ctx)
		}
		if !e.torn && !match(e.Identity) {
			continue
		}
		dir := s.folder(e.key).Join(e.attempt).Display()
		removing(dir)
		e.files, e.bytes = measured(dir)
		gone, err := s.retire(ctx, e, forNewcomers)
		if err != nil {
			return swept, err
		}
		swept.count(e, gone)
	}
	s.clearWays(ctx)
	return swept, s.staging().Clear(ctx)
}

// measured is what lies in a folder: more than the outputs.
func measured(dir string) (files int, bytes int64) {
	filepath.WalkDir(dir, func(_ string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return nil // somebody is removing it, too
		}
		files++
		if info, err := d.Info(); err == nil {
			bytes += info.Size()
		}
		return nil
	})
	return files, bytes
}

// Meant are the folders that Clear would remove if nobody used them, those of second names too.
func (s *Store) Meant(ctx context.Context, match func(Identity) bool) (dirs []string, err error) {
	all, err := s.list(ctx, false)
	for _, e := range all {
		if e.torn || match(e.Identity) {
			dirs = append(dirs, s.folder(e.key).Join(e.attempt).Display())
		}
	}
	if s.Spares != nil {
		dirs = append(dirs, s.Spares.meant(match)...)
	}
	return dirs, err
}

// IsMaking tells whether somebody makes a unit at this moment. Lock files of killed makers, whose units perhaps nobody will
// want again, go on the way.
func (s *Store) IsMaking(ctx context.Context) bool {
	places := []lockfs.Filesystem{s.locks()}
	if other := s.lockFiles.otherwise; other != (lockfs.Filesystem{}) && other != s.locks() {
		places = append(places, other) // of who may not write where we do
	}
	return slices.ContainsFunc(places, func(place lockfs.Filesystem) bool { return isMakingIn(ctx, place) })
}

func isMakingIn(ctx context.Context, locks lockfs.Filesystem) bool {
	entries, err := locks.ReadDir()
	return err != nil || slices.ContainsFunc(entries, func(e fs.DirEntry) bool {
		if e.Name() == syncedName+lockSuffix {
			return false
		}
		lock := lockfs.NewLock(locks.Join(e.Name()), lockfs.RankUnit, "unit "+strings.TrimSuffix(e.Name(), lockSuffix))
		lock.Existing = true
		_, held, err := lock.Try(ctx, lockfs.Exclusive)
		if err == nil {
			err = held.Retire()
		}
		return err != nil && !errors.Is(err, fs.ErrNotExist)
	})
}

// RemoveEmpty removes the directories of a store in which nothing is left, and the two above it. Whoever makes something
// at this moment makes them again.
func (s *Store) RemoveEmpty() {
	if other := s.lockFiles.otherwise; other != (lockfs.Filesystem{}) {
		os.Remove(other.Display())
	}
	groups, _ := s.root.ReadDir()
	for _, g := range groups {
		os.Remove(s.root.Join(g.Name()).Display()) // only if it is empty
	}
	rest, _ := s.root.ReadDir()
	if !slices.ContainsFunc(rest, func(e fs.DirEntry) bool { return e.IsDir() }) {
		for _, note := range rest {
			os.Remove(s.root.Join(note.Name()).Display())
		}
	}
	dir := s.root.Display()
	for range 3 {
		os.Remove(dir)
		dir = filepath.Dir(dir)
	}
}

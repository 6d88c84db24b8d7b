package unitstore

import (
	"context"
	"io/fs"
	"os"
	"path/filepath"
	"slices"

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
		removing(s.folder(e.key).Join(e.attempt).Display())
		gone, err := s.retire(ctx, e, forNewcomers)
		if err != nil {
			return swept, err
		}
		swept.count(e, gone)
	}
	s.clearWays(ctx)
	return swept, s.staging().Clear(ctx)
}

// IsMaking tells whether somebody makes a unit at this moment.
func (s *Store) IsMaking() bool {
	entries, err := s.locks().ReadDir()
	if other := s.lockFiles.otherwise; err == nil && other != (lockfs.Filesystem{}) && other != s.locks() {
		var more []fs.DirEntry // of who may not write where we do
		more, err = other.ReadDir()
		entries = append(entries, more...)
	}
	return err != nil || slices.ContainsFunc(entries, func(e fs.DirEntry) bool { return e.Name() != syncedName+lockSuffix })
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

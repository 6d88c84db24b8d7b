package unitstore

import (
	"os"
	"path/filepath"
	"time"

	"berth/internal/cachedir"
)

// A workspace's store knows which packages were cleaned there whose units lie in a store that others use, too: theirs they
// keep, and in this workspace they are made anew. Each is a file <root>/../outdated/<profile>/<package>, of which the time
// alone counts.

func (s *Store) outdatedDir() string {
	return filepath.Join(filepath.Dir(s.root.Display()), "outdated")
}

// Outdate has units of packages, by their names, made anew for this workspace, wherever they lie.
func (s *Store) Outdate(profile string, packages []string) error {
	dir, now := filepath.Join(s.outdatedDir(), profile), s.now()
	for _, name := range packages {
		err := cachedir.DespiteClean(func() error {
			path := filepath.Join(dir, name)
			if err := os.MkdirAll(dir, 0o777); err != nil {
				return err
			}
			if err := os.WriteFile(path, nil, 0o666); err != nil {
				return err
			}
			return os.Chtimes(path, now, now)
		})
		if err != nil {
			return err
		}
	}
	return nil
}

// OutdatedIn is where it lies what was cleaned of a profile.
func (s *Store) OutdatedIn(profile string) string { return filepath.Join(s.outdatedDir(), profile) }

// Outdated tells of packages up to when units were made that do not count in this workspace.
func (s *Store) Outdated(profile string) map[string]time.Time {
	dir := s.OutdatedIn(profile)
	entries, _ := os.ReadDir(dir) // mostly nothing was cleaned
	outdated := make(map[string]time.Time, len(entries))
	for _, e := range entries {
		// A clock that was set back since then would have them made anew each time.
		if info, err := e.Info(); err == nil && !info.ModTime().After(s.now()) {
			outdated[e.Name()] = info.ModTime()
		}
	}
	return outdated
}

// RemoveOutdated has all units count again, of packages that nothing was made of yet since they were cleaned too.
func (s *Store) RemoveOutdated() error { return os.RemoveAll(s.outdatedDir()) }

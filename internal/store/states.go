package store

import (
	"context"
	"strings"

	"berth/internal/lockfs"
)

// LockStates lists the locks of the store that are held or waited for: those of
// locks/, the leases, and the lives in staging/. The trees themselves, which have
// no locks in them, are not walked through.
func (s *Store) LockStates(ctx context.Context) ([]lockfs.State, error) {
	var others []lockfs.Filesystem
	for _, kind := range []string{"toolchains", "bin"} {
		entries, err := s.root.Join(kind).ReadDir()
		if err != nil {
			return nil, err
		}
		for _, e := range entries {
			others = append(others, s.root.Join(kind, e.Name(), "lease.lock"))
		}
	}
	entries, err := s.root.Join("staging").ReadDir()
	if err != nil {
		return nil, err
	}
	for _, e := range entries {
		if strings.HasSuffix(e.Name(), ".lock") {
			others = append(others, s.root.Join("staging", e.Name()))
		}
	}
	return lockfs.States(ctx, s.Locks(), others...)
}

// Unfinished lists what is in staging: the work of the living, and what dead
// processes left.
func (s *Store) Unfinished() (names []string, err error) {
	entries, err := s.root.Join("staging").ReadDir()
	for _, e := range entries {
		if e.IsDir() {
			names = append(names, e.Name())
		}
	}
	return names, err
}

package jobslot_test

import (
	"path/filepath"
	"slices"
	"testing"

	"berth/internal/lockfs"
)

// isWaitedFor tells whether the kernel lists somebody who waits for one of these files, of one directory.
func isWaitedFor(t testing.TB, files []string) bool {
	t.Helper()
	var paths []lockfs.Filesystem
	for _, f := range files {
		paths = append(paths, lockfs.At(f))
	}
	states, err := lockfs.States(t.Context(), lockfs.At(filepath.Dir(files[0])), paths...)
	if err != nil {
		t.Fatal(err)
	}
	return slices.ContainsFunc(states, func(s lockfs.State) bool { return len(s.Waiters) > 0 && slices.Contains(files, s.File) })
}

//go:build unix

package setup

import (
	"os"
	"path/filepath"

	"berth/internal/lockfs"
)

// linkProgram makes at a link to the program, relative as rustup's own are: the
// directory may be mounted elsewhere.
func linkProgram(program, at string, hard bool) error {
	if hard {
		return os.Link(program, at)
	}
	return os.Symlink(filepath.Base(program), at)
}

// makeWay has nothing to do: a program that runs may be renamed over.
func makeWay(_ *lockfs.FileLock, _, _ lockfs.Filesystem) error { return nil }

func removeFile(held *lockfs.FileLock, file, _ lockfs.Filesystem) error {
	return held.Remove("setup.undo.file", file)
}

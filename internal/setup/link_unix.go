//go:build unix

package setup

import (
	"os"
	"path/filepath"

	"berth/internal/lockfs"
)

// linkProgram makes at a link to the program, relative as rustup's own are: the
// directory may be mounted elsewhere. Where there can be no symbolic links it is a hard one, as rustup makes then.
func linkProgram(program, at string, hard bool) error {
	if !hard && os.Symlink(filepath.Base(program), at) == nil {
		return nil
	}
	err := os.Link(program, at)
	if err != nil {
		return &LinkError{Dir: filepath.Dir(program), Err: err}
	}
	return nil
}

// makeWay has nothing to do: a program that runs may be renamed over.
func makeWay(_ *lockfs.FileLock, _, _ lockfs.Filesystem) error { return nil }

func removeFile(held *lockfs.FileLock, file, _ lockfs.Filesystem) error {
	return held.Remove("setup.undo.file", file)
}

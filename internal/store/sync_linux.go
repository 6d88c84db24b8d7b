package store

import (
	"errors"
	"os"

	"golang.org/x/sys/unix"

	"berth/internal/lockfs"
)

// syncFileSystem brings everything that was written to root's file system to
// the disk: one call, whatever the number of files.
func syncFileSystem(root string, _ []lockfs.Filesystem) error {
	dir, err := os.Open(root)
	if err != nil {
		return err
	}
	return errors.Join(unix.Syncfs(int(dir.Fd())), dir.Close())
}

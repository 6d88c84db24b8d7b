//go:build unix

package lockfs

import (
	"errors"
	"io/fs"
	"os"
	"syscall"

	"golang.org/x/sys/unix"
)

func rename(from, to string) error { return os.Rename(from, to) }

// cannotReplace: the name is a mount point, or its directory is not ours to
// write. The file itself may be all the same.
func cannotReplace(err error) bool {
	return errors.Is(err, unix.EBUSY) || errors.Is(err, unix.EXDEV) || cannotCreate(err)
}

// keepOwner matters to root, who would take a user's settings away from him.
func keepOwner(f *os.File, old fs.FileInfo) {
	if stat, ok := old.Sys().(*syscall.Stat_t); ok {
		f.Chown(int(stat.Uid), int(stat.Gid))
	}
}

//go:build unix

package lockfs

import (
	"errors"
	"io/fs"
	"os"

	"golang.org/x/sys/unix"
)

func cannotCreate(err error) bool {
	return errors.Is(err, fs.ErrPermission) || errors.Is(err, unix.EROFS)
}

// HasNoPointers tells of an error of Point that there are no symbolic links: on this file system (FAT and exFAT have none), or
// for this process.
func HasNoPointers(err error) bool {
	link, ok := errors.AsType[*os.LinkError](err)
	return ok && link.Op == "symlink" && (errors.Is(err, unix.EPERM) || errors.Is(err, unix.ENOTSUP) || errors.Is(err, unix.ENOSYS))
}

// cannotSync: the file system has no such thing.
func cannotSync(err error) bool {
	return errors.Is(err, unix.EINVAL) || errors.Is(err, unix.ENOTSUP) || errors.Is(err, unix.ENOSYS)
}

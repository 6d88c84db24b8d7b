//go:build unix

package lockfs

import (
	"errors"
	"io/fs"

	"golang.org/x/sys/unix"
)

func cannotCreate(err error) bool {
	return errors.Is(err, fs.ErrPermission) || errors.Is(err, unix.EROFS)
}

// cannotSync: the file system has no such thing.
func cannotSync(err error) bool {
	return errors.Is(err, unix.EINVAL) || errors.Is(err, unix.ENOTSUP) || errors.Is(err, unix.ENOSYS)
}

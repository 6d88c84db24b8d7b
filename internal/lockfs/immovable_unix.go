//go:build unix

package lockfs

import (
	"errors"
	"syscall"
)

// IsImmovable tells whether a rename failed because the directory must stay where it is: it came with a lower layer of an
// overlay file system (the image of a container), or something is mounted on it.
func IsImmovable(err error) bool {
	return errors.Is(err, syscall.EXDEV) || errors.Is(err, syscall.EBUSY)
}

// CanGiveWay tells of a directory that cannot be renamed whether it can be removed: nothing is mounted on it. To ask does nothing
// to one in which there is anything.
func CanGiveWay(dir Filesystem) bool { return !IsImmovable(syscall.Rmdir(dir.path)) }

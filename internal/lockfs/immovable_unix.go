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

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

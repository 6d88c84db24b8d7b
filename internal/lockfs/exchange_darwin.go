package lockfs

import (
	"errors"

	"golang.org/x/sys/unix"
)

func exchange(a, b string) error {
	return unix.RenamexNp(a, b, unix.RENAME_SWAP)
}

func isNotOffered(err error) bool { return errors.Is(err, unix.ENOTSUP) }

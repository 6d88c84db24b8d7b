package store

import (
	"errors"
	"io/fs"

	"golang.org/x/sys/unix"
)

// clone shares the file's blocks (APFS); mode and times come along.
func clone(source, target string, _ fs.FileMode) error {
	return unix.Clonefile(source, target, unix.CLONE_NOFOLLOW)
}

func isTooManyLinks(err error) bool { return errors.Is(err, unix.EMLINK) }

package store

import (
	"errors"
	"io/fs"

	"golang.org/x/sys/windows"
)

// clone: NTFS has none; hard links are used.
func clone(string, string, fs.FileMode) error { return errors.ErrUnsupported }

func isTooManyLinks(err error) bool { return errors.Is(err, windows.ERROR_TOO_MANY_LINKS) }

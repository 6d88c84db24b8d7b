package lockfs

import (
	"errors"
	"io/fs"

	"golang.org/x/sys/windows"
)

func cannotCreate(err error) bool {
	return errors.Is(err, fs.ErrPermission) || errors.Is(err, windows.ERROR_WRITE_PROTECT)
}

// HasNoPointers tells of an error of Point that the file system has no junctions: FAT and exFAT have none.
func HasNoPointers(err error) bool {
	return errors.Is(err, windows.ERROR_INVALID_FUNCTION) || errors.Is(err, windows.ERROR_NOT_SUPPORTED)
}

func cannotSync(error) bool { return false }

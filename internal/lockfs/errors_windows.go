package lockfs

import (
	"errors"
	"io/fs"

	"golang.org/x/sys/windows"
)

func cannotCreate(err error) bool {
	return errors.Is(err, fs.ErrPermission) || errors.Is(err, windows.ERROR_WRITE_PROTECT)
}

func cannotSync(error) bool { return false }

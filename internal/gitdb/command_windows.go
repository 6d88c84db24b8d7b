package gitdb

import (
	"errors"

	"golang.org/x/sys/windows"
)

const (
	devNull  = "NUL"
	fileMode = "false"
)

// crossesDevices tells whether a rename failed because its ends are on different volumes.
func crossesDevices(err error) bool { return errors.Is(err, windows.ERROR_NOT_SAME_DEVICE) }

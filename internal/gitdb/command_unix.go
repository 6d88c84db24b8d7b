//go:build unix

package gitdb

import (
	"errors"
	"syscall"
)

const (
	devNull  = "/dev/null"
	fileMode = "true"
)

// crossesDevices tells whether a rename failed because its ends are on different file systems.
func crossesDevices(err error) bool { return errors.Is(err, syscall.EXDEV) }

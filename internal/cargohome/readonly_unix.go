//go:build unix

package cargohome

import (
	"errors"

	"golang.org/x/sys/unix"
)

func isReadOnlyFilesystem(err error) bool { return errors.Is(err, unix.EROFS) }

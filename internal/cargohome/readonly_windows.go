package cargohome

import (
	"errors"

	"golang.org/x/sys/windows"
)

func isReadOnlyFilesystem(err error) bool { return errors.Is(err, windows.ERROR_WRITE_PROTECT) }

package ui

import (
	"errors"
	"io"

	"golang.org/x/sys/windows"
)

// unsignalled has nothing to do where there are no signals.
func unsignalled(w io.Writer) io.Writer {
	if w == nil {
		return io.Discard
	}
	return w
}

func brokenPipe(err error) bool {
	return errors.Is(err, windows.ERROR_BROKEN_PIPE) || errors.Is(err, windows.ERROR_NO_DATA)
}

//go:build !unix && !windows

package ui

import (
	"errors"
	"io"
	"syscall"
)

func unsignalled(w io.Writer) io.Writer {
	if w == nil {
		return io.Discard
	}
	return w
}

func brokenPipe(err error) bool { return errors.Is(err, syscall.EPIPE) }

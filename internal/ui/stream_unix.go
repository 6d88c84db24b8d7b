//go:build unix

package ui

import (
	"errors"
	"io"
	"os"
	"syscall"
)

// unsignalled returns w so that a reader that has gone away is an error of the write. For descriptors 1 and 2 os.File ends
// the process with SIGPIPE instead, in the middle of whatever else it does; to ignore the signal would cure that too,
// but an ignored signal is inherited by every program that a proxy becomes.
func unsignalled(w io.Writer) io.Writer {
	switch f := w.(type) {
	case nil:
		return io.Discard
	case *os.File:
		if conn, err := f.SyscallConn(); err == nil {
			return rawWriter{conn}
		}
	}
	return w
}

type rawWriter struct{ conn syscall.RawConn }

func (w rawWriter) Write(p []byte) (n int, err error) {
	waitErr := w.conn.Write(func(fd uintptr) (done bool) {
		for n < len(p) {
			var m int
			m, err = syscall.Write(int(fd), p[n:])
			n += max(m, 0)
			switch {
			case err == syscall.EINTR:
				err = nil
			case err == syscall.EAGAIN:
				return false
			case err != nil:
				return true
			case m == 0:
				err = io.ErrShortWrite
				return true
			}
		}
		return true
	})
	if waitErr != nil {
		err = waitErr
	}
	return n, err
}

func brokenPipe(err error) bool { return errors.Is(err, syscall.EPIPE) }

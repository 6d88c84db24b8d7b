//go:build unix

package flock

import (
	"errors"
	"io"
	"os"

	"golang.org/x/sys/unix"
)

func tryRange(f *os.File, offset, n int64, m Mode) error {
	kind := int16(unix.F_RDLCK)
	if m == Exclusive {
		kind = unix.F_WRLCK
	}
	return setRange(f, offset, n, kind)
}

func unlockRange(f *os.File, offset, n int64) error { return setRange(f, offset, n, unix.F_UNLCK) }

func setRange(f *os.File, offset, n int64, kind int16) error {
	conn, err := f.SyscallConn()
	if err != nil {
		return err
	}
	lock := unix.Flock_t{Type: kind, Whence: io.SeekStart, Start: offset, Len: n}
	var result error
	err = conn.Control(func(fd uintptr) {
		for {
			result = unix.FcntlFlock(fd, unix.F_SETLK, &lock)
			if !errors.Is(result, unix.EINTR) {
				return
			}
		}
	})
	if err != nil {
		return err
	}
	if errors.Is(result, unix.EACCES) || errors.Is(result, unix.EAGAIN) {
		return ErrBusy
	}
	return classify(f, result)
}

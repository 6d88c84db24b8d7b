package flock

import (
	"errors"
	"os"

	"golang.org/x/sys/windows"
)

// wholeFile is the length that the standard library of Rust locks.
const wholeFile = ^uint32(0)

func (m Mode) flags() uint32 {
	if m == Exclusive {
		return windows.LOCKFILE_EXCLUSIVE_LOCK
	}
	return 0
}

func try(f *os.File, m Mode) error { return lockFile(f, m.flags()|windows.LOCKFILE_FAIL_IMMEDIATELY) }

func wait(f *os.File, m Mode) error { return lockFile(f, m.flags()) }

func lockFile(f *os.File, flags uint32) error {
	return control(f, "LockFileEx", func(h windows.Handle) error {
		return windows.LockFileEx(h, flags, 0, wholeFile, wholeFile, new(windows.Overlapped))
	})
}

func unlock(f *os.File) error {
	return control(f, "UnlockFileEx", func(h windows.Handle) error {
		return windows.UnlockFileEx(h, 0, wholeFile, wholeFile, new(windows.Overlapped))
	})
}

func control(f *os.File, op string, call func(windows.Handle) error) error {
	conn, err := f.SyscallConn()
	if err != nil {
		return err
	}
	var result error
	if err := conn.Control(func(fd uintptr) { result = call(windows.Handle(fd)) }); err != nil {
		return err
	}
	switch {
	case result == nil:
		return nil
	case errors.Is(result, windows.ERROR_LOCK_VIOLATION), errors.Is(result, windows.ERROR_IO_PENDING):
		return ErrBusy
	case errors.Is(result, windows.ERROR_NOT_SUPPORTED), errors.Is(result, windows.ERROR_INVALID_FUNCTION), errors.Is(result, windows.ERROR_CALL_NOT_IMPLEMENTED):
		return ErrUnsupported
	default:
		return &os.PathError{Op: op, Path: f.Name(), Err: result}
	}
}

func inherit(*os.File) error { return nil }

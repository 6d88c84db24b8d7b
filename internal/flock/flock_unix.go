//go:build unix

package flock

import (
	"errors"
	"os"

	"golang.org/x/sys/unix"
)

func (m Mode) operation() int {
	if m == Exclusive {
		return unix.LOCK_EX
	}
	return unix.LOCK_SH
}

func try(f *os.File, m Mode) error { return flock(f, m.operation()|unix.LOCK_NB) }

func wait(f *os.File, m Mode) error { return flock(f, m.operation()) }

func unlock(f *os.File) error { return flock(f, unix.LOCK_UN) }

// flock goes through SyscallConn: the runtime then keeps the descriptor open
// until the call returns, also when f is closed meanwhile, so that a waiter that
// was left behind can never lock a descriptor that has been given away anew.
func flock(f *os.File, operation int) error {
	conn, err := f.SyscallConn()
	if err != nil {
		return err
	}
	var result error
	err = conn.Control(func(fd uintptr) {
		for {
			result = unix.Flock(int(fd), operation)
			if !errors.Is(result, unix.EINTR) {
				return
			}
		}
	})
	if err != nil {
		return err
	}
	return classify(f, result)
}

func classify(f *os.File, err error) error {
	switch {
	case err == nil:
		return nil
	case errors.Is(err, unix.EWOULDBLOCK):
		return ErrBusy
	case errors.Is(err, unix.ENOTSUP), errors.Is(err, unix.EOPNOTSUPP), errors.Is(err, unix.ENOSYS), errors.Is(err, unix.ENOLCK):
		return ErrUnsupported
	default:
		return &os.PathError{Op: "flock", Path: f.Name(), Err: err}
	}
}

func inherit(f *os.File) error {
	conn, err := f.SyscallConn()
	if err != nil {
		return err
	}
	var result error
	err = conn.Control(func(fd uintptr) { _, result = unix.FcntlInt(fd, unix.F_SETFD, 0) })
	return errors.Join(err, result)
}

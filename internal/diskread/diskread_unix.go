//go:build unix

package diskread

import (
	"errors"
	"os"
	"slices"
	"syscall"
)

// mostOfOthers is how much is read of what is no file: a link in somebody's checkout may lead to a device without end.
const mostOfOthers = 64 << 20

// Append appends the content of the file at a path. The buffer comes back also with an error.
func Append(buf []byte, path string) ([]byte, error) {
	fd, err := again(func() (int, error) { return syscall.Open(path, syscall.O_RDONLY|syscall.O_CLOEXEC, 0) })
	if err != nil {
		return buf, &os.PathError{Op: "open", Path: path, Err: err}
	}
	defer syscall.Close(fd)
	var st syscall.Stat_t
	if err := syscall.Fstat(fd, &st); err != nil {
		return buf, &os.PathError{Op: "stat", Path: path, Err: err}
	}
	begin, endless := len(buf), st.Mode&syscall.S_IFMT != syscall.S_IFREG
	for buf = grow(buf, st.Size); ; buf = slices.Grow(buf, room) {
		n, err := again(func() (int, error) { return syscall.Read(fd, buf[len(buf):cap(buf)]) })
		if err != nil {
			return buf, &os.PathError{Op: "read", Path: path, Err: err}
		}
		if n == 0 {
			return buf, nil
		}
		buf = buf[:len(buf)+n]
		if endless && len(buf)-begin > mostOfOthers {
			return buf, &os.PathError{Op: "read", Path: path, Err: syscall.EFBIG}
		}
	}
}

// again repeats a call that a signal interrupted.
func again(call func() (int, error)) (int, error) {
	for {
		n, err := call()
		if !errors.Is(err, syscall.EINTR) {
			return n, err
		}
	}
}

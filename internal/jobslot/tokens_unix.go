//go:build unix

package jobslot

import (
	"errors"
	"fmt"
	"io"
	"strconv"
	"strings"

	"golang.org/x/sys/unix"
)

// fdPipe is the two ends of a pipe, or a FIFO twice.
type fdPipe struct{ r, w int }

func openPipe(auth string) tokenPipe {
	if path, ok := strings.CutPrefix(auth, "fifo:"); ok {
		fd, err := unix.Open(path, unix.O_RDWR|unix.O_CLOEXEC|unix.O_NONBLOCK, 0)
		if err != nil {
			return nil
		}
		if !isFIFO(fd) {
			unix.Close(fd)
			return nil
		}
		return fdPipe{fd, fd}
	}
	read, write, ok := strings.Cut(auth, ",")
	r, err1 := strconv.Atoi(read)
	w, err2 := strconv.Atoi(write)
	if !ok || err1 != nil || err2 != nil || !isInherited(r) || !isInherited(w) {
		return nil
	}
	// Opened anew the pipe has flags of its own, and what we set is not set for all who share it.
	if own, err := unix.Open(fmt.Sprintf("/proc/self/fd/%d", r), unix.O_RDONLY|unix.O_NONBLOCK|unix.O_CLOEXEC, 0); err == nil {
		r = own
	}
	return fdPipe{r, w}
}

func isFIFO(fd int) bool {
	var stat unix.Stat_t
	return unix.Fstat(fd, &stat) == nil && stat.Mode&unix.S_IFMT == unix.S_IFIFO
}

// isInherited: whatever we have opened ourselves is closed in children, and may have the number of what was not handed to
// us.
func isInherited(fd int) bool {
	if fd < 0 {
		return false
	}
	flags, err := unix.FcntlInt(uintptr(fd), unix.F_GETFD, 0)
	return err == nil && flags&unix.FD_CLOEXEC == 0 && isFIFO(fd)
}

func (p fdPipe) wait() error {
	for {
		fds := []unix.PollFd{{Fd: int32(p.r), Events: unix.POLLIN}}
		_, err := unix.Poll(fds, -1)
		switch {
		case errors.Is(err, unix.EINTR):
		case err != nil:
			return err
		case fds[0].Revents&unix.POLLIN != 0:
			return nil
		default:
			return io.EOF
		}
	}
}

// take does not wait where the pipe is a description of our own, see openPipe. Elsewhere it looks once more, and waits
// if somebody is faster even then.
func (p fdPipe) take() (byte, bool) {
	fds := []unix.PollFd{{Fd: int32(p.r), Events: unix.POLLIN}}
	if n, err := unix.Poll(fds, 0); n != 1 || err != nil {
		return 0, false
	}
	var token [1]byte
	n, err := unix.Read(p.r, token[:])
	return token[0], n == 1 && err == nil
}

func (p fdPipe) put(token byte) {
	for {
		_, err := unix.Write(p.w, []byte{token})
		if !errors.Is(err, unix.EINTR) && !errors.Is(err, unix.EAGAIN) {
			return
		}
	}
}

//go:build unix

package child

import (
	"errors"
	"syscall"
	"time"
)

// mostLeft bounds what is read after the child's end. A pipe holds 64 kB, a megabyte at most (fcntl(2),
// F_SETPIPE_SZ); a daemon that goes on writing would never let it be empty.
const mostLeft = 1 << 20

// stop ends the reader, which may be waiting, and takes what is left without waiting.
func (p *pipe) stop() {
	p.r.SetReadDeadline(time.Now())
	<-p.ended
	p.r.SetReadDeadline(time.Time{})
	raw, err := p.r.SyscallConn()
	if err != nil {
		return
	}
	buffer := make([]byte, 16<<10)
	raw.Read(func(fd uintptr) bool {
		for left := mostLeft; left > 0; {
			n, err := syscall.Read(int(fd), buffer)
			switch {
			case errors.Is(err, syscall.EINTR):
				continue
			case err != nil || n <= 0: // empty, or at its end
				return true
			}
			p.take(buffer[:n])
			left -= n
		}
		return true
	})
}

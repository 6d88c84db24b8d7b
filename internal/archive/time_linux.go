package archive

import (
	"time"
	"unsafe"

	"golang.org/x/sys/unix"
)

// setTime goes by the descriptor: with a null path utimensat(2) means the file itself. By name the kernel would have to
// find the file again, 70,000 times in a large fetch.
func (f *outFile) setTime(_ string, t time.Time) error {
	at := unix.NsecToTimespec(t.UnixNano())
	if t.Year() > 2200 { // beyond what nanoseconds in 64 bits can say
		at = unix.Timespec{Sec: t.Unix()}
	}
	times := [2]unix.Timespec{at, at}
	_, _, errno := unix.Syscall6(unix.SYS_UTIMENSAT, uintptr(f.fd), 0, uintptr(unsafe.Pointer(&times)), 0, 0, 0)
	if errno != 0 {
		return errno
	}
	return nil
}

package jobslot

import (
	"fmt"
	"os"

	"golang.org/x/sys/unix"
)

const fionread = unix.TIOCINQ

// openFeed needs no directory where /proc gives a pipe's end once more, with flags of its own.
func openFeed() (*tokenFeed, error) {
	var ends [2]int
	if err := unix.Pipe2(ends[:], unix.O_CLOEXEC); err != nil {
		return nil, os.NewSyscallError("pipe2", err)
	}
	f := &tokenFeed{child: []*os.File{os.NewFile(uintptr(ends[0]), "tokens"), os.NewFile(uintptr(ends[1]), "tokens")}}
	var err error
	if f.ours, err = unix.Open(fmt.Sprintf("/proc/self/fd/%d", ends[0]), ourFlags, 0); err == nil {
		return f, nil
	}
	for _, end := range f.child {
		end.Close()
	}
	return fifoFeed()
}

//go:build unix

package jobslot

import (
	"crypto/rand"
	"fmt"
	"os"
	"path/filepath"

	"golang.org/x/sys/unix"
)

// fifo is a pipe whose ends were opened apart: ours does not wait, and the child's does. With the ends of pipe(2) the one
// would make the other so.
type fifo struct {
	ours  int
	child []*os.File
}

// childFlags names descriptors 3 and 4, under both names that makes know, as stock does it.
const childFlags = "-j --jobserver-fds=3,4 --jobserver-auth=3,4"

func newFeed() (feed, error) {
	path := filepath.Join(os.TempDir(), "berth-jobserver-"+rand.Text())
	if err := unix.Mkfifo(path, 0o600); err != nil {
		return nil, fmt.Errorf("cannot make a pipe for tokens: %w", &os.PathError{Op: "mkfifo", Path: path, Err: err})
	}
	defer os.Remove(path)
	f := &fifo{}
	var err error
	if f.ours, err = unix.Open(path, unix.O_RDWR|unix.O_NONBLOCK|unix.O_CLOEXEC, 0); err != nil {
		return nil, fmt.Errorf("cannot open the pipe for tokens: %w", err)
	}
	for _, way := range []int{os.O_RDONLY, os.O_WRONLY} {
		end, err := unix.Open(path, way|unix.O_CLOEXEC, 0)
		if err != nil {
			f.close()
			return nil, fmt.Errorf("cannot open the pipe for tokens: %w", err)
		}
		f.child = append(f.child, os.NewFile(uintptr(end), path))
	}
	return f, nil
}

func (f *fifo) flags() string     { return childFlags }
func (f *fifo) files() []*os.File { return f.child }

func (f *fifo) pending() int {
	n, err := unix.IoctlGetInt(f.ours, fionread)
	if err != nil {
		return 0
	}
	return n
}

func (f *fifo) offer() bool {
	n, err := unix.Write(f.ours, []byte{'+'})
	return n == 1 && err == nil
}

func (f *fifo) withdraw() bool {
	var token [1]byte
	n, err := unix.Read(f.ours, token[:])
	return n == 1 && err == nil
}

func (f *fifo) close() {
	unix.Close(f.ours)
	for _, end := range f.child {
		end.Close()
	}
}

//go:build unix

package jobslot

import (
	"crypto/rand"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"

	"golang.org/x/sys/unix"
)

// tokenFeed is a pipe of which our end was opened apart: ours does not wait, and the child's ends do. What is set for an
// end of pipe(2) is set for all who have that end.
type tokenFeed struct {
	ours  int
	child []*os.File
}

// childFlags names descriptors 3 and 4, under both names that makes know, as stock does it.
const childFlags = "-j --jobserver-fds=3,4 --jobserver-auth=3,4"

func newFeed() (feed, error) {
	f, err := openFeed()
	if err != nil {
		return nil, fmt.Errorf("cannot make a pipe for tokens: %w", err)
	}
	return f, nil
}

// fifoFeed is a feed by a FIFO, which has a name only while it is opened. The directory for temporary files may be one
// that is there no more (that of a shell that has ended); compilers then go on in /tmp, and so does this.
func fifoFeed() (*tokenFeed, error) {
	f, err := fifoFeedIn(os.TempDir())
	if errors.Is(err, fs.ErrNotExist) {
		f, err = fifoFeedIn("/tmp")
	}
	return f, err
}

func fifoFeedIn(dir string) (*tokenFeed, error) {
	path := filepath.Join(dir, "berth-jobserver-"+rand.Text())
	if err := unix.Mkfifo(path, 0o600); err != nil {
		return nil, &os.PathError{Op: "mkfifo", Path: path, Err: err}
	}
	defer os.Remove(path)
	f := &tokenFeed{}
	var err error
	if f.ours, err = unix.Open(path, ourFlags, 0); err != nil {
		return nil, &os.PathError{Op: "open", Path: path, Err: err}
	}
	for _, way := range []int{os.O_RDONLY, os.O_WRONLY} {
		end, err := unix.Open(path, way|unix.O_CLOEXEC, 0)
		if err != nil {
			f.close()
			return nil, &os.PathError{Op: "open", Path: path, Err: err}
		}
		f.child = append(f.child, os.NewFile(uintptr(end), path))
	}
	return f, nil
}

// ourFlags are those of the end that is ours.
const ourFlags = unix.O_RDWR | unix.O_NONBLOCK | unix.O_CLOEXEC

func (f *tokenFeed) flags() string     { return childFlags }
func (f *tokenFeed) files() []*os.File { return f.child }

func (f *tokenFeed) pending() int {
	n, err := unix.IoctlGetInt(f.ours, fionread)
	if err != nil {
		return 0
	}
	return n
}

func (f *tokenFeed) offer() bool {
	n, err := unix.Write(f.ours, []byte{'+'})
	return n == 1 && err == nil
}

func (f *tokenFeed) withdraw() bool {
	var token [1]byte
	n, err := unix.Read(f.ours, token[:])
	return n == 1 && err == nil
}

func (f *tokenFeed) close() {
	unix.Close(f.ours)
	for _, end := range f.child {
		end.Close()
	}
}

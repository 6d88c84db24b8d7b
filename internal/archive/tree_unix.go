//go:build unix

package archive

import (
	"errors"
	"io/fs"
	"time"

	"golang.org/x/sys/unix"
)

// tree is the destination: names are given to the kernel relative to its descriptor, so that a long path to it is walked
// once and not 50,000 times. Raw descriptors, because os.OpenFile offers every regular file to the poller in vain,
// which is one system call of five.
type tree struct {
	dir string
	fd  int
}

func openTree(dir string) (*tree, error) {
	fd, err := retry(func() (int, error) {
		return unix.Open(dir, unix.O_RDONLY|unix.O_DIRECTORY|unix.O_CLOEXEC, 0)
	})
	if err != nil {
		return nil, err
	}
	return &tree{dir: dir, fd: fd}, nil
}

func (t *tree) close() { unix.Close(t.fd) }

func (t *tree) mkdir(name string) error { return unix.Mkdirat(t.fd, name, 0o777) }

// mkdirMode is mkdir with a mode, less the umask.
func (t *tree) mkdirMode(name string, mode fs.FileMode) error {
	return unix.Mkdirat(t.fd, name, uint32(mode))
}

func (t *tree) link(target, name string) error { return unix.Linkat(t.fd, target, t.fd, name, 0) }

func (t *tree) symlink(target, name string) error { return unix.Symlinkat(target, t.fd, name) }

func (t *tree) rmdir(name string) error { return unix.Unlinkat(t.fd, name, unix.AT_REMOVEDIR) }

func (t *tree) remove(name string) error { return unix.Unlinkat(t.fd, name, 0) }

func (t *tree) dirMode(name string) (fs.FileMode, error) {
	var st unix.Stat_t
	err := unix.Fstatat(t.fd, name, &st, unix.AT_SYMLINK_NOFOLLOW)
	return fs.FileMode(st.Mode) & fs.ModePerm, err
}

// create makes a file that was not there.
func (t *tree) create(name string, mode fs.FileMode) (*outFile, error) {
	const flags = unix.O_WRONLY | unix.O_CREAT | unix.O_EXCL | unix.O_NOFOLLOW | unix.O_CLOEXEC
	fd, err := retry(func() (int, error) { return unix.Openat(t.fd, name, flags, uint32(mode)) })
	if err != nil {
		return nil, err
	}
	return &outFile{tree: t, fd: fd}, nil
}

type outFile struct {
	tree *tree
	fd   int
}

func (f *outFile) writeAt(p []byte, off int64) error {
	for len(p) > 0 {
		n, err := retry(func() (int, error) { return unix.Pwrite(f.fd, p, off) })
		if err != nil {
			return err
		}
		p, off = p[n:], off+int64(n)
	}
	return nil
}

// close says how the file lies on disk. Its error is one of writing: quotas of network file systems are told here.
func (f *outFile) close() (fs.FileMode, time.Time, error) {
	var st unix.Stat_t
	statErr := unix.Fstat(f.fd, &st)
	// Not repeated when interrupted: the descriptor is gone then already.
	err := unix.Close(f.fd)
	if errors.Is(err, unix.EINTR) {
		err = nil
	}
	if err == nil {
		err = statErr
	}
	return fs.FileMode(st.Mode) & fs.ModePerm, time.Unix(st.Mtim.Unix()), err
}

// finish is close for who does not ask how the file lies there.
func (f *outFile) finish() error {
	err := unix.Close(f.fd)
	if errors.Is(err, unix.EINTR) {
		return nil
	}
	return err
}

// retry repeats what a signal interrupted: the runtime's own do, on file systems that can be interrupted.
func retry(call func() (int, error)) (int, error) {
	for {
		n, err := call()
		if err != unix.EINTR {
			return n, err
		}
	}
}

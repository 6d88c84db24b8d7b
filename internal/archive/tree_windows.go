package archive

import (
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"time"

	"golang.org/x/sys/windows"
)

// tree is the destination. os.Root opens every part of a name relative to its parent's handle, which keeps names below
// it and lifts the limit on a path's length.
type tree struct {
	dir  string
	root *os.Root
}

func openTree(dir string) (*tree, error) {
	root, err := os.OpenRoot(dir)
	if err != nil {
		return nil, err
	}
	return &tree{dir: dir, root: root}, nil
}

func (t *tree) close() { t.root.Close() }

func (t *tree) mkdir(name string) error { return t.root.Mkdir(filepath.FromSlash(name), 0o777) }

// mkdirMode is mkdir: a mode has no meaning here.
func (t *tree) mkdirMode(name string, _ fs.FileMode) error { return t.mkdir(name) }

func (t *tree) link(target, name string) error {
	return t.root.Link(filepath.FromSlash(target), filepath.FromSlash(name))
}

func (t *tree) symlink(target, name string) error {
	return t.root.Symlink(filepath.FromSlash(target), filepath.FromSlash(name))
}

func (t *tree) rmdir(name string) error { return t.root.Remove(filepath.FromSlash(name)) }

func (t *tree) remove(name string) error { return t.root.Remove(filepath.FromSlash(name)) }

func (t *tree) dirMode(name string) (fs.FileMode, error) {
	st, err := t.root.Lstat(filepath.FromSlash(name))
	if err != nil {
		return 0, err
	}
	return st.Mode().Perm(), nil
}

// create makes a file that was not there. The archive's mode has no meaning here; without the owner's write bit it would
// become the read-only attribute, which stock does not set and which makes a file hard to remove.
func (t *tree) create(name string, _ fs.FileMode) (*outFile, error) {
	f, err := t.root.OpenFile(filepath.FromSlash(name), os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o666)
	if err != nil {
		return nil, err
	}
	return &outFile{tree: t, name: name, f: f}, nil
}

type outFile struct {
	tree *tree
	name string
	f    *os.File
}

func (f *outFile) writeAt(p []byte, off int64) error {
	_, err := f.f.WriteAt(p, off)
	return err
}

// close says how the file lies on disk: after closing, for NTFS settles the time of the last write only then.
func (f *outFile) close() (fs.FileMode, time.Time, error) {
	if err := f.f.Close(); err != nil {
		return 0, time.Time{}, err
	}
	st, err := f.tree.root.Lstat(filepath.FromSlash(f.name))
	if err != nil {
		return 0, time.Time{}, err
	}
	return st.Mode().Perm(), st.ModTime(), nil
}

// finish is close for who does not ask how the file lies there.
func (f *outFile) finish() error { return f.f.Close() }

func (f *outFile) setTime(_ string, t time.Time) error {
	at := windows.NsecToFiletime(t.UnixNano())
	conn, err := f.f.SyscallConn()
	if err != nil {
		return err
	}
	var result error
	err = conn.Control(func(fd uintptr) { result = windows.SetFileTime(windows.Handle(fd), nil, &at, &at) })
	return errors.Join(err, result)
}

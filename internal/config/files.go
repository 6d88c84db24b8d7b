package config

import (
	"fmt"
	"os"
	"path/filepath"

	"berth/internal/diskread"
)

// Files is the file system as far as a configuration needs it.
type Files interface {
	Read(path string) ([]byte, error)
	// Exists tells whether there is something that can be opened, through links.
	Exists(path string) bool
	// Same tells whether two paths that exist lead to one file.
	Same(a, b string) bool
	// Real is the path without links; path itself where there is nothing.
	Real(path string) string
}

// Disk is the file system of the machine.
type Disk struct{}

func (Disk) Read(path string) ([]byte, error) { return diskread.File(path) }

func (Disk) Exists(path string) bool {
	_, err := os.Stat(path)
	return err == nil
}

func (Disk) Same(a, b string) bool {
	first, err1 := os.Stat(a)
	second, err2 := os.Stat(b)
	return err1 == nil && err2 == nil && os.SameFile(first, second)
}

func (Disk) Real(path string) string {
	real, err := filepath.EvalSymlinks(path)
	if err != nil {
		return path
	}
	return real
}

// choose finds dir/name.toml, or dir/name as it was called until Cargo 1.38, which wins.
func (l *loader) choose(dir, name string) (string, bool) {
	old := filepath.Join(dir, name)
	path := old + ".toml"
	files := l.options.Files
	switch oldThere, there := files.Exists(old), files.Exists(path); {
	case oldThere && there:
		if !files.Same(old, path) {
			l.options.Warn(fmt.Sprintf("both `%s` and `%s` exist: `%[1]s` is used, the other is ignored", old, path))
		}
		return old, true
	case oldThere:
		l.options.Warn(fmt.Sprintf("`%s` is an old name: rename it to `%s`, or for Cargo 1.38 and older link the old name to the new one", old, filepath.Base(path)))
		return old, true
	default:
		return path, there
	}
}

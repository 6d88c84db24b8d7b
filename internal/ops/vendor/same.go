package vendor

import (
	"bytes"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
)

// same tells whether two directories hold the same: names, modes and bytes. What cannot be read is not the same.
func same(a, b string) bool {
	if !isDir(a) || !isDir(b) {
		return false
	}
	ours, err := os.ReadDir(a)
	if err != nil {
		return false
	}
	theirs, err := os.ReadDir(b)
	if err != nil {
		return false
	}
	return slices.EqualFunc(ours, theirs, func(x, y fs.DirEntry) bool {
		compare := sameFile
		if x.IsDir() {
			compare = same
		}
		return x.Name() == y.Name() && compare(filepath.Join(a, x.Name()), filepath.Join(b, y.Name()))
	})
}

func isDir(path string) bool {
	info, err := os.Lstat(path)
	return err == nil && info.IsDir()
}

func sameFile(a, b string) bool {
	x, err := os.Lstat(a)
	if err != nil {
		return false
	}
	y, err := os.Lstat(b)
	if err != nil || !x.Mode().IsRegular() || x.Mode() != y.Mode() || x.Size() != y.Size() {
		return false
	}
	ours, err := os.ReadFile(a)
	if err != nil {
		return false
	}
	theirs, err := os.ReadFile(b)
	return err == nil && bytes.Equal(ours, theirs)
}

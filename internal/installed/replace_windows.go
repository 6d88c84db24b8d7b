package installed

import (
	"errors"
	"io/fs"
	"os"
)

// replace moves a program that runs out of the way: it can be renamed, but not replaced. The next install removes it.
func replace(from, to string) error {
	err := os.Rename(from, to)
	if err == nil {
		return nil
	}
	if _, there := os.Lstat(to); errors.Is(there, fs.ErrNotExist) {
		return err
	}
	aside := to + newMark(lockedMark)
	if os.Rename(to, aside) != nil {
		return err
	}
	if err := os.Rename(from, to); err != nil {
		return errors.Join(err, os.Rename(aside, to))
	}
	os.Remove(aside)
	return nil
}

func remove(path string) error {
	err := os.Remove(path)
	if err == nil || errors.Is(err, fs.ErrNotExist) {
		return err
	}
	return os.Rename(path, path+newMark(lockedMark))
}

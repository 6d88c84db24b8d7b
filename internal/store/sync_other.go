//go:build !linux

package store

import (
	"errors"
	"io/fs"
	"os"
	"path/filepath"

	"berth/internal/lockfs"
)

// syncFileSystem syncs file by file: these systems have no call that waits for
// a whole file system.
func syncFileSystem(_ string, objects []lockfs.Filesystem) error {
	var failed error
	for _, o := range objects {
		failed = errors.Join(failed, filepath.WalkDir(o.Display(), func(path string, d fs.DirEntry, err error) error {
			if err != nil || !d.Type().IsRegular() {
				return err
			}
			return syncFile(path)
		}))
	}
	return failed
}

func syncFile(path string) error {
	f, err := os.OpenFile(path, os.O_RDWR, 0)
	if errors.Is(err, fs.ErrPermission) {
		return nil // read-only files cannot be opened for it; their digests decide
	}
	if err != nil {
		return err
	}
	return errors.Join(f.Sync(), f.Close())
}

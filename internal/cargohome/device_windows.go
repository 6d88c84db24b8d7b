package cargohome

import (
	"os"
	"path/filepath"
)

// device is the file system of a directory: its volume, as directories are hardly
// ever mounted into others here.
type device struct {
	known  bool
	volume string
}

func deviceOf(dir string) device {
	if _, err := os.Stat(dir); err != nil {
		return device{}
	}
	real, err := filepath.EvalSymlinks(dir)
	if err != nil {
		real = dir
	}
	return device{true, filepath.VolumeName(real)}
}

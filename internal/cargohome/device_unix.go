//go:build unix

package cargohome

import "golang.org/x/sys/unix"

// device is the file system of a directory.
type device struct {
	known  bool
	number uint64
}

func deviceOf(dir string) device {
	var st unix.Stat_t
	if unix.Stat(dir, &st) != nil {
		return device{}
	}
	return device{true, uint64(st.Dev)} // of another type on each system
}

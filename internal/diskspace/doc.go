// Package diskspace tells how much room a disk has, whether programs on it can be run, and which errors say that it is full.
//
// A path need not exist yet: what is told is that of the disk that it will be on. Where it ends: on systems other than
// Linux, macOS and Windows nothing is known of the room; quotas of a user are seen only when an error tells of them.
package diskspace

import "path/filepath"

// disk is what a file system says of itself.
type disk struct {
	free, size int64
	noexec     bool // it is mounted so that nothing on it can be run
}

// Free is how many bytes may still be written to the disk of path, if that is known.
func Free(path string) (n int64, ok bool) {
	d, ok := of(path)
	return d.free, ok
}

// Size is that of the disk of path, if it is known.
func Size(path string) (n int64, ok bool) {
	d, ok := of(path)
	return d.size, ok
}

// IsNoexec tells that the disk of path is known to be mounted so that nothing on it can be run.
func IsNoexec(path string) bool {
	d, _ := of(path)
	return d.noexec
}

// of asks of path, or of the first directory above it of which there is an answer.
func of(path string) (disk, bool) {
	for {
		d, ok := ask(path)
		parent := filepath.Dir(path)
		if ok || parent == path {
			return d, ok
		}
		path = parent
	}
}

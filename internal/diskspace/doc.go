// Package diskspace tells how much room a disk has, and which errors say that it has none.
//
// A path need not exist yet: what is told is that of the disk that it will be on. Where it ends: on systems other than
// Linux, macOS and Windows nothing is known of the room; quotas of a user are seen only when an error tells of them.
package diskspace

import "path/filepath"

// Free is how many bytes may still be written to the disk of path, if that is known.
func Free(path string) (n int64, ok bool) {
	free, _, ok := nearest(path)
	return free, ok
}

// Size is that of the disk of path, if it is known.
func Size(path string) (n int64, ok bool) {
	_, size, ok := nearest(path)
	return size, ok
}

// nearest asks of path, or of the first directory above it of which there is an answer.
func nearest(path string) (free, size int64, ok bool) {
	for {
		free, size, ok = room(path)
		parent := filepath.Dir(path)
		if ok || parent == path {
			return free, size, ok
		}
		path = parent
	}
}

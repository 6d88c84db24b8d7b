// Package diskread reads small files whole, with as few system calls as that takes. A command over a thousand crates
// reads three files of each, and package os makes eleven calls for one: it asks whether the file can be polled, and sets
// and clears a flag of the descriptor twice.
//
// What holds: the bytes, and errors of the type and with the text that os.ReadFile would give. Of a device or a pipe no
// more than 64 MiB are read; that there is more is an error.
//
// Where it ends: it is for files on disks; a read that hangs holds a thread.
package diskread

import "slices"

// File is the content of the file at a path.
func File(path string) ([]byte, error) { return Append(nil, path) }

// room is what is left for what was added to a file since it was looked at; it also lets the end of the file be seen
// without another allocation.
const room = 64

func grow(buf []byte, size int64) []byte {
	if size < 0 || size > 1<<30 {
		size = 0
	}
	return slices.Grow(buf, int(size)+room)
}

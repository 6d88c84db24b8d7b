//go:build unix && !linux

package archive

import (
	"time"

	"golang.org/x/sys/unix"
)

func (f *outFile) setTime(name string, t time.Time) error {
	at := unix.NsecToTimespec(t.UnixNano())
	return unix.UtimesNanoAt(f.tree.fd, name, []unix.Timespec{at, at}, unix.AT_SYMLINK_NOFOLLOW)
}

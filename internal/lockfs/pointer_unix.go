//go:build unix

package lockfs

import (
	"errors"
	"os"

	"golang.org/x/sys/unix"

	"berth/internal/crashpoint"
)

func point(p crashpoint.Point, link, target, scratch string) error {
	if err := os.Symlink(target, scratch); err != nil {
		return err
	}
	err := crashpoint.Here(p + ".made")
	if err == nil {
		err = os.Rename(scratch, link)
	}
	if errors.Is(err, unix.EXDEV) {
		err = pointBeside(link, target)
	}
	if err != nil {
		os.Remove(scratch)
	}
	return err
}

// pointBeside is for a link on another file system than scratch: its directory is a mount, or a link to another disk. What is
// renamed then is seen beside it for an instant, and after a kill until the pointer is made again.
func pointBeside(link, target string) error {
	temporary := temporaryOf(link)
	if err := os.Symlink(target, temporary); err != nil {
		return err
	}
	err := os.Rename(temporary, link)
	if err != nil {
		os.Remove(temporary)
	}
	return err
}

// readPointer is one call, so that nothing else can take the pointer's place in between.
func readPointer(path string) (string, bool, error) {
	target, err := os.Readlink(path)
	if errors.Is(err, unix.EINVAL) {
		return "", false, nil
	}
	return target, err == nil, err
}

// syncDir makes a rename in dir durable, as syncFile does.
func syncDir(dir string) error {
	d, err := os.Open(dir)
	if err != nil {
		return err
	}
	return errors.Join(syncFile(d), d.Close())
}

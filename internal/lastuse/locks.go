package lastuse

import (
	"errors"
	"os"

	"berth/internal/flock"
)

// The bytes that SQLite locks (https://www.sqlite.org/lockingv3.html): readers
// hold the shared range; a writer takes the reserved byte, then the pending one,
// which keeps new readers out, then the shared range for itself.
const (
	pendingByte  = 0x40000000
	reservedByte = pendingByte + 1
	sharedFirst  = pendingByte + 2
	sharedSize   = 510
)

func lockShared(f *os.File) error {
	if err := flock.TryRange(f, pendingByte, 1, flock.Shared); err != nil {
		return err
	}
	err := flock.TryRange(f, sharedFirst, sharedSize, flock.Shared)
	return errors.Join(err, flock.UnlockRange(f, pendingByte, 1))
}

// lockExclusive comes after lockShared. Nobody has written in between: that would
// have needed the shared range. Closing f releases everything.
func lockExclusive(f *os.File) error {
	if err := flock.TryRange(f, reservedByte, 1, flock.Exclusive); err != nil {
		return err
	}
	if err := flock.TryRange(f, pendingByte, 1, flock.Exclusive); err != nil {
		return err
	}
	return widen(f)
}

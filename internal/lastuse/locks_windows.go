package lastuse

import (
	"errors"
	"os"

	"berth/internal/flock"
)

// widen has an instant without the shared range, as SQLite has it here; the
// pending byte keeps everybody out of it.
func widen(f *os.File) error {
	return errors.Join(
		flock.UnlockRange(f, sharedFirst, sharedSize),
		flock.TryRange(f, sharedFirst, sharedSize, flock.Exclusive),
	)
}

//go:build unix

package lastuse

import (
	"os"

	"berth/internal/flock"
)

// widen turns the shared range into an exclusive one in one step.
func widen(f *os.File) error {
	return flock.TryRange(f, sharedFirst, sharedSize, flock.Exclusive)
}

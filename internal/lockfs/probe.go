package lockfs

import (
	"errors"
	"os"

	"berth/internal/flock"
)

// probe asks whether anybody holds the lock of f, by trying it and giving it
// back at once: a shared try fails only against an exclusive holder. It is for
// systems that do not tell: who tries at that instant finds it held.
func probe(f *os.File) (held bool, mode Mode) {
	for _, try := range []struct{ ours, theirs Mode }{{Shared, Exclusive}, {Exclusive, Shared}} {
		err := flock.Try(f, try.ours)
		if errors.Is(err, ErrBusy) {
			return true, try.theirs
		}
		if err == nil {
			flock.Unlock(f)
		}
	}
	return false, Shared
}

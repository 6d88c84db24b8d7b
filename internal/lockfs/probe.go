package lockfs

import (
	"errors"
	"os"

	"berth/internal/flock"
)

// probe asks whether anybody holds the lock of f, by trying it and giving it
// back at once: a shared try fails only against an exclusive holder.
func probe(f *os.File) (held bool, mode Mode) {
	if errors.Is(flock.Try(f, Shared), ErrBusy) {
		return true, Exclusive
	}
	flock.Unlock(f)
	if errors.Is(flock.Try(f, Exclusive), ErrBusy) {
		return true, Shared
	}
	flock.Unlock(f)
	return false, Shared
}

// holdersOf reads the signature of an exclusive holder; shared holders sign
// nothing, so the system is asked.
func holdersOf(f *os.File, mode Mode) []Holder {
	if h := readHolder(f); mode == Exclusive && h.PID != 0 {
		return []Holder{h}
	}
	return systemHolders(f)
}

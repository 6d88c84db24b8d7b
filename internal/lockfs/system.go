package lockfs

// systemLock is one lock on a file, or the wish for one, as the system tells.
type systemLock struct {
	pid   int
	mode  Mode
	waits bool
}

func anyHeld(locks []systemLock) (held bool, mode Mode) {
	for _, l := range locks {
		if !l.waits {
			return true, l.mode
		}
	}
	return false, Shared
}

package lockfs

import "slices"

// Holders tells who holds the lock at this moment, as far as it can be known. It
// is for people, and for a process that asks whether it would wait for its own
// ancestors.
func (l Lock) Holders() []Holder {
	s, err := stateOf(readLockTable(), l.file.path)
	if err != nil {
		return nil
	}
	return s.Holders
}

// IsHeldByStopped tells whether one of the holders was stopped (Ctrl-Z, SIGSTOP) and
// may not go on for long. Linux alone tells.
func (l Lock) IsHeldByStopped() bool {
	return slices.ContainsFunc(l.Holders(), func(h Holder) bool { return h.Stopped })
}

// IsHeldByAncestor tells whether this process or one that may wait for it holds
// the lock.
func (l Lock) IsHeldByAncestor() bool {
	ours := Ancestors()
	return slices.ContainsFunc(l.Holders(), func(h Holder) bool { return ours[h.PID] })
}

package workspace

import (
	"bytes"

	"berth/internal/diskread"
)

// IsCurrent tells whether all manifests that were read still say the same. Who writes down what was worked out from
// them asks it first: another process may have added a dependency meanwhile.
func (w *Workspace) IsCurrent() bool {
	w.loader.mu.Lock()
	defer w.loader.mu.Unlock()
	for path, e := range w.loader.read {
		if e.text == nil {
			continue
		}
		if now, err := diskread.File(path); err != nil || !bytes.Equal(now, e.text) {
			return false
		}
	}
	return true
}

// Reload makes the workspace what its manifests now say.
func (w *Workspace) Reload() error {
	fresh, err := Load(w.Current.Path, w.loader.opts)
	if err == nil {
		*w = *fresh
	}
	return err
}

package app

import "path/filepath"

func sameVariable(a, b string) bool { return a == b }

// PutLibraries lets the tools of the tree at path find their libraries.
func (e *ChildEnv) PutLibraries(path string) {
	e.PutFirst("LD_LIBRARY_PATH", filepath.Join(path, "lib"))
}

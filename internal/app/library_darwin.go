package app

import "path/filepath"

func sameVariable(a, b string) bool { return a == b }

// PutLibraries lets the tools of the tree at path find their libraries. The
// loader's own list ends where the variable is set, so it is spelled out.
func (e *ChildEnv) PutLibraries(path string) {
	defaults := []string{"/usr/local/lib", "/usr/lib"}
	if home := e.Get("HOME"); home != "" {
		defaults = append([]string{home + "/lib"}, defaults...)
	}
	e.PutFirst("DYLD_FALLBACK_LIBRARY_PATH", filepath.Join(path, "lib"), defaults...)
}

package compile

import "path/filepath"

// libraryPath is where the loader looks for dynamic libraries, after all other places.
const libraryPath = "DYLD_FALLBACK_LIBRARY_PATH"

// defaultLibraryDirs are lost where the variable is set, and so have to be named.
func defaultLibraryDirs(home string) []string {
	dirs := []string{"/usr/local/lib", "/usr/lib"}
	if home != "" {
		dirs = append([]string{filepath.Join(home, "lib")}, dirs...)
	}
	return dirs
}

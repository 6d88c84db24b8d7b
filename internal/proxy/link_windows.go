package proxy

import (
	"os"
	"path/filepath"
)

// linkProgram makes at another name of its neighbour: symbolic links need rights
// here that few have.
func linkProgram(name, at string) error {
	return os.Link(filepath.Join(filepath.Dir(at), name), at)
}

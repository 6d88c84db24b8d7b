//go:build unix

package proxy

import "os"

// linkProgram makes at a link to its neighbour name.
func linkProgram(name, at string) error { return os.Symlink(name, at) }

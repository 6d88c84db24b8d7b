//go:build !linux

package lockfs

import "os"

// Ancestors knows the parent only: these systems do not tell who holds a shared
// lock, so nothing more can be asked of it.
func Ancestors() map[int]bool { return map[int]bool{os.Getpid(): true, os.Getppid(): true} }

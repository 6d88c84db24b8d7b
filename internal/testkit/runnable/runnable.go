// Package runnable writes programs that a test runs, while other tests of the same process start theirs: a child that is
// forked while a file is open for writing has it open too, until its exec, and so long the kernel runs no such program
// ("text file busy").
package runnable

import (
	"os"
	"syscall"
)

// Write makes or replaces a program. No child is forked meanwhile.
func Write(path, text string) error {
	syscall.ForkLock.RLock()
	defer syscall.ForkLock.RUnlock()
	return os.WriteFile(path, []byte(text), 0o755)
}

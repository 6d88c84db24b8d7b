//go:build unix

package proxy

import (
	"os"
	"path/filepath"
)

// placeProgram copies the program to dir and makes its other names links to it. The links come first: where there can be none,
// nothing is copied in vain by each tool that is started.
func placeProgram(program, dir string, names []string) error {
	for _, name := range names {
		if err := os.Symlink("berth", filepath.Join(dir, name)); err != nil {
			return err
		}
	}
	return CopyProgram(program, filepath.Join(dir, "berth"))
}

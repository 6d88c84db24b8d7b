package proxy

import (
	"os"
	"path/filepath"

	"berth/internal/exe"
)

// placeProgram copies the program to dir and gives it its other names: symbolic links need rights here that few have.
func placeProgram(program, dir string, names []string) error {
	copied := filepath.Join(dir, exe.Named("berth"))
	if err := CopyProgram(program, copied); err != nil {
		return err
	}
	for _, name := range names {
		if err := os.Link(copied, filepath.Join(dir, exe.Named(name))); err != nil {
			return err
		}
	}
	return nil
}

package installed

import (
	"context"
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"slices"
)

// Place puts programs into the root, each from the path that from has for its name, and records nothing (--no-track).
// Whoever does the same at the same time replaces whole programs by whole ones.
func (r Root) Place(ctx context.Context, from map[string]string) error {
	if err := r.Programs().MkdirAll(); err != nil {
		return err
	}
	dir, beside := r.Programs().Display(), map[string]string{}
	defer func() {
		for _, path := range beside {
			os.Remove(path) // of an error: what was renamed is not there any more
		}
	}()
	names := slices.Sorted(maps.Keys(from))
	for _, name := range names {
		path, err := copyBeside(from[name], filepath.Join(dir, name))
		if beside[name] = path; err != nil {
			return fmt.Errorf("cannot write %s: %w", filepath.Join(dir, name), err)
		}
	}
	for _, name := range names {
		if err := ctx.Err(); err != nil {
			return err
		}
		if err := replace(beside[name], filepath.Join(dir, name)); err != nil {
			return fmt.Errorf("cannot replace %s: %w", filepath.Join(dir, name), err)
		}
	}
	return nil
}

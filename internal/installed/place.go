package installed

import (
	"crypto/rand"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"berth/internal/crashpoint"
)

// Place puts programs into the root, each from the path that from has for its name, and records nothing (--no-track).
// Whoever does the same at the same time replaces whole programs by whole ones.
func (r Root) Place(from map[string]string) error {
	if err := r.Programs().MkdirAll(); err != nil {
		return err
	}
	return place(r.Programs().Display(), slices.Sorted(maps.Keys(from)), from, unlockedMark)
}

// place puts programs into a directory. All are there before the first is replaced: the disk may be full. Until then their
// names have the mark.
func place(dir string, names []string, from map[string]string, mark string) error {
	var placed []string
	defer func() {
		for _, path := range placed {
			os.Remove(path) // of an error: what was renamed is not there any more
		}
	}()
	for _, name := range names {
		if err := checkName(name); err != nil {
			return err
		}
		path := filepath.Join(dir, name) + newMark(mark)
		placed = append(placed, path)
		if err := copyBeside(from[name], path); err != nil {
			return fmt.Errorf("cannot write %s: %w", filepath.Join(dir, name), err)
		}
	}
	for i, name := range names {
		if err := crashpoint.Here("installed.program.before"); err != nil {
			return err
		}
		if err := replace(placed[i], filepath.Join(dir, name)); err != nil {
			return fmt.Errorf("cannot replace %s: %w", filepath.Join(dir, name), err)
		}
	}
	return crashpoint.Here("installed.program.done")
}

// checkName keeps what others have written from naming a file elsewhere.
func checkName(name string) error {
	if filepath.Base(name) != name || name == "." || name == ".." {
		return fmt.Errorf("%q is no name of a program", name)
	}
	return nil
}

// copyBeside copies and does not link: people strip and patch what they have installed.
func copyBeside(from, to string) error {
	in, err := os.Open(from)
	if err != nil {
		return err
	}
	defer in.Close()
	info, err := in.Stat()
	if err != nil {
		return err
	}
	out, err := os.OpenFile(to, os.O_CREATE|os.O_EXCL|os.O_WRONLY, info.Mode().Perm())
	if err != nil {
		return err
	}
	_, err = io.Copy(out, in)
	if err == nil {
		err = out.Sync()
	}
	return errors.Join(err, out.Close())
}

// A mark and 16 hexadecimal digits follow the name of a program while it is written: under the lock, or without.
const (
	lockedMark   = ".berth-new-"
	unlockedMark = ".berth-new-untracked-"
)

func newMark(mark string) string {
	id := make([]byte, 8)
	rand.Read(id)
	return mark + hex.EncodeToString(id)
}

// isMarked tells whether a file was named so.
func isMarked(name, mark string) bool {
	name, id, ok := strings.Cut(name, mark)
	_, err := hex.DecodeString(id)
	return ok && name != "" && err == nil && len(id) == 16
}

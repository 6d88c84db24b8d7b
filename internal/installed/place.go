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

	"berth/internal/crashpoint"
)

// Place puts programs into the root, each from the path that from has for its name, and records nothing (--no-track).
// Whoever does the same at the same time replaces whole programs by whole ones.
func (r Root) Place(from map[string]string) error {
	if err := r.Programs().MkdirAll(); err != nil {
		return err
	}
	return place(r.Programs().Display(), slices.Sorted(maps.Keys(from)), from)
}

// place puts programs into a directory. All are there before the first is replaced: the disk may be full.
func place(dir string, names []string, from map[string]string) error {
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
		path, err := copyBeside(from[name], filepath.Join(dir, name))
		placed = append(placed, path)
		if err != nil {
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

// copyBeside copies and does not link: people strip and patch what they have installed. The path is given also after an
// error.
func copyBeside(from, to string) (path string, err error) {
	path = to + newMark()
	in, err := os.Open(from)
	if err != nil {
		return path, err
	}
	defer in.Close()
	info, err := in.Stat()
	if err != nil {
		return path, err
	}
	out, err := os.OpenFile(path, os.O_CREATE|os.O_EXCL|os.O_WRONLY, info.Mode().Perm())
	if err != nil {
		return path, err
	}
	_, err = io.Copy(out, in)
	if err == nil {
		err = out.Sync()
	}
	return path, errors.Join(err, out.Close())
}

// staleMark and 16 hexadecimal digits follow the name of a program while it is written.
const staleMark = ".berth-new-"

func newMark() string {
	id := make([]byte, 8)
	rand.Read(id)
	return staleMark + hex.EncodeToString(id)
}

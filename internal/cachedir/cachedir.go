// Package cachedir marks directories as ones that can be made again, as stock Cargo does: backup programs leave them out, and
// whoever is asked to remove one can see that it may go. A mark is best effort: where none can be made, none is. Since
// it may go at any moment, what is made in one is made again then ([DespiteClean]).
package cachedir

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
)

// Name is the file that says so (https://bford.info/cachedir/).
const Name = "CACHEDIR.TAG"

const signature = "Signature: 8a477f597d28d172789f06886806bc55"

// Tag is what it holds, in stock's words: programs compare it.
const Tag = signature + `
# This file is a cache directory tag created by cargo.
# For information about cache directory tags see https://bford.info/cachedir/
`

// Make makes a directory, with its parents, and marks it.
func Make(dir string) error {
	return DespiteClean(func() error {
		if err := os.MkdirAll(dir, 0o777); err != nil {
			return err
		}
		marked, err := writeTag(dir)
		if marked {
			exclude(dir)
		}
		if !errors.Is(err, fs.ErrNotExist) {
			return nil
		}
		return err
	})
}

// private is where berth keeps its own things in a directory that it builds in.
const private = "berth"

// MakeOwn is Make, but leaves a directory without a mark that holds anything but berth's own things: somebody else has made
// it, and may have more in it than can be made again. Stock, too, marks only what it makes itself.
func MakeOwn(dir string) error {
	entries, _ := os.ReadDir(dir) // what cannot be listed is told by Make
	for _, e := range entries {
		if e.Name() != Name && e.Name() != private {
			return nil
		}
	}
	return Make(dir)
}

// tries is how often something is tried whose directory others may remove.
const tries = 100

// DespiteClean tries again while the directory that something is made in is removed in between.
func DespiteClean(make func() error) (err error) {
	for range tries {
		if err = make(); !errors.Is(err, fs.ErrNotExist) {
			return err
		}
	}
	return err
}

// writeTag writes the tag where there is none, or the beginning of one: whoever wrote it was killed meanwhile. Many may
// write the same bytes to the same place.
func writeTag(dir string) (done bool, err error) {
	path := filepath.Join(dir, Name)
	if there, err := os.ReadFile(path); err == nil && (string(there) == Tag || !strings.HasPrefix(Tag, string(there))) {
		return false, nil
	}
	f, err := os.OpenFile(path, os.O_CREATE|os.O_WRONLY, 0o666) // not cut: others may read it
	if err != nil {
		return false, err
	}
	_, err = f.WriteString(Tag)
	return true, errors.Join(err, f.Close())
}

// Check tells why a directory is not known to be one that may be removed; empty where it is.
func Check(dir string) (why string, err error) {
	path := filepath.Join(dir, Name)
	info, err := os.Lstat(path)
	switch {
	case err == nil && info.Mode()&fs.ModeSymlink != 0:
		return "expect `" + Name + "` to be a regular file, got a symlink", nil
	case err != nil || !info.Mode().IsRegular():
		return "missing or invalid `" + Name + "` file", nil
	}
	data, err := os.ReadFile(path)
	if err != nil {
		return "", fmt.Errorf("cannot read %s: %w", path, err)
	}
	if !strings.HasPrefix(string(data), signature) {
		return "invalid signature in `" + Name + "` file", nil
	}
	return "", nil
}

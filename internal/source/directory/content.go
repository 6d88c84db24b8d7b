package directory

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"slices"

	"berth/internal/crate"
)

// Content tells a package from others of its name, version and checksum: who edits a vendored package takes the files that
// he has changed out of its list of checksums. The listed files count by their checksums ([Source.Verify] compares them),
// all others by what is in them.
func (s *Source) Content(id crate.PackageID) (string, error) {
	v, err := s.find(id)
	if err != nil {
		return "", err
	}
	text, err := v.content()
	if err != nil {
		return "", fmt.Errorf("cannot read the vendored package `%s`: %w", v.dir, err)
	}
	return text, nil
}

func (v *vendored) content() (string, error) {
	root, err := os.Stat(v.dir)
	if err != nil {
		return "", err
	}
	sum := sha256.New()
	sum.Write(v.listing)
	err = v.addContent(sum, "", []fs.FileInfo{root})
	return hex.EncodeToString(sum.Sum(nil)), err
}

// addContent adds what is in a directory of the package, links followed: so compilers read it. Above are the directories on the way, a link
// to which would have no end.
func (v *vendored) addContent(sum io.Writer, dir string, above []fs.FileInfo) error {
	entries, err := os.ReadDir(filepath.Join(v.dir, filepath.FromSlash(dir)))
	if err != nil {
		return err
	}
	for _, e := range entries {
		name := path.Join(dir, e.Name())
		if _, listed := v.files[name]; listed || name == listingName {
			continue
		}
		file := filepath.Join(v.dir, filepath.FromSlash(name))
		info, err := os.Stat(file)
		link := e.Type()&fs.ModeSymlink != 0
		switch {
		case err != nil && !link:
			return err
		case err != nil, info.IsDir() && slices.ContainsFunc(above, func(dir fs.FileInfo) bool { return os.SameFile(dir, info) }):
			err = addText(sum, name, os.Readlink, file)
		case info.IsDir():
			err = v.addContent(sum, name, append(above[:len(above):len(above)], info))
		case info.Mode().IsRegular():
			err = addText(sum, name, os.ReadFile, file)
		default:
			fmt.Fprintf(sum, "%q\n", name)
		}
		if err != nil {
			return err
		}
	}
	return nil
}

func addText[T string | []byte](sum io.Writer, name string, read func(file string) (T, error), file string) error {
	data, err := read(file)
	fmt.Fprintf(sum, "%q %d\n%s\n", name, len(data), data)
	return err
}

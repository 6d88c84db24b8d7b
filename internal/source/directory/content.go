package directory

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"

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
	sum := sha256.New()
	sum.Write(v.listing)
	err := filepath.WalkDir(v.dir, func(path string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		name := filepath.ToSlash(strings.TrimPrefix(path, v.dir+string(filepath.Separator)))
		if _, listed := v.files[name]; listed || name == listingName {
			return nil
		}
		var data []byte
		switch {
		case d.Type()&fs.ModeSymlink != 0:
			var target string
			target, err = os.Readlink(path)
			data = []byte(target)
		case d.Type().IsRegular():
			data, err = os.ReadFile(path)
		}
		fmt.Fprintf(sum, "%q %d\n%s\n", name, len(data), data)
		return err
	})
	return hex.EncodeToString(sum.Sum(nil)), err
}

package manifest

import (
	"io/fs"
	"path"
	"strings"
)

// files is the directory of a package. What cannot be looked at is not there, as in Cargo.
type files struct{ fs fs.FS }

func (f files) stat(name string) fs.FileInfo {
	if f.fs == nil || !fs.ValidPath(name) {
		return nil
	}
	info, err := fs.Stat(f.fs, name)
	if err != nil {
		return nil
	}
	return info
}

func (f files) exists(name string) bool { return f.stat(name) != nil }

func (f files) isFile(name string) bool {
	info := f.stat(name)
	return info != nil && info.Mode().IsRegular()
}

// source is a target that was found in its usual place.
type source struct{ name, path string }

// sources are the targets in a directory: each x.rs, and each x with a main.rs.
func (f files) sources(dir string) []source {
	if f.fs == nil {
		return nil
	}
	entries, err := fs.ReadDir(f.fs, dir)
	if err != nil {
		return nil
	}
	var found []source
	for _, e := range entries {
		name := e.Name()
		stem, isRust := strings.CutSuffix(name, ".rs")
		switch {
		case strings.HasPrefix(name, "."):
		case e.IsDir():
			if main := path.Join(dir, name, "main.rs"); f.exists(main) {
				found = append(found, source{name, main})
			}
		case isRust:
			found = append(found, source{stem, path.Join(dir, name)})
		}
	}
	return found
}

// programs are src/main.rs under the package's name, and what is in src/bin.
func (f files) programs(packageName string) []source {
	var found []source
	if f.exists("src/main.rs") {
		found = append(found, source{packageName, "src/main.rs"})
	}
	return append(found, f.sources("src/bin")...)
}

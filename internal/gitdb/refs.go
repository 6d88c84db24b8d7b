package gitdb

import (
	"bytes"
	"errors"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"slices"
	"strings"
)

// refs are the references of a repository below refs/, by name: names of objects, 40 or 64 digits.
type refs map[string]string

// readRefs reads the references of the repository at dir; one in a file of its own hides a packed one. Symbolic ones are
// left out: neither stock nor we make any.
func readRefs(dir string) (refs, error) {
	all := refs{}
	packed, err := os.ReadFile(filepath.Join(dir, packedName))
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return nil, err
	}
	for line := range bytes.Lines(packed) {
		all.addLine(string(bytes.TrimRight(line, "\r\n")))
	}
	loose, err := looseRefs(dir)
	if err != nil {
		return nil, err
	}
	for _, name := range loose {
		content, err := os.ReadFile(filepath.Join(dir, filepath.FromSlash(name)))
		if errors.Is(err, fs.ErrNotExist) {
			continue // moved into the packed ones meanwhile, or away
		}
		if err != nil {
			return nil, err
		}
		if object := strings.TrimSpace(string(content)); isCommit(object) {
			all[name] = object
		}
	}
	return all, nil
}

const packedName = "packed-refs"

func (r refs) addLine(line string) {
	object, name, ok := strings.Cut(line, " ")
	if ok && isCommit(object) && isRefName(name) {
		r[name] = object
	}
}

// isRefName keeps what others wrote from naming a file elsewhere.
func isRefName(name string) bool {
	return strings.HasPrefix(name, "refs/") && path.Clean(name) == name && !strings.ContainsAny(name, "\\:\x00\n\r ") && !strings.HasSuffix(name, ".lock")
}

// looseRefs are the names of references that have a file of their own.
func looseRefs(dir string) ([]string, error) {
	var names []string
	err := filepath.WalkDir(filepath.Join(dir, "refs"), func(file string, d fs.DirEntry, err error) error {
		if errors.Is(err, fs.ErrNotExist) {
			return nil
		}
		if err != nil || !d.Type().IsRegular() {
			return err
		}
		rel, err := filepath.Rel(dir, file)
		if name := filepath.ToSlash(rel); err == nil && isRefName(name) {
			names = append(names, name)
		}
		return err
	})
	return names, err
}

// pack is the content of a packed-refs file. No promise about peeled tags is made in it, so that readers look themselves.
func (r refs) pack() []byte {
	var out bytes.Buffer
	out.WriteString("# pack-refs with: sorted \n")
	names := make([]string, 0, len(r))
	for name := range r {
		names = append(names, name)
	}
	slices.Sort(names)
	for _, name := range names {
		out.WriteString(r[name] + " " + name + "\n")
	}
	return out.Bytes()
}

// overlay adds what newer has, and drops what cannot be beside it: where there is a/b there can be no a.
func (r refs) overlay(newer refs) {
	for name := range newer {
		for dir := path.Dir(name); dir != "refs" && dir != "."; dir = path.Dir(dir) {
			if _, beside := newer[dir]; !beside {
				delete(r, dir)
			}
		}
	}
	for name := range r {
		for dir := path.Dir(name); dir != "refs" && dir != "."; dir = path.Dir(dir) {
			if _, hidden := newer[dir]; hidden {
				delete(r, name)
			}
		}
	}
	for name, object := range newer {
		r[name] = object
	}
}

// Ref is what a reference of the database names, an object that may be a tag; false where there is none.
func (d *Database) Ref(name string) (string, bool) {
	if !isRefName(name) {
		return "", false
	}
	content, err := os.ReadFile(filepath.Join(d.dir, filepath.FromSlash(name)))
	if object := strings.TrimSpace(string(content)); err == nil && isCommit(object) {
		return object, true
	}
	all, err := readRefs(d.dir)
	if err != nil {
		return "", false
	}
	object, ok := all[name]
	return object, ok
}

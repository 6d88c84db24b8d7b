package toolchain

import (
	"errors"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"slices"
	"strings"

	"berth/internal/archive"
	"berth/internal/dist"
	"berth/internal/store"
)

// # Adoption
//
// A toolchain directory that stock rustup made, or a tree of ours that stock
// changed through our pointer, is used as it is. Its first change by berth makes
// a new tree: components whose archive is in the store come from there, what the
// directory has of the same archive is linked out of it, the rest is fetched.
// Then pointer and directory change places in one step. Where rustc stays the
// same this is done at once; else when nobody runs out of the directory any more.

// isStock tells whether the present tree was made or changed by others, so that
// its files may be taken from it but never trusted to be as a stamp says.
func (t *transaction) isStock() bool {
	switch t.now.Place.Kind {
	case store.Directory, store.Linked:
		return true
	case store.InStore:
		untouched, err := t.store.Untouched(t.now.Place.Hash, t.name)
		return err == nil && !untouched
	}
	return false
}

// adopts tells of which components the present directory has what the store has
// not: of all where it is stock's; of a tree of ours those that were adopted.
func (t *transaction) adopts() func(component string) bool {
	if t.isStock() {
		return func(string) bool { return true }
	}
	adopted := t.store.Adopted(t.now.Place.Hash)
	return func(component string) bool { return adopted[component] }
}

// adoptable lists what the present directory has of component c, if that came
// from the archive with this hash and is complete; nil otherwise.
func (t *transaction) adoptable(c dist.Component, hash string) *archive.Contents {
	if t.now.Manifest == nil || !t.now.Config.Has(c) {
		return nil
	}
	if old, ok := t.now.Manifest.Archive(c); ok && old.Hash != hash {
		return nil
	}
	contents, err := t.listInstalled(c)
	if err != nil {
		t.voice.Debugf("component %s is not adopted: %v", c.Name(), err)
		return nil
	}
	return contents
}

// listInstalled reads a component's file list, by its long name or, as old
// archives call themselves, by the package's, and looks at every file.
func (t *transaction) listInstalled(c dist.Component) (*archive.Contents, error) {
	data, err := rustlib(t.now.Place, dist.FilesPrefix+c.Name()).ReadFile()
	if errors.Is(err, fs.ErrNotExist) {
		data, err = rustlib(t.now.Place, dist.FilesPrefix+c.Pkg).ReadFile()
	}
	if err != nil {
		return nil, err
	}
	manifest, err := archive.ParseManifest(data)
	if err != nil {
		return nil, err
	}
	list := &lister{root: t.now.Place.Path, seen: map[string]bool{}, contents: archive.Contents{Manifest: manifest}}
	for _, part := range manifest {
		if err := list.add(part); err != nil {
			return nil, err
		}
	}
	slices.SortFunc(list.contents.Dirs, func(a, b archive.Dir) int { return strings.Compare(a.Path, b.Path) })
	slices.SortFunc(list.contents.Files, func(a, b archive.File) int { return strings.Compare(a.Path, b.Path) })
	return &list.contents, nil
}

// lister collects the files of one component as they lie in a directory.
type lister struct {
	root     string
	seen     map[string]bool
	contents archive.Contents
}

func (l *lister) add(part archive.Part) error {
	if err := l.parents(path.Dir(part.Path)); err != nil {
		return err
	}
	start := filepath.Join(l.root, filepath.FromSlash(part.Path))
	return filepath.WalkDir(start, func(p string, d fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		rel, err := filepath.Rel(l.root, p)
		if err != nil {
			return err
		}
		return l.entry(filepath.ToSlash(rel), d)
	})
}

func (l *lister) entry(rel string, d fs.DirEntry) error {
	info, err := d.Info()
	switch {
	case err != nil:
		return err
	case d.IsDir():
		l.dir(rel, info)
		return nil
	case !d.Type().IsRegular():
		return &fs.PathError{Op: "adopt", Path: rel, Err: errors.New("neither a file nor a directory")}
	}
	l.contents.Files = append(l.contents.Files, archive.File{Path: rel, Size: info.Size(), Mode: info.Mode().Perm(), ModTime: info.ModTime()})
	return nil
}

func (l *lister) dir(rel string, info fs.FileInfo) {
	if !l.seen[rel] {
		l.seen[rel] = true
		l.contents.Dirs = append(l.contents.Dirs, archive.Dir{Path: rel, Mode: info.Mode().Perm()})
	}
}

// parents lists the directories above a part, which its manifest does not name.
func (l *lister) parents(dir string) error {
	for ; dir != "." && !l.seen[dir]; dir = path.Dir(dir) {
		info, err := os.Lstat(filepath.Join(l.root, filepath.FromSlash(dir)))
		if err != nil {
			return err
		}
		l.dir(dir, info)
	}
	return nil
}

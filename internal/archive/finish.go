package archive

import (
	"errors"
	"io/fs"
	"slices"
	"strings"
)

// finish holds what came against the manifest, takes away what it does not name and lists the rest.
func (u *unpacker) finish(files []File) (*Contents, error) {
	m, err := u.manifest()
	if err != nil {
		return nil, err
	}
	cover := newCover(m)
	if files, err = u.pruneFiles(files, cover); err != nil {
		return nil, err
	}
	dirs, err := u.settleDirs(files, cover)
	if err != nil {
		return nil, err
	}
	return &Contents{Manifest: m, Files: files, Dirs: dirs}, nil
}

func (u *unpacker) manifest() (Manifest, error) {
	for _, fixed := range []struct {
		name    string
		content []byte
	}{{versionFile, u.version}, {componentsFile, u.list}, {manifestFile, u.lines}} {
		if fixed.content == nil {
			return nil, corrupt("", "it has no %s for %s", fixed.name, u.o.Component)
		}
	}
	if !slices.Contains(strings.Fields(string(u.list)), u.folder) {
		return nil, corrupt("", "its list of components lacks %s", u.folder)
	}
	m, err := ParseManifest(u.lines)
	if err != nil {
		return nil, err
	}
	return m, u.checkPresent(m)
}

// checkPresent finds what the manifest names and the archive lacks.
func (u *unpacker) checkPresent(m Manifest) error {
	for _, p := range m {
		want := isFile
		if p.Dir {
			want = isDir
		}
		switch have := u.known[p.Path]; {
		case have == 0:
			return corrupt("", "its manifest names %s, which it lacks", p)
		case have&want == 0:
			return corrupt("", "its manifest names %s, which is of the other kind", p)
		}
	}
	return nil
}

func (u *unpacker) pruneFiles(files []File, c *cover) ([]File, error) {
	kept := files[:0]
	for _, f := range files {
		if c.file(f.Path) {
			kept = append(kept, f)
			continue
		}
		if err := u.dest.remove(f.Path); err != nil {
			return nil, u.dirError("remove", f.Path, err)
		}
	}
	slices.SortFunc(kept, func(a, b File) int { return strings.Compare(a.Path, b.Path) })
	return kept, nil
}

// settleDirs makes the empty directories of the component and removes those that only held what was taken away.
func (u *unpacker) settleDirs(files []File, c *cover) ([]Dir, error) {
	keep := u.wantedDirs(files, c)
	var unwanted []string
	for name, s := range u.known {
		if s&made != 0 && !keep[name] && name != "" {
			unwanted = append(unwanted, name)
		}
	}
	slices.SortFunc(unwanted, func(a, b string) int { return strings.Compare(b, a) }) // children first
	for _, name := range unwanted {
		if err := u.dest.rmdir(name); err != nil {
			return nil, u.dirError("remove", name, err)
		}
	}
	return u.listDirs(keep)
}

// wantedDirs are those above a file that stays, those below a dir: line, and those above these.
func (u *unpacker) wantedDirs(files []File, c *cover) map[string]bool {
	keep := map[string]bool{"": true}
	want := func(name string) {
		for ; !keep[name]; name = parent(name) {
			keep[name] = true
		}
	}
	for _, f := range files {
		want(parent(f.Path))
	}
	for name, s := range u.known {
		if s&isDir != 0 && c.dir(name) {
			want(name)
		}
	}
	delete(keep, "")
	return keep
}

func (u *unpacker) listDirs(keep map[string]bool) ([]Dir, error) {
	dirs := make([]Dir, 0, len(keep))
	for name := range keep {
		if err := u.mkdirs(name); err != nil {
			return nil, err
		}
		mode, err := u.dest.dirMode(name)
		if err != nil {
			return nil, u.dirError("open", name, err)
		}
		dirs = append(dirs, Dir{Path: name, Mode: mode})
	}
	slices.SortFunc(dirs, func(a, b Dir) int { return strings.Compare(a.Path, b.Path) })
	return dirs, nil
}

// explain finds out why a name was taken: on a file system that folds case, two names of the archive can be one.
func (u *unpacker) explain(err error) error {
	var d *DiskError
	if !errors.As(err, &d) || !errors.Is(err, fs.ErrExist) {
		return err
	}
	for name := range u.known {
		if name != d.Path && strings.EqualFold(name, d.Path) {
			return &CorruptError{Entry: d.Path, Reason: "on this file system it is the same name as " + name}
		}
	}
	return err
}

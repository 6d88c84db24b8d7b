package toolchain

import (
	"io/fs"
	"path/filepath"
	"strings"

	"berth/internal/archive"
	"berth/internal/dist"
	"berth/internal/store"
)

// extras are the files of the present directory that belong to no component: the
// user put them there, and stock's updates leave them alone. They come along
// into the new tree, unless a component of it brings the same path.
func (t *transaction) extras(parts []store.Part) *store.Part {
	switch {
	case t.now.Place.Kind == store.None, t.now.Place.Kind == store.Linked:
		return nil
	case t.now.Place.Kind == store.InStore && t.now.Components == nil:
		return nil // torn: nobody can tell what is whose
	}
	covered, err := t.covered()
	if err != nil {
		t.voice.Debugf("files of no component are not looked for: %v", err)
		return nil
	}
	list := &lister{root: t.now.Place.Path, seen: map[string]bool{}}
	if err := list.uncovered(covered); err != nil {
		t.voice.Debugf("files of no component are not taken along: %v", err)
		return nil
	}
	list.contents.Files = notBrought(list.contents.Files, parts)
	if len(list.contents.Files) == 0 {
		return nil
	}
	return &store.Part{Contents: &list.contents, Root: t.now.Place.Path, Adopted: true}
}

// covered is what the installed components and the records account for.
func (t *transaction) covered() (map[string]bool, error) {
	covered := map[string]bool{}
	for _, name := range []string{dist.VersionFile, dist.ComponentsFile, dist.ConfigFile, dist.ManifestFile} {
		covered["lib/rustlib/"+name] = true
	}
	for _, name := range t.now.Components {
		covered["lib/rustlib/"+dist.FilesPrefix+name] = true
		data, err := rustlib(t.now.Place, dist.FilesPrefix+name).ReadFile()
		if err != nil {
			return nil, err
		}
		manifest, err := archive.ParseManifest(data)
		if err != nil {
			return nil, err
		}
		for _, part := range manifest {
			covered[part.Path] = true
		}
	}
	return covered, nil
}

// uncovered walks the directory and lists the files that are not covered, nor
// any directory above them. Links and devices are no business of a toolchain.
func (l *lister) uncovered(covered map[string]bool) error {
	return filepath.WalkDir(l.root, func(path string, d fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		rel, err := filepath.Rel(l.root, path)
		if err != nil {
			return err
		}
		rel = filepath.ToSlash(rel)
		switch {
		case d.IsDir() && covered[rel]:
			return filepath.SkipDir
		case d.Type().IsRegular() && !covered[rel]:
			return l.entry(rel, d)
		}
		return nil
	})
}

func notBrought(files []archive.File, parts []store.Part) []archive.File {
	if len(files) == 0 {
		return nil
	}
	brought := map[string]bool{}
	for _, p := range parts {
		for _, f := range p.Contents.Files {
			brought[f.Path] = true
		}
	}
	var kept []archive.File
	for _, f := range files {
		if !brought[f.Path] && !strings.HasPrefix(f.Path, "lib/rustlib/"+dist.FilesPrefix) {
			kept = append(kept, f)
		}
	}
	return kept
}

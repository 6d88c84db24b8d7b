package store

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"

	"berth/internal/lockfs"
)

// Kind says what stands at toolchains/<name>.
type Kind int

const (
	None      Kind = iota // nothing, or a pointer to nothing
	InStore               // our pointer to a tree of the store
	Directory             // a directory that stock rustup made
	Linked                // a link to somewhere else: the user's own toolchain
)

// Place is what a toolchain name stands for at one moment.
type Place struct {
	Kind Kind
	Path string // the real tree; for Linked where the link leads
	Hash string // of the tree, for InStore
	Name string
	// Target is the link as stored, for InStore and Linked.
	Target string
}

func (s *Store) toolchain(name string) lockfs.Filesystem { return s.home.Join("toolchains", name) }

// Look reads the pointer of a name. A pointer to nothing is a toolchain that is
// not installed (CI caches restore such states), except that a broken link of
// the user's stays a link.
func (s *Store) Look(name string) (Place, error) {
	link := s.toolchain(name)
	target, isPointer, err := link.Pointer()
	for isPointer {
		place, refused := s.pointedAt(name, target)
		if refused != nil || place.Kind != None {
			return place, refused
		}
		before := target
		if target, isPointer, err = link.Pointer(); target == before {
			return place, nil
		}
		// The tree was swept, and the pointer leads elsewhere since.
	}
	if errors.Is(err, fs.ErrNotExist) {
		return s.lookBeside(name)
	}
	if err != nil {
		return Place{Name: name}, err
	}
	return s.lookDirectory(link, name)
}

func (s *Store) pointedAt(name, target string) (Place, error) {
	path := target
	if !filepath.IsAbs(path) {
		path = s.home.Join("toolchains", target).Display()
	}
	hash, ours := s.hashOf(path)
	if !ours {
		return Place{Kind: Linked, Path: path, Name: name, Target: target}, nil
	}
	place, err := s.placeIn(hash, name)
	place.Target = target
	return place, err
}

func (s *Store) lookDirectory(dir lockfs.Filesystem, name string) (Place, error) {
	info, err := dir.Lstat()
	switch {
	case err != nil:
		return Place{Name: name}, ignoreAbsence(err)
	case info.IsDir():
		if heir, err := s.heir(name); err != nil || heir.Kind != None {
			return heir, err
		}
		return Place{Kind: Directory, Path: dir.Display(), Name: name}, nil
	case info.Mode()&fs.ModeSymlink != 0:
		return s.Look(name) // a pointer has taken its place meanwhile
	default:
		return Place{Name: name}, nil
	}
}

// hashOf finds the tree that a path leads into: <root>/toolchains/<hash>/<name>,
// possibly seen through another spelling of the home.
func (s *Store) hashOf(path string) (hash string, ours bool) {
	rel, err := filepath.Rel(s.root.Join("toolchains").Display(), path)
	if err != nil || strings.HasPrefix(rel, "..") {
		resolved, errPath := filepath.EvalSymlinks(filepath.Dir(filepath.Dir(path)))
		root, errRoot := filepath.EvalSymlinks(s.root.Join("toolchains").Display())
		if errPath != nil || errRoot != nil || resolved != root {
			return "", false
		}
		return filepath.Base(filepath.Dir(path)), true
	}
	hash, _, _ = strings.Cut(rel, string(os.PathSeparator))
	return hash, len(hash) == keyLength
}

// TreeOf finds the place of an absolute path that leads to one of our trees
// (editors set RUSTUP_TOOLCHAIN to such paths).
func (s *Store) TreeOf(path string) (Place, bool) {
	hash, ours := s.hashOf(path)
	if !ours {
		return Place{}, false
	}
	return Place{Kind: InStore, Path: path, Hash: hash, Name: filepath.Base(path)}, true
}

// Names lists what stands in toolchains/, as stock does: plain files are not
// toolchains, links are, broken ones too.
func (s *Store) Names() ([]string, error) {
	entries, err := s.home.Join("toolchains").ReadDir()
	if err != nil {
		return nil, err
	}
	var names []string
	for _, e := range entries {
		name, aside := lockfs.CutAside(e.Name())
		if aside && s.toolchain(name).Exists() {
			continue
		}
		if e.IsDir() || !e.Type().IsRegular() {
			names = append(names, name)
		}
	}
	heirs, err := s.root.Join("successor").ReadDir()
	for _, e := range heirs {
		if !s.toolchain(e.Name()).Exists() {
			names = append(names, e.Name())
		}
	}
	return names, err
}

func (s *Store) previous(name string) lockfs.Filesystem { return s.root.Join("previous", name) }

// Previous is the tree that name pointed to before the last switch.
func (s *Store) Previous(name string) (Place, error) { return s.inner(s.previous(name), name) }

// inner reads a pointer that lies below our root, and none but we see.
func (s *Store) inner(link lockfs.Filesystem, name string) (Place, error) {
	target, ok, err := link.Pointer()
	if errors.Is(err, fs.ErrNotExist) || err == nil && !ok {
		return Place{Name: name}, nil
	}
	if err != nil {
		return Place{Name: name}, err
	}
	return s.placeIn(filepath.Base(filepath.Dir(target)), name)
}

// placeIn is the tree of that hash; Kind None where it is gone.
func (s *Store) placeIn(hash, name string) (Place, error) {
	place := Place{Kind: InStore, Path: s.treeDir(hash).Join(name).Display(), Hash: hash, Name: name}
	if there, err := place.isThere(); !there {
		return Place{Name: name}, err
	}
	return place, nil
}

// Unlink makes name stand for nothing: the pointer, a user's link, or a
// directory of stock's go, and the tree is discarded: it stays while it is
// leased, and goes with the next sweep. It is discarded first: once nothing
// points to it nobody could tell, after a kill, that it was meant to go.
func (s *Store) Unlink(ctx context.Context, held *lockfs.FileLock, name string) error {
	now, err := s.Look(name)
	if err != nil {
		return err
	}
	previous, err := s.Previous(name)
	if err != nil {
		return err
	}
	for _, p := range []Place{now, previous} {
		if p.Kind == InStore {
			s.discard(held, p.Hash)
		}
	}
	if err := s.removeLink(ctx, held, name); err != nil {
		return err
	}
	if err := s.forgetSuccessor(held, name); err != nil {
		return err
	}
	if err := s.forgetRollback(held, name); err != nil {
		return err
	}
	return held.Remove("store.uninstall.previous", s.previous(name))
}

// removeLink removes what stands at toolchains/<name>; a plain file there is no
// toolchain and not ours to remove.
func (s *Store) removeLink(ctx context.Context, held *lockfs.FileLock, name string) error {
	link := s.toolchain(name)
	_, isPointer, err := link.Pointer()
	if err != nil {
		return ignoreAbsence(err)
	}
	if isPointer {
		return held.Remove("store.uninstall", link)
	}
	if info, err := link.Lstat(); err != nil || !info.IsDir() {
		return ignoreAbsence(err)
	}
	return s.retire(ctx, held, "store.uninstall", link)
}

// LinkTo makes name a link to the user's own toolchain; what stood there before
// goes as by Unlink.
func (s *Store) LinkTo(ctx context.Context, held *lockfs.FileLock, name, path string) error {
	now, err := s.Look(name)
	if err != nil {
		return err
	}
	if now.Kind == Directory || s.successor(name).Exists() {
		if err := s.Unlink(ctx, held, name); err != nil {
			return err
		}
	}
	err = s.point(ctx, held, "store.link", s.toolchain(name), path)
	if lockfs.HasNoPointers(err) {
		return fmt.Errorf("could not create link from '%s' to '%s': there can be no symbolic links", path, s.toolchain(name).Display())
	}
	return err
}

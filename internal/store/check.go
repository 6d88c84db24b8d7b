package store

import (
	"context"
	"errors"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"

	"github.com/cespare/xxhash/v2"

	"berth/internal/archive"
)

func (s *Store) treeStamp(hash string) (*stamp, error) {
	return readStamp(s.treeDir(hash).Join("stamp"), "tree")
}

// freshFiles are the files that every tree has of its own.
func (st *stamp) freshFiles() []archive.File {
	n, err := strconv.Atoi(st.field("fresh"))
	if err != nil || n > len(st.contents.Files) {
		return nil
	}
	// contents are written in the order fresh, then adopted
	return st.contents.Files[:n]
}

// components are the archives whose components a tree links to.
func (st *stamp) components() (shas []string) {
	for _, c := range st.fields["component"] {
		sha, _, _ := strings.Cut(c, " ")
		shas = append(shas, sha)
	}
	return shas
}

// Adopted are the parts of a tree that came from a directory of stock's and are in
// no component of the store.
func (s *Store) Adopted(hash string) map[string]bool {
	adopted := map[string]bool{}
	if st, err := s.treeStamp(hash); err == nil {
		for _, name := range st.fields["adopted"] {
			adopted[name] = true
		}
	}
	return adopted
}

// PartsOf are the names of all components that a tree was made of.
func (s *Store) PartsOf(hash string) map[string]bool {
	parts := s.Adopted(hash)
	if st, err := s.treeStamp(hash); err == nil {
		for _, c := range st.fields["component"] {
			_, name, _ := strings.Cut(c, " ")
			parts[name] = true
		}
	}
	return parts
}

// Untouched tells whether a tree's own small files are as berth wrote them.
// Stock rustup rewrites some of them whatever it does through our pointer, so
// this is how its visits are seen; size and time are the short cut, the digest
// decides. Without a whole stamp nothing is known: that is a power loss and no
// visit, as stock never comes near stamps.
func (s *Store) Untouched(hash, name string) (bool, error) {
	st, err := s.treeStamp(hash)
	if err != nil {
		return true, ignoreDamage(err)
	}
	root := s.treeDir(hash).Join(name).Display()
	return allMatch(root, st.freshFiles(), false)
}

// isWhole looks at every file of a tree: there, and of the size and time that
// the stamps say. After an unclean boot the bytes are read as well.
func (s *Store) isWhole(ctx context.Context, hash, name string) (bool, error) {
	st, err := s.treeStamp(hash)
	if err != nil {
		return false, ignoreDamage(err)
	}
	deep := s.mayBeTorn(s.treeDir(hash), st)
	root := s.treeDir(hash).Join(name).Display()
	if ok, err := allMatch(root, st.contents.Files, deep); !ok || err != nil {
		return false, err
	}
	for _, sha := range st.components() {
		if err := ctx.Err(); err != nil {
			return false, context.Cause(ctx)
		}
		c, err := s.componentStamp(sha)
		if err != nil {
			return false, ignoreDamage(err)
		}
		if ok, err := allMatch(root, c.contents.Files, deep); !ok || err != nil {
			return false, err
		}
	}
	return true, nil
}

func ignoreDamage(err error) error {
	var damaged *damagedError
	if errors.As(err, &damaged) || errors.Is(err, ErrNoComponent) || errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	return err
}

func allMatch(root string, files []archive.File, deep bool) (bool, error) {
	for _, f := range files {
		if ok, err := matches(filepath.Join(root, filepath.FromSlash(f.Path)), f, deep); !ok || err != nil {
			return false, err
		}
	}
	return true, nil
}

// matches holds one file against its stamp. A digest of zero was never taken
// (adopted files).
func matches(path string, f archive.File, deep bool) (bool, error) {
	info, err := os.Lstat(path)
	if isNotThere(err) {
		return false, nil
	}
	if err != nil {
		return false, err
	}
	if !info.Mode().IsRegular() || info.Size() != f.Size {
		return false, nil
	}
	if sameTime := info.ModTime().Equal(f.ModTime); f.Sum == 0 || sameTime && !deep {
		return sameTime, nil
	}
	sum, err := sumOf(path)
	return sum == f.Sum, err
}

// isNotThere tells also of a file whose directory is something else by now.
func isNotThere(err error) bool {
	return errors.Is(err, fs.ErrNotExist) || errors.Is(err, syscall.ENOTDIR) || errors.Is(err, syscall.ELOOP)
}

func sumOf(path string) (uint64, error) {
	f, err := os.Open(path)
	if err != nil {
		return 0, err
	}
	defer f.Close()
	h := xxhash.New()
	_, err = io.Copy(h, f)
	return h.Sum64(), err
}

// ManifestOf is the SHA-256 of the channel manifest that a tree was made from;
// "" where the stamp cannot be read.
func (s *Store) ManifestOf(hash string) string {
	st, err := s.treeStamp(hash)
	if err != nil {
		return ""
	}
	return st.field("manifest")
}

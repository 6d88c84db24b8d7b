package unitstore

import (
	"encoding/binary"
	"errors"
	"hash"
	"io/fs"
	"os"
	"path/filepath"
	"time"

	"github.com/cespare/xxhash/v2"
)

// listing is a tree as far as it can be told without reading files: its shortcut.
type listing struct {
	sum     uint64
	newest  int64 // change of any kind
	files   []string
	dirs    []string // names: there may be nothing in them
	links   []string // names, and where they lead, whether or not there is anything
	settled bool     // no file is so new that its time cannot tell
}

// list looks at all that is below root, and below the directories that links lead to, as whoever reads the tree does.
func list(root string, now time.Time) (listing, error) {
	l := lister{root: root, now: now, sum: xxhash.New(), seen: map[string]bool{}}
	l.settled = true
	err := l.visit(root, "", false)
	l.listing.sum = l.sum.Sum64()
	return l.listing, err
}

type lister struct {
	listing
	root string
	now  time.Time
	sum  hash.Hash64
	seen map[string]bool // directories, by their real paths: a link to one of them brings nothing new, and may have no end
}

// visit takes what lies at path. real is the same without links, if that is known; linked: a link below root has led there.
func (l *lister) visit(path, real string, linked bool) error {
	name, _ := filepath.Rel(l.root, path)
	name = filepath.ToSlash(name)
	l.sum.Write([]byte(name + "\x00"))
	info, err := os.Lstat(path)
	if err != nil {
		return unlessDenied(err)
	}
	if info.Mode()&fs.ModeSymlink != 0 {
		info = l.link(path, name, info)
		linked, real = true, ""
	}
	if info.IsDir() {
		return l.directory(path, name, real, linked)
	}
	l.file(path, info)
	return nil
}

// link is what a link leads to, or the link itself where there is nothing.
func (l *lister) link(path, name string, itself fs.FileInfo) fs.FileInfo {
	to, _ := os.Readlink(path)
	l.links = append(l.links, name+"\x00"+to)
	l.sum.Write([]byte(to + "\x00"))
	if info, err := os.Stat(path); err == nil {
		return info
	}
	return itself
}

func (l *lister) directory(path, name, real string, linked bool) (err error) {
	l.dirs = append(l.dirs, name)
	if real == "" {
		if real, err = filepath.EvalSymlinks(path); err != nil {
			return err
		}
	}
	if linked && l.seen[real] {
		return nil
	}
	l.seen[real] = true
	entries, err := os.ReadDir(path)
	if err != nil {
		return unlessDenied(err)
	}
	for _, e := range entries {
		if err := l.visit(filepath.Join(path, e.Name()), filepath.Join(real, e.Name()), linked && path != l.root); err != nil {
			return err
		}
	}
	return nil
}

// unlessDenied: what we may not read nobody reads for us.
func unlessDenied(err error) error {
	if errors.Is(err, fs.ErrPermission) {
		return nil
	}
	return err
}

func (l *lister) file(path string, info fs.FileInfo) {
	var b [24]byte
	binary.LittleEndian.PutUint64(b[:], uint64(info.Size()))
	binary.LittleEndian.PutUint64(b[8:], uint64(info.ModTime().UnixNano()))
	binary.LittleEndian.PutUint64(b[16:], inodeOf(info))
	l.sum.Write(b[:])
	l.newest = max(l.newest, Changed(info).UnixNano())
	l.settled = l.settled && !isFresh(info.ModTime(), l.now)
	if info.Mode().IsRegular() {
		l.files = append(l.files, path)
	}
}

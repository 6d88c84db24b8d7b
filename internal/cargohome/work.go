package cargohome

import (
	"path/filepath"
	"strings"

	"berth/internal/lockfs"
)

// Work is a place of berth's own on the file system of what is made, so that it can
// appear by a rename, with the locks on it. It is berth/v1 of the home, unless a
// part of the home is a mount of its own: container builds mount registry/ as a
// cache. Then it is .berth/v1 in the root of that mount, and containers that share
// the mount share the locks. Where berth/ is the mount, it is .berth/v1 of the home.
type Work struct{ dir lockfs.Filesystem }

// Work is the place for making what goes below target, a directory of the home that
// is there or is going to be.
func (h *Home) Work(target lockfs.Filesystem) Work {
	root, dir := h.root.Display(), h.there(target)
	if !strings.HasPrefix(dir, root) || deviceOf(dir) == deviceOf(h.there(h.Private())) {
		return Work{h.Private()}
	}
	mount := dir
	for mount != root && deviceOf(filepath.Dir(mount)) == deviceOf(dir) {
		mount = filepath.Dir(mount)
	}
	return Work{lockfs.At(mount).Join(".berth", "v1")}
}

// there is the directory, or the lowest above it that is there.
func (h *Home) there(target lockfs.Filesystem) string {
	dir := target.Display()
	for dir != h.root.Display() && !deviceOf(dir).known {
		dir = filepath.Dir(dir)
	}
	return dir
}

// Join is a place below w.
func (w Work) Join(elements ...string) lockfs.Filesystem { return w.dir.Join(elements...) }

// Dir is the whole place.
func (w Work) Dir() lockfs.Filesystem { return w.dir }

// Lock is a lock on something that is made here; its file is made when it is first
// taken.
func (w Work) Lock(rank lockfs.Rank, name string, file ...string) lockfs.Lock {
	return newLock(w.dir, rank, name, file)
}

// Staging is where things are made before they appear.
func (w Work) Staging() lockfs.Staging { return lockfs.NewStaging(w.dir.Join("staging")) }

func newLock(dir lockfs.Filesystem, rank lockfs.Rank, name string, file []string) lockfs.Lock {
	path := append([]string{"locks"}, file...)
	path[len(path)-1] += ".lock"
	return lockfs.NewLock(dir.Join(path...), rank, name)
}

//go:build unix

package jobslot

import (
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"syscall"

	"berth/internal/lockfs"
)

// Dir is where the slots of this user on this machine lie: the runtime directory of the session, or a directory of the
// user's own below that for temporary files. ok is false where neither can be had: somebody else may have made it.
func Dir(lookup func(string) (string, bool)) (dir lockfs.Filesystem, ok bool) {
	if runtime, set := lookup("XDG_RUNTIME_DIR"); set && filepath.IsAbs(runtime) && isOurs(runtime) {
		dir = lockfs.At(runtime).Join("berth", "jobs")
		if dir.MkdirAll() == nil {
			return dir, true
		}
	}
	own := filepath.Join(os.TempDir(), fmt.Sprintf("berth-%d", os.Getuid()))
	if err := os.Mkdir(own, 0o700); err != nil && !os.IsExist(err) || !isOurs(own) {
		return lockfs.Filesystem{}, false
	}
	dir = lockfs.At(own).Join("jobs")
	return dir, dir.MkdirAll() == nil
}

func isOurs(path string) bool {
	info, err := os.Lstat(path)
	if err != nil || !info.IsDir() || info.Mode()&fs.ModeSymlink != 0 {
		return false
	}
	stat, ok := info.Sys().(*syscall.Stat_t)
	return ok && int(stat.Uid) == os.Getuid()
}

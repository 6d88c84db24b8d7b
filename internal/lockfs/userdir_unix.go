//go:build unix

package lockfs

import (
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"syscall"
)

// UserDir is a directory of this user on this machine, made where it is missing: in the runtime directory of the session,
// or in a directory of the user's own below that for temporary files. ok is false where neither can be had: somebody else
// may have made it.
func UserDir(lookup func(string) (string, bool), part string) (dir Filesystem, ok bool) {
	if runtime, set := lookup("XDG_RUNTIME_DIR"); set && filepath.IsAbs(runtime) && isOurs(runtime) {
		dir = At(runtime).Join("berth", part)
		if dir.MkdirAll() == nil {
			return dir, true
		}
	}
	own := filepath.Join(os.TempDir(), fmt.Sprintf("berth-%d", os.Getuid()))
	if err := os.Mkdir(own, 0o700); err != nil && !os.IsExist(err) || !isOurs(own) {
		return Filesystem{}, false
	}
	dir = At(own).Join(part)
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

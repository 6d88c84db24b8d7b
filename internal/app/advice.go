package app

import (
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"syscall"

	"berth/internal/diskspace"
	"berth/internal/lockfs"
	"berth/internal/settings"
)

// advice is the next step where the system refused: any step of any verb may end so, and none of them can know more about
// it. Empty for every other error.
func (a *App) advice(err error) string {
	switch {
	case diskspace.IsFull(err):
		return "free space on that file system and run the same command again"
	case errors.Is(err, syscall.ENOTDIR):
		return a.inTheWay(pathIn(err))
	case a.refused(err) && isLook(err):
		return "see to it that you may read it, or choose other homes with RUSTUP_HOME and CARGO_HOME"
	case errors.Is(err, syscall.EROFS), errors.Is(err, lockfs.ErrNoLockFile), a.refused(err):
		if path := pathIn(err); path != "" && a.Env != nil && !a.inHomes(path) {
			return "make it writable, or work where you may write; CARGO_TARGET_DIR says where builds go"
		}
		return "make it writable, or choose other homes with RUSTUP_HOME and CARGO_HOME"
	}
	return ""
}

// refused tells whether somebody else's permissions on a home are the reason. A tool that may not be run, or a file that
// has an advice of its own, is another matter.
func (a *App) refused(err error) bool {
	if a.Env == nil || !errors.Is(err, fs.ErrPermission) || errors.As(err, new(*settings.FileError)) {
		return false
	}
	return a.inHomes(pathIn(err))
}

// isLook tells whether nothing was to be written: somebody looked what is there.
func isLook(err error) bool {
	var one *fs.PathError
	return errors.As(err, &one) && (one.Op == "lstat" || one.Op == "stat")
}

// inTheWay names the file that stands in a home where a directory should be.
func (a *App) inTheWay(path string) string {
	for ; path != "" && a.Env != nil && a.inHomes(path); path = filepath.Dir(path) {
		info, err := lockfs.At(path).Stat()
		switch {
		case err == nil && info.IsDir():
			return ""
		case err == nil:
			return "move " + path + " away, which stands where a directory should be, and run the same command again"
		}
	}
	return ""
}

// pathIn is what the system did not let us write, where the error knows it.
func pathIn(err error) string {
	var one *fs.PathError
	if errors.As(err, &one) {
		return one.Path
	}
	var two *os.LinkError
	if errors.As(err, &two) {
		return two.New
	}
	return ""
}

func (a *App) inHomes(path string) bool {
	for _, home := range []string{a.Env.RustupHome, a.Env.CargoHome} {
		if path == home || strings.HasPrefix(path, home+string(os.PathSeparator)) {
			return true
		}
	}
	return false
}

package app

import (
	"errors"
	"io/fs"
	"os"
	"strings"
	"syscall"

	"berth/internal/lockfs"
	"berth/internal/settings"
)

// advice is the next step where the system refused to write: any step of any verb may end so, and none of them can know more about
// it. Empty for every other error.
func (a *App) advice(err error) string {
	switch {
	case errors.Is(err, syscall.ENOSPC), errors.Is(err, syscall.EDQUOT):
		return "free space on that file system and run the same command again"
	case errors.Is(err, syscall.EROFS), errors.Is(err, lockfs.ErrNoLockFile), a.refused(err):
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
	var one *fs.PathError
	if errors.As(err, &one) {
		return a.inHomes(one.Path)
	}
	var two *os.LinkError
	return errors.As(err, &two) && a.inHomes(two.New)
}

func (a *App) inHomes(path string) bool {
	for _, home := range []string{a.Env.RustupHome, a.Env.CargoHome} {
		if path == home || strings.HasPrefix(path, home+string(os.PathSeparator)) {
			return true
		}
	}
	return false
}

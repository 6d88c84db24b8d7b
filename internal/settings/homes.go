package settings

import (
	"os"
	"path/filepath"
	"strings"
)

// readHomes joins without cleaning: the paths are shown as they were given.
func (e *Env) readHomes(v vars, cwd string) error {
	for _, h := range []struct {
		name, below string
		to          *string
	}{{"RUSTUP_HOME", ".rustup", &e.RustupHome}, {"CARGO_HOME", ".cargo", &e.CargoHome}} {
		dir := v.text(h.name)
		if dir == "" {
			home, err := userHome(v)
			if err != nil {
				return &HomeError{h.name, err}
			}
			dir = under(home, h.below)
		}
		if !filepath.IsAbs(dir) {
			dir = under(cwd, dir)
		}
		*h.to = behindLinks(dir)
	}
	return nil
}

// HomeError is a home that nothing says the place of.
type HomeError struct {
	Variable string
	Cause    error
}

func (e *HomeError) Error() string {
	return "the home directory is not known: " + e.Cause.Error() + "; set " + e.Variable + " to an absolute path"
}

func (e *HomeError) Unwrap() error { return e.Cause }

// behindLinks is an absolute path that may be cleaned. Where "a" is a link, "a/../b"
// is another place than "b": only then is the path replaced by one without links.
func behindLinks(path string) string {
	const up = string(filepath.Separator) + ".."
	end := strings.LastIndex(filepath.FromSlash(path)+up[:1], up+up[:1])
	if end < 0 {
		return path
	}
	end += len(up)
	meant, err := filepath.EvalSymlinks(path[:end])
	if err != nil {
		return path
	}
	if cleaned, err := filepath.EvalSymlinks(filepath.Clean(path[:end])); err == nil && cleaned == meant {
		return path
	}
	return filepath.Join(meant, path[end:])
}

// under joins without cleaning.
func under(dir, name string) string {
	if dir != "" && os.IsPathSeparator(dir[len(dir)-1]) {
		return dir + name
	}
	return dir + string(filepath.Separator) + name
}

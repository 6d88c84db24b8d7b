package newpkg

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
)

// source is a file that a target begins with.
type source struct {
	path string // from the package's directory, with slashes
	bin  bool
}

func defaultSource(bin bool) source {
	if bin {
		return source{"src/main.rs", true}
	}
	return source{"src/lib.rs", false}
}

// findSources looks for files that a package can be made of, and where nothing was asked for decides what kind it is.
func (m *maker) findSources() error {
	for _, s := range []source{{"src/main.rs", true}, {"main.rs", true}, {"src/" + m.name + ".rs", false}, {m.name + ".rs", false}, {"src/lib.rs", false}, {"lib.rs", false}} {
		path := filepath.Join(m.Path, filepath.FromSlash(s.path))
		if !isFile(path) {
			continue
		}
		if s.path == "src/"+m.name+".rs" || s.path == m.name+".rs" {
			text, err := os.ReadFile(path)
			if err != nil {
				return err
			}
			s.bin = bytes.Contains(text, []byte("fn main"))
		}
		m.sources = append(m.sources, s)
	}
	if err := m.checkSources(); err != nil {
		return err
	}
	if !m.Bin && !m.Lib {
		m.bin = m.hasBin() || len(m.sources) == 0
	}
	return nil
}

func (m *maker) hasBin() bool {
	for _, s := range m.sources {
		if s.bin {
			return true
		}
	}
	return false
}

// checkSources refuses two of a kind.
func (m *maker) checkSources() error {
	var lib, bin string
	for _, s := range m.sources {
		switch {
		case s.bin && bin != "":
			return fmt.Errorf("multiple possible binary sources found:\n  %s\n  %s\ncannot write a Cargo.toml, as either could be the program: move one of them", bin, s.path)
		case s.bin:
			bin = s.path
		case lib != "":
			return twoLibraries(lib, s.path)
		default:
			lib = s.path
		}
	}
	return nil
}

func twoLibraries(a, b string) error {
	return fmt.Errorf("cannot have a package with multiple libraries, found both `%s` and `%s`: move one of them", a, b)
}

// chooseSources makes the files that are there fit what was asked for.
func (m *maker) chooseSources() error {
	switch {
	case len(m.sources) == 0:
		m.sources = []source{defaultSource(m.bin)}
	case len(m.sources) == 1 && m.sources[0].bin != m.bin:
		m.Voice.Warnf("file `%s` seems to be a %s file", m.sources[0].path, kindName(m.sources[0].bin))
		m.sources[0].bin = m.bin
	case len(m.sources) > 1 && !m.bin:
		return twoLibraries(m.sources[0].path, m.sources[1].path)
	}
	return nil
}

const (
	mainText = "fn main() {\n    println!(\"Hello, world!\");\n}\n"
	libText  = "pub fn add(left: u64, right: u64) -> u64 {\n    left + right\n}\n\n#[cfg(test)]\nmod tests {\n    use super::*;\n\n" +
		"    #[test]\n    fn it_works() {\n        let result = add(2, 2);\n        assert_eq!(result, 4);\n    }\n}\n"
)

// writeSource makes a file that is not there, in the user's style.
func (m *maker) writeSource(ctx context.Context, s source) error {
	path := filepath.Join(m.Path, filepath.FromSlash(s.path))
	if err := os.MkdirAll(filepath.Dir(path), 0o777); err != nil || isFile(path) {
		return err
	}
	text := libText
	if s.bin {
		text = mainText
	}
	switch err := create(path, []byte(text)); {
	case errors.Is(err, fs.ErrExist) && isFile(path):
		return nil
	case err != nil:
		return err
	}
	if m.hasStyle(path) {
		cmd := exec.CommandContext(ctx, "rustfmt", path)
		cmd.Env = m.Env
		cmd.Run() // where it is missing or fails the file stays as it is
	}
	return nil
}

// hasStyle tells whether rustfmt would find a configuration. Without one the text is formatted already, and starting it would be most of the
// time that a new package takes.
func (m *maker) hasStyle(path string) bool {
	dirs := []string{m.UserHome}
	for dir := filepath.Dir(path); ; dir = filepath.Dir(dir) {
		dirs = append(dirs, dir)
		if dir == filepath.Dir(dir) {
			break
		}
	}
	if user, err := os.UserConfigDir(); err == nil {
		dirs = append(dirs, filepath.Join(user, "rustfmt"))
	}
	for _, dir := range dirs {
		if dir != "" && (isThere(filepath.Join(dir, "rustfmt.toml")) || isThere(filepath.Join(dir, ".rustfmt.toml"))) {
			return true
		}
	}
	return false
}

package app

import (
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"

	"berth/internal/lockfs"
	"berth/internal/settings"
)

func TestAdvice(t *testing.T) {
	home := t.TempDir()
	a := &App{Env: &settings.Env{RustupHome: filepath.Join(home, "r"), CargoHome: filepath.Join(home, "c")}}
	in := func(elements ...string) string { return filepath.Join(append([]string{home}, elements...)...) }
	denied := func(path string) error { return &fs.PathError{Op: "open", Path: path, Err: syscall.EACCES} }
	for name, test := range map[string]struct {
		err  error
		want string
	}{
		"disk full":               {&fs.PathError{Op: "write", Path: "x", Err: syscall.ENOSPC}, "free space"},
		"read-only":               {fmt.Errorf("x: %w", syscall.EROFS), "writable"},
		"a read-only target":      {fmt.Errorf("%w: %w", lockfs.ErrNoLockFile, &fs.PathError{Op: "open", Path: "/w/target/x.lock", Err: syscall.EROFS}), "CARGO_TARGET_DIR"},
		"a read-only home":        {&fs.PathError{Op: "open", Path: in("c", "x"), Err: syscall.EROFS}, "choose other homes"},
		"no lock file":            {fmt.Errorf("%w: x", lockfs.ErrNoLockFile), "writable"},
		"somebody else's home":    {fmt.Errorf("x: %w", denied(in("r", "toolchains"))), "writable"},
		"a link in it":            {&os.LinkError{Op: "symlink", Old: "/x", New: in("c", "bin"), Err: syscall.EACCES}, "writable"},
		"a tool that may not":     {fmt.Errorf("command failed: %w", denied(in("tool"))), ""},
		"a home's neighbour":      {denied(in("rx")), ""},
		"settings have their own": {settings.Unreadable(in("r", "settings.toml"), denied(in("r", "settings.toml"))), ""},
		"anything else":           {syscall.EINVAL, ""},
	} {
		got := a.advice(test.err)
		if (got == "") != (test.want == "") || !strings.Contains(got, test.want) {
			t.Errorf("%s: got %q, want %q", name, got, test.want)
		}
	}
	if got := (&App{}).advice(denied("/x")); got != "" {
		t.Errorf("before there is an environment: %q", got)
	}
}

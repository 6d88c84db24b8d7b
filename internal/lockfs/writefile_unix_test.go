//go:build unix

package lockfs_test

import (
	"os"
	"path/filepath"
	"testing"
)

func TestWriteFileWhereNothingCanBeMade(t *testing.T) {
	dir := readOnlyHome(t)
	if out, err := run(t, nil, "restricted", dir, "write"); err != nil {
		t.Fatalf("%v %s", err, out)
	}
	if got := string(must(os.ReadFile(filepath.Join(dir, "file")))); got != "much longer than the limit" {
		t.Errorf("it holds %q", got)
	}
	// Now the write fails halfway: the old bytes come back.
	write(t, filepath.Join(dir, "file"), "the old")
	if out, err := run(t, nil, "restricted", dir, "limited"); err == nil {
		t.Fatalf("a write past the limit: %s", out)
	}
	if got := string(must(os.ReadFile(filepath.Join(dir, "file")))); got != "the old" {
		t.Errorf("after a failed write it holds %q", got)
	}
}

func TestShortWriteLeavesTheOldFile(t *testing.T) {
	dir := t.TempDir()
	for _, path := range []string{filepath.Dir(dir), dir} {
		if err := os.Chmod(path, 0o777); err != nil {
			t.Fatal(err)
		}
	}
	write(t, filepath.Join(dir, "file"), "the old")
	if out, err := run(t, nil, "restricted", dir, "limited"); err == nil {
		t.Fatalf("a write past the limit: %s", out)
	}
	if got := string(must(os.ReadFile(filepath.Join(dir, "file")))); got != "the old" {
		t.Errorf("after a failed write it holds %q", got)
	}
	if names := namesIn(t, dir); len(names) != 2 {
		t.Errorf("left over: %q", names)
	}
}

func TestWriteFileKeepsModeAndLinks(t *testing.T) {
	for name, c := range map[string]struct{ link, file string }{
		"no link":      {"", "settings.toml"},
		"absolute":     {"/", "dotfiles/settings.toml"},
		"relative":     {"dotfiles/settings.toml", "dotfiles/settings.toml"},
		"to nothing":   {"dotfiles/settings.toml", ""},
		"below a link": {"../there/settings.toml", "real/there/settings.toml"},
	} {
		t.Run(name, func(t *testing.T) { writeThroughLink(t, c.link, c.file) })
	}
}

// writeThroughLink writes home/settings.toml; for "below a link" home itself is
// a link into another directory.
func writeThroughLink(t *testing.T, link, file string) {
	dir := t.TempDir()
	for _, d := range []string{"dotfiles", "real/there", "real/home"} {
		if err := os.MkdirAll(filepath.Join(dir, d), 0o755); err != nil {
			t.Fatal(err)
		}
	}
	home := dir
	if link == "../there/settings.toml" {
		home = filepath.Join(dir, "home")
		symlink(t, "real/home", home)
	}
	path := filepath.Join(home, "settings.toml")
	if link == "/" {
		link = filepath.Join(dir, file)
	}
	if link != "" {
		symlink(t, link, path)
	}
	real := filepath.Join(dir, "dotfiles/settings.toml")
	if file != "" {
		real = filepath.Join(dir, file)
		write(t, real, "old")
		if err := os.Chmod(real, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	if out, err := run(t, nil, "write", filepath.Join(dir, "w.lock"), path, "new"); err != nil {
		t.Fatalf("%v %s", err, out)
	}
	if got := string(must(os.ReadFile(real))); got != "new" {
		t.Errorf("the real file holds %q", got)
	}
	if mode := must(os.Stat(real)).Mode().Perm(); file != "" && mode != 0o600 {
		t.Errorf("its mode became %v", mode)
	}
	if isLink := must(os.Lstat(path)).Mode()&os.ModeSymlink != 0; isLink != (link != "") {
		t.Errorf("a link at the path: %v", isLink)
	}
}

func symlink(t *testing.T, target, path string) {
	t.Helper()
	if err := os.Symlink(target, path); err != nil {
		t.Fatal(err)
	}
}

func TestWriteFileRefusesWhatIsNoFile(t *testing.T) {
	dir := t.TempDir()
	symlink(t, "/dev/null", filepath.Join(dir, "null"))
	symlink(t, "loop", filepath.Join(dir, "loop"))
	for _, path := range []string{dir, filepath.Join(dir, "null"), filepath.Join(dir, "loop")} {
		if out, err := run(t, nil, "write", filepath.Join(dir, "w.lock"), path, "x"); err == nil {
			t.Errorf("%s was written: %s", path, out)
		}
	}
}

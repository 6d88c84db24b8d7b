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
	"slices"
	"strings"
	"unicode/utf8"

	"berth/internal/gitdb"
)

// findRepository takes the version control that the directory has.
func (m *maker) findRepository() error {
	if m.VCS != "" {
		return nil
	}
	found := 0
	for _, vcs := range []string{"git", "hg", "pijul", "fossil"} {
		if isThere(filepath.Join(m.Path, "."+vcs)) {
			m.VCS = vcs
			found++
		}
	}
	if found > 1 {
		return errors.New("more than one of .git, .hg, .pijul and .fossil is here, so nobody knows which ignore file to write; choose with --vcs")
	}
	return nil
}

// startRepository makes the directory, and a repository in it unless it is in one.
func (m *maker) startRepository(ctx context.Context) error {
	configured, err := m.Config.VCS()
	if err != nil {
		return err
	}
	if m.VCS == "" {
		switch {
		case m.isInRepository(ctx, filepath.Dir(filepath.Clean(m.Path))):
			m.VCS = "none"
		case configured != "":
			m.VCS = configured
		default:
			m.VCS = "git"
		}
	}
	if isThere(filepath.Join(m.Path, "."+m.VCS)) {
		return nil
	}
	switch m.VCS {
	case "git":
		if err := os.MkdirAll(m.Path, 0o777); err != nil {
			return err
		}
		return m.gitInit(ctx)
	case "hg", "pijul":
		return m.run(ctx, "", m.VCS, "init", "--", m.Path)
	case "fossil":
		if err := os.MkdirAll(m.Path, 0o777); err != nil {
			return err
		}
		if err := m.run(ctx, "", "fossil", "init", "--", filepath.Join(m.Path, ".fossil")); err != nil {
			return err
		}
		return m.run(ctx, m.Path, "fossil", "open", "--", ".fossil")
	}
	return os.MkdirAll(m.Path, 0o777)
}

// gitInit makes a repository; where there is no git, the few files that one consists of.
func (m *maker) gitInit(ctx context.Context) error {
	if _, err := exec.LookPath("git"); err == nil {
		return m.run(ctx, "", "git", "init", "-q", "--", m.Path)
	}
	return gitdb.Init(m.Path, false)
}

// InRepository tells whether a directory belongs to a repository of git, and is not ignored by it, or to one of hg.
func InRepository(ctx context.Context, dir string, environ []string) bool {
	m := &maker{World: World{Env: environ}}
	return m.isInRepository(ctx, dir)
}

// isInRepository is InRepository.
func (m *maker) isInRepository(ctx context.Context, dir string) bool {
	if !isThere(dir) {
		return false
	}
	if _, err := exec.LookPath("git"); err != nil {
		return isBelowGit(dir)
	}
	if m.run(ctx, dir, "git", "rev-parse", "--git-dir") == nil {
		top := m.run(ctx, dir, "git", "rev-parse", "--show-toplevel") == nil && isThere(filepath.Join(dir, ".git"))
		if top || m.run(ctx, dir, "git", "check-ignore", "-q", "--", dir) != nil {
			return true
		}
	}
	if _, err := exec.LookPath("hg"); err != nil {
		return false
	}
	return m.run(ctx, dir, "hg", "root") == nil
}

func isBelowGit(dir string) bool {
	for {
		if isThere(filepath.Join(dir, ".git")) {
			return true
		}
		if dir == filepath.Dir(dir) {
			return false
		}
		dir = filepath.Dir(dir)
	}
}

// run runs a program of version control, which must not be led to another repository by variables of an outer one.
func (m *maker) run(ctx context.Context, dir, program string, args ...string) error {
	cmd := exec.CommandContext(ctx, program, args...)
	cmd.Dir = dir
	if dir == "" {
		cmd.Dir = m.Config.Dir()
	}
	cmd.Env = slices.DeleteFunc(slices.Clone(m.Env), func(entry string) bool {
		name, _, _ := strings.Cut(entry, "=")
		return slices.Contains([]string{"GIT_DIR", "GIT_WORK_TREE", "GIT_INDEX_FILE", "GIT_OBJECT_DIRECTORY", "GIT_COMMON_DIR", "GIT_PREFIX", "GIT_CEILING_DIRECTORIES"}, name)
	})
	var stderr bytes.Buffer
	cmd.Stderr = &stderr
	if err := cmd.Run(); err != nil {
		return fmt.Errorf("%s %s: %w\n%s", program, args[0], err, strings.TrimSpace(stderr.String()))
	}
	return nil
}

// writeIgnores keeps the build directory out of the repository.
func (m *maker) writeIgnores() error {
	switch m.VCS {
	case "git":
		return m.ignore(".gitignore", "/target", true)
	case "hg":
		return m.ignore(".hgignore", "^target$", true)
	case "pijul":
		return m.ignore(".ignore", "/target", true)
	case "fossil":
		if err := os.MkdirAll(filepath.Join(m.Path, ".fossil-settings"), 0o777); err != nil {
			return err
		}
		// Which files may be deleted as rubbish is another list.
		return errors.Join(m.ignore(".fossil-settings/ignore-glob", "target", false), m.ignore(".fossil-settings/clean-glob", "target", false))
	}
	return nil
}

// ignore appends a line to a file, below a comment if the file is there.
func (m *maker) ignore(file, line string, comments bool) error {
	path := filepath.Join(m.Path, filepath.FromSlash(file))
	old, err := os.ReadFile(path)
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return err
	}
	added := line + "\n"
	if err == nil {
		if added, err = addition(path, string(old), line, comments); err != nil {
			return err
		}
	}
	f, err := os.OpenFile(path, os.O_APPEND|os.O_CREATE|os.O_WRONLY, 0o666)
	if err != nil {
		return err
	}
	_, err = f.WriteString(added)
	return errors.Join(err, f.Close())
}

func addition(path, old, line string, comments bool) (string, error) {
	has := false
	number := 0
	for text := range strings.Lines(old) {
		number++
		if !utf8.ValidString(text) {
			return "", fmt.Errorf("%s:%d: a character that is not UTF-8; save the file as UTF-8", path, number)
		}
		has = has || strings.TrimSuffix(strings.TrimSuffix(text, "\n"), "\r") == line
	}
	switch {
	case !comments && has:
		return "", nil
	case !comments:
		return line + "\n", nil
	case has:
		return "\n\n# Added by cargo\n#\n# already existing elements were commented out\n\n#" + line + "\n", nil
	}
	return "\n\n# Added by cargo\n\n" + line + "\n", nil
}

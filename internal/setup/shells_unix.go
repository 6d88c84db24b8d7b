//go:build unix

package setup

import (
	"os"
	"path/filepath"
	"slices"
	"strings"

	"berth/internal/lockfs"
)

// shells are those that are to be served, in a home.
func (s *Setup) shells() []shell {
	home := s.getenv("HOME")
	in := func(names ...string) string { return filepath.Join(append([]string{home}, names...)...) }
	config := in(".config")
	if xdg := s.getenv("XDG_CONFIG_HOME"); filepath.IsAbs(xdg) {
		config = xdg
	}
	zsh := []string{in(".zshenv")}
	if dir := s.getenv("ZDOTDIR"); filepath.IsAbs(dir) {
		zsh = []string{filepath.Join(dir, ".zshenv"), in(".zshenv")}
	}
	return []shell{
		{env: "env", content: posixEnv, line: `. "{env}"`, present: true, always: []string{in(".profile")}},
		{env: "env", content: posixEnv, line: `. "{env}"`, present: s.anyExists(in(".bash_profile"), in(".bash_login"), in(".bashrc")),
			profiles: []string{in(".bash_profile"), in(".bash_login"), in(".bashrc")}},
		{env: "env", content: posixEnv, line: `. "{env}"`, present: s.hasShell("zsh"), profiles: zsh},
		{env: "env.fish", content: fishEnv, line: `source "{env}"`, present: s.hasShell("fish"), always: []string{filepath.Join(config, "fish", "conf.d", "rustup.fish")}},
		{env: "env.nu", content: nuEnv, line: `source "{env}"`, present: s.hasShell("nu"), always: []string{filepath.Join(config, "nushell", "config.nu")}},
		{env: "env.ps1", content: powerShellEnv, line: `. "{env}"`, present: s.hasShell("pwsh"), always: []string{in(".config", "powershell", "profile.ps1")}},
		{env: "env.tcsh", content: tcshEnv, line: `source "{env}"`, present: s.hasShell("tcsh"), always: []string{in(".tcshrc")}},
	}
}

func (s *Setup) getenv(name string) string {
	value, _ := s.Lookup(name)
	return value
}

func (s *Setup) anyExists(paths ...string) bool {
	for _, p := range paths {
		if lockfs.At(p).Exists() {
			return true
		}
	}
	return false
}

// hasShell: it is the user's, or it is on PATH.
func (s *Setup) hasShell(name string) bool {
	if strings.Contains(s.getenv("SHELL"), name) {
		return true
	}
	for _, dir := range filepath.SplitList(s.getenv("PATH")) {
		info, err := os.Stat(filepath.Join(dir, name))
		if err == nil && info.Mode().IsRegular() && info.Mode().Perm()&0o111 != 0 {
			return true
		}
	}
	return false
}

// placePath writes the shells' files and, if it is wanted, the lines that read
// them.
func (s *Setup) placePath(held *lockfs.FileLock, lines bool) error {
	for _, sh := range s.shells() {
		if !sh.present {
			continue
		}
		if err := s.placeEnv(held, sh); err != nil {
			return err
		}
		if !lines {
			continue
		}
		for _, profile := range sh.targets() {
			if err := s.addLine(held, profile, s.lineOf(sh)); err != nil {
				return err
			}
		}
	}
	if !lines {
		s.UI.Infof("PATH is left to you: add %s", s.bin().Display())
		return nil
	}
	s.UI.Infof("open a new shell, or run: %s", s.lineOf(s.shells()[0]))
	return nil
}

// targets are the profiles that get the line.
func (sh shell) targets() []string {
	list := sh.always
	for _, p := range sh.profiles {
		if lockfs.At(p).Exists() {
			list = append(list, p)
		}
	}
	if len(list) == 0 && len(sh.profiles) > 0 {
		return sh.profiles[:1]
	}
	return list
}

// spelled is a path below $CARGO_HOME as the shell reads it. Nushell does not
// expand variables in what it sources.
func (s *Setup) spelled(sh shell, name string) string {
	variable := "$HOME"
	if sh.env == "env.nu" {
		variable = "~"
	}
	return spell(filepath.Join(s.home.Display(), name), s.getenv("HOME"), variable)
}

func (s *Setup) lineOf(sh shell) string {
	return strings.ReplaceAll(sh.line, "{env}", s.spelled(sh, sh.env))
}

func (s *Setup) contentOf(sh shell) string {
	return strings.ReplaceAll(sh.content, "{bin}", s.spelled(sh, "bin"))
}

// profileLines are the lines that profiles may have got.
func (s *Setup) profileLines() (lines []string) {
	for _, sh := range s.shells() {
		if line := s.lineOf(sh); !slices.Contains(lines, line) {
			lines = append(lines, line)
		}
	}
	return lines
}

// isEnvFile tells whether a text is that of a file which Install writes for a shell.
func (s *Setup) isEnvFile(text string) bool {
	return slices.ContainsFunc(s.shells(), func(sh shell) bool { return s.contentOf(sh) == text })
}

// placeEnv writes the file unless there is one: that of rustup's installer says
// the same.
func (s *Setup) placeEnv(held *lockfs.FileLock, sh shell) error {
	file := s.home.Join(sh.env)
	if file.Exists() {
		return nil
	}
	if err := s.willMake(held, file); err != nil {
		return err
	}
	return held.WriteFile("setup.env", file, []byte(s.contentOf(sh)))
}

// removePath has nothing to do: the lines are in the record.
func (s *Setup) removePath(*lockfs.FileLock) error { return nil }

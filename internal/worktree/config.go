package worktree

import (
	"os"
	"path/filepath"
	"strings"

	"berth/internal/gitconfig"
)

// setting is the value of a key of git's configuration, the nearest file first; "" where none has it.
func (r *Repo) setting(section, key string) string {
	for _, file := range r.configFiles() {
		if value, ok := r.settingIn(file, section, key, 0); ok {
			return value
		}
	}
	return ""
}

func (r *Repo) configFiles() []string {
	files := []string{filepath.Join(r.common, "config")}
	if global, ok := r.lookup("GIT_CONFIG_GLOBAL"); ok {
		files = append(files, global)
	} else {
		if home := r.home(); home != "" {
			files = append(files, filepath.Join(home, ".gitconfig"))
		}
		if xdg := r.xdg(); xdg != "" {
			files = append(files, filepath.Join(xdg, "git", "config"))
		}
	}
	if no, _ := r.lookup("GIT_CONFIG_NOSYSTEM"); no != "" && no != "0" && no != "false" {
		return files
	}
	if system, ok := r.lookup("GIT_CONFIG_SYSTEM"); ok {
		return append(files, system)
	}
	return append(files, systemConfig)
}

func (r *Repo) lookup(name string) (string, bool) {
	for _, entry := range r.environ {
		if value, ok := strings.CutPrefix(entry, name+"="); ok {
			return value, true
		}
	}
	return "", false
}

func (r *Repo) home() string {
	return gitconfig.Home(func(name string) string { value, _ := r.lookup(name); return value })
}

func (r *Repo) xdg() string {
	if xdg, _ := r.lookup("XDG_CONFIG_HOME"); xdg != "" {
		return xdg
	}
	if home := r.home(); home != "" {
		return filepath.Join(home, ".config")
	}
	return ""
}

// settingIn looks into one file and what it includes. A file that does not parse says nothing.
func (r *Repo) settingIn(file, section, key string, depth int) (string, bool) {
	text, err := os.ReadFile(file)
	if err != nil || depth > 10 {
		return "", false
	}
	value, found := "", false
	for e, err := range gitconfig.Entries(string(text)) {
		switch {
		case err != nil:
			return "", false
		case e.Is(section, key):
			value, found = e.Value, true
		case e.Is("include", "path"):
			if v, ok := r.settingIn(e.Path(file, r.home()), section, key, depth+1); ok {
				value, found = v, true
			}
		}
	}
	return value, found
}

// globalIgnores is the file of the patterns that are for all of the user's repositories.
func (r *Repo) globalIgnores() string {
	file := r.setting("core", "excludesfile")
	if file == "" {
		if xdg := r.xdg(); xdg != "" {
			return filepath.Join(xdg, "git", "ignore")
		}
		return ""
	}
	if rest, ok := strings.CutPrefix(file, "~/"); ok {
		return filepath.Join(r.home(), rest)
	}
	return file
}

// Links tells whether git makes symbolic links here (core.symlinks).
func (r *Repo) Links() bool { return !strings.EqualFold(r.setting("core", "symlinks"), "false") }

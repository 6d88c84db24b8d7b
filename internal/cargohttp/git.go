package cargohttp

import (
	"os"
	"path/filepath"

	"berth/internal/config"
	"berth/internal/download"
	"berth/internal/gitconfig"
)

// gitProxy is http.proxy of git's configuration, the user's before the system's; that of a repository does not count.
// The files are read here, as starting git takes longer than many a request.
func gitProxy(c *config.Config) (download.ProxyAddress, bool) {
	getenv := func(name string) string { value, _ := c.Getenv(name); return value }
	for _, file := range gitFiles(getenv) {
		r := gitReader{home: getenv(homeVariable)}
		if value, ok := r.proxy(file, 0); ok {
			return download.ProxyAddress{URL: value, From: "http.proxy (" + file + ")"}, true
		}
	}
	return download.ProxyAddress{}, false
}

// gitFiles are git's files, the strongest first.
func gitFiles(getenv func(string) string) []string {
	var files []string
	home := getenv(homeVariable)
	if home != "" {
		files = append(files, filepath.Join(home, ".gitconfig"))
	}
	if xdg := getenv("XDG_CONFIG_HOME"); xdg != "" {
		files = append(files, filepath.Join(xdg, "git", "config"))
	} else if home != "" {
		files = append(files, filepath.Join(home, ".config", "git", "config"))
	}
	return append(files, systemGitFiles(getenv)...)
}

// gitReader reads one key out of a file and what it includes.
type gitReader struct{ home string }

// deepest is how deep files may include each other; git stops there too.
const deepest = 10

func (r gitReader) proxy(file string, depth int) (value string, found bool) {
	text, err := os.ReadFile(file)
	if err != nil || depth > deepest {
		return "", false
	}
	for e, err := range gitconfig.Entries(string(text)) {
		switch {
		case err != nil:
			return value, found
		case e.Is("http", "proxy") && e.HasValue:
			value, found = e.Value, true
		case e.Is("include", "path"):
			if v, ok := r.proxy(r.resolve(file, e.Value), depth+1); ok {
				value, found = v, true
			}
		}
	}
	return value, found
}

// resolve is the path that a file names.
func (r gitReader) resolve(file, path string) string {
	switch {
	case len(path) > 1 && path[0] == '~' && os.IsPathSeparator(path[1]):
		return filepath.Join(r.home, path[2:])
	case filepath.IsAbs(path):
		return path
	}
	return filepath.Join(filepath.Dir(file), path)
}

package cargohttp

import (
	"os"
	"path/filepath"
	"slices"

	"berth/internal/config"
	"berth/internal/download"
	"berth/internal/gitconfig"
)

// GitProxy is a proxy that git's configuration names.
type GitProxy struct {
	Address string // of what goes through it, as http.<url>.proxy has it; empty for all
	Proxy   string // empty for none
	From    string // the file
}

// gitProxy is http.proxy of git's configuration.
func gitProxy(c *config.Config) (download.ProxyAddress, bool) {
	for _, p := range slices.Backward(GitProxies(c)) {
		if p.Address == "" {
			return download.ProxyAddress{URL: p.Proxy, From: "http.proxy (" + p.From + ")"}, true
		}
	}
	return download.ProxyAddress{}, false
}

// GitProxies are the proxies of git's configuration, the system's before the user's, as git reads them: later ones count more.
// That of a repository does not count. The files are read here, as starting git takes longer than many a request.
func GitProxies(c *config.Config) []GitProxy {
	getenv := func(name string) string { value, _ := c.Getenv(name); return value }
	r := gitReader{home: gitconfig.Home(getenv)}
	for _, file := range gitFiles(getenv) {
		r.read(file, file, 0)
	}
	return r.found
}

// gitFiles are git's files, the strongest last.
func gitFiles(getenv func(string) string) []string {
	files := systemGitFiles(getenv)
	home := gitconfig.Home(getenv)
	if xdg := getenv("XDG_CONFIG_HOME"); xdg != "" {
		files = append(files, filepath.Join(xdg, "git", "config"))
	} else if home != "" {
		files = append(files, filepath.Join(home, ".config", "git", "config"))
	}
	if home != "" {
		files = append(files, filepath.Join(home, ".gitconfig"))
	}
	return files
}

// gitReader collects the proxies of files and of what they include.
type gitReader struct {
	home  string
	found []GitProxy
}

// deepest is how deep files may include each other; git stops there too.
const deepest = 10

// read reads a file that from, one of git's own, is or includes.
func (r *gitReader) read(file, from string, depth int) {
	text, err := os.ReadFile(file)
	if err != nil || depth > deepest {
		return
	}
	for e, err := range gitconfig.Entries(string(text)) {
		switch {
		case err != nil:
			return
		case e.Section == "http" && e.Key == "proxy" && e.HasValue:
			r.found = append(r.found, GitProxy{e.Sub, e.Value, from})
		case e.Is("include", "path"):
			r.read(e.Path(file, r.home), from, depth+1)
		}
	}
}

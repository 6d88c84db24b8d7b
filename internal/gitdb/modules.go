package gitdb

import (
	"fmt"
	"path/filepath"
	"slices"
	"strings"

	"berth/internal/gitconfig"
)

// Module is a submodule as .gitmodules has it.
type Module struct {
	Name, Path, URL string
	Skip            bool // update = none
}

// ParseModules reads a .gitmodules file. Its paths come from outside, so none leads out of the work tree or into a .git.
// They come by their names, as stock goes through them.
func ParseModules(data []byte) ([]Module, error) {
	var all []*Module // what is said of one may be spread over the file
	for e, err := range gitconfig.Entries(string(data)) {
		if err != nil {
			return nil, fmt.Errorf(".gitmodules: %w", err)
		}
		if e.Section != "submodule" || e.Sub == "" {
			continue
		}
		at := slices.IndexFunc(all, func(m *Module) bool { return m.Name == e.Sub })
		if at < 0 {
			at, all = len(all), append(all, &Module{Name: e.Sub})
		}
		switch m := all[at]; e.Key {
		case "path":
			m.Path = e.Value
		case "url":
			m.URL = e.Value
		case "update":
			m.Skip = e.Value == "none"
		}
	}
	var modules []Module
	for _, m := range all {
		if m.Path == "" {
			continue
		}
		if m.Path = filepath.ToSlash(filepath.Clean(m.Path)); !isModulePath(m.Path) {
			return nil, fmt.Errorf(".gitmodules: submodule %q: expected a path within the repository, got %q", m.Name, m.Path)
		}
		if strings.HasPrefix(m.URL, "-") {
			return nil, fmt.Errorf(".gitmodules: submodule %q: expected a URL, got %q", m.Name, m.URL)
		}
		modules = append(modules, *m)
	}
	slices.SortFunc(modules, func(a, b Module) int { return strings.Compare(a.Name, b.Name) })
	return modules, nil
}

func isModulePath(path string) bool {
	if !filepath.IsLocal(filepath.FromSlash(path)) || path == "." {
		return false
	}
	return !slices.ContainsFunc(strings.Split(path, "/"), func(part string) bool {
		part = strings.ToLower(strings.TrimRight(part, " ."))
		return part == ".git" || part == "git~1" || strings.Contains(part, ":")
	})
}

package gitdb

import (
	"bytes"
	"fmt"
	"path/filepath"
	"slices"
	"strings"

	gitconfig "github.com/go-git/go-git/v5/plumbing/format/config"
)

// Module is a submodule as .gitmodules has it.
type Module struct {
	Name, Path, URL string
	Skip            bool // update = none
}

// ParseModules reads a .gitmodules file. Its paths come from outside, so none leads out of the work tree or into a .git.
func ParseModules(data []byte) ([]Module, error) {
	file := gitconfig.New()
	if err := gitconfig.NewDecoder(bytes.NewReader(data)).Decode(file); err != nil {
		return nil, fmt.Errorf(".gitmodules: %w", err)
	}
	var modules []Module
	for _, section := range file.Section("submodule").Subsections {
		m := Module{Name: section.Name, Path: section.Option("path"), URL: section.Option("url"), Skip: section.Option("update") == "none"}
		if m.Path == "" {
			continue
		}
		if m.Path = filepath.ToSlash(filepath.Clean(m.Path)); !isModulePath(m.Path) {
			return nil, fmt.Errorf(".gitmodules: submodule %q: expected a path within the repository, got %q", m.Name, m.Path)
		}
		if strings.HasPrefix(m.URL, "-") {
			return nil, fmt.Errorf(".gitmodules: submodule %q: expected a URL, got %q", m.Name, m.URL)
		}
		modules = append(modules, m)
	}
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

package app

import (
	"os"
	"path/filepath"
	"slices"
	"strings"
)

// ChildEnv is the environment that a child is to get.
type ChildEnv struct{ list []string }

// ChildEnv begins with the environment of this run.
func (a *App) ChildEnv() *ChildEnv { return &ChildEnv{slices.Clone(a.Environ())} }

// List is the environment as the system takes it.
func (e *ChildEnv) List() []string { return e.list }

// Get is the value of a variable; empty is unset.
func (e *ChildEnv) Get(name string) string {
	for _, entry := range e.list {
		if key, value, ok := strings.Cut(entry, "="); ok && sameVariable(key, name) {
			return value
		}
	}
	return ""
}

// Set gives a variable one value, however often it was there.
func (e *ChildEnv) Set(name, value string) {
	e.Unset(name)
	e.list = append(e.list, name+"="+value)
}

// Unset takes a variable away.
func (e *ChildEnv) Unset(name string) {
	e.list = slices.DeleteFunc(e.list, func(entry string) bool {
		key, _, _ := strings.Cut(entry, "=")
		return key != "" && sameVariable(key, name) // on Windows there are names like "=C:"
	})
}

// PutFirst makes dir the first entry of a list of directories. One that is there
// is moved: a toolchain that calls another one that calls the first must find its
// own libraries.
func (e *ChildEnv) PutFirst(name, dir string, otherwise ...string) {
	old := e.Get(name)
	rest := otherwise
	if old != "" {
		rest = filepath.SplitList(old)
	}
	if len(rest) > 0 && rest[0] == dir {
		return
	}
	rest = slices.DeleteFunc(slices.Clone(rest), func(d string) bool { return d == dir })
	e.Set(name, strings.Join(append([]string{dir}, rest...), string(os.PathListSeparator)))
}

// PutLastIfAbsent makes dir the last entry of a list that does not have it.
func (e *ChildEnv) PutLastIfAbsent(name, dir string) {
	switch old := e.Get(name); {
	case old == "":
		e.Set(name, dir)
	case !slices.Contains(filepath.SplitList(old), dir):
		e.Set(name, old+string(os.PathListSeparator)+dir)
	}
}

// PutIfAbsent makes dir the first entry of a list that does not have it.
func (e *ChildEnv) PutIfAbsent(name, dir string) {
	if !slices.Contains(filepath.SplitList(e.Get(name)), dir) {
		e.PutFirst(name, dir)
	}
}

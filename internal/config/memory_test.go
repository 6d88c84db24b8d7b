package config

import (
	"io/fs"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

// memory is a file system of slash paths below root(); what begins with -> is a link.
type memory map[string]string

func root() string {
	if filepath.Separator == '\\' {
		return `C:\`
	}
	return "/"
}

func at(path string) string { return root() + filepath.FromSlash(strings.TrimPrefix(path, "/")) }

func (m memory) find(path string) (string, bool) {
	text, ok := m[strings.TrimPrefix(filepath.ToSlash(strings.TrimPrefix(filepath.Clean(path), root())), "/")]
	if link, is := strings.CutPrefix(text, "->"); is {
		return m.find(at(link))
	}
	return text, ok
}

func (m memory) Read(path string) ([]byte, error) {
	text, ok := m.find(path)
	if !ok {
		return nil, &fs.PathError{Op: "open", Path: path, Err: fs.ErrNotExist}
	}
	return []byte(text), nil
}

func (m memory) Exists(path string) bool { _, ok := m.find(path); return ok }
func (m memory) Real(path string) string { return path }
func (m memory) Same(a, b string) bool {
	x, _ := m.find(a)
	y, _ := m.find(b)
	return x == y
}

// world is a configuration of files, and what was warned of.
type world struct {
	*Config
	warnings []string
}

func load(t *testing.T, files memory, env []string, args ...string) *world {
	t.Helper()
	w := &world{}
	c, err := Load(Options{Dir: at("a/b"), Home: at("home"), Env: env, Args: args, Files: files, Warn: func(m string) { w.warnings = append(w.warnings, m) }})
	if err != nil {
		t.Fatal(err)
	}
	w.Config = c
	return w
}

func (w *world) warned(t *testing.T, parts ...string) {
	t.Helper()
	if len(w.warnings) != len(parts) {
		t.Errorf("warnings %q, expected %q", w.warnings, parts)
		return
	}
	slices.Sort(w.warnings)
	for i, part := range parts {
		if !strings.Contains(w.warnings[i], part) {
			t.Errorf("warning %q, expected … %q", w.warnings[i], part)
		}
	}
}

// good fails on an error, and returns the value.
func good[T any](t *testing.T) func(v T, err error) T {
	return func(v T, err error) T {
		t.Helper()
		if err != nil {
			t.Error(err)
		}
		return v
	}
}

// bad wants an error with all of these words.
func bad(t *testing.T, err error, parts ...string) {
	t.Helper()
	if err == nil {
		t.Errorf("no error, expected %q", parts)
		return
	}
	for _, part := range parts {
		if !strings.Contains(err.Error(), part) {
			t.Errorf("got %v\nexpected … %s", err, part)
		}
	}
}

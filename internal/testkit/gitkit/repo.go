package gitkit

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"strings"
)

// TB is the part of testing.TB that is used here.
type TB interface {
	Helper()
	Cleanup(func())
	Context() context.Context
	Fatalf(format string, args ...any)
	TempDir() string
}

// Repo is a repository with a work tree, as an author of a dependency has it, on the branch master.
type Repo struct {
	Dir string
	t   TB
}

// settings: clients may ask for any commit, as at the large forges, and push is never needed. No commit leaves a collector
// behind that is at work while the test's directory is removed.
const settings = "[uploadpack]\n\tallowAnySHA1InWant = true\n\tallowFilter = true\n[gc]\n\tauto = 0\n[maintenance]\n\tauto = false\n"

// NewRepo makes an empty repository in the folder.
func NewRepo(t TB, dir string) *Repo {
	t.Helper()
	r := &Repo{Dir: dir, t: t}
	if err := os.MkdirAll(dir, 0o755); err != nil {
		t.Fatalf("%v", err)
	}
	r.Git("init", "-q", "--initial-branch=master")
	f, err := os.OpenFile(filepath.Join(dir, ".git", "config"), os.O_APPEND|os.O_WRONLY, 0)
	if err == nil {
		_, err = f.WriteString(settings)
		err = errors.Join(err, f.Close())
	}
	if err != nil {
		t.Fatalf("%v", err)
	}
	return r
}

// Git runs git in the repository and returns its output without the last line end.
func (r *Repo) Git(args ...string) string {
	r.t.Helper()
	out, err := command{dir: r.Dir}.run(r.t.Context(), args...)
	if err != nil {
		r.t.Fatalf("%v", err)
	}
	return out
}

// Write changes files without a commit. A file without text is removed.
func (r *Repo) Write(files map[string]string) {
	r.t.Helper()
	for name, text := range files {
		file := filepath.Join(r.Dir, filepath.FromSlash(name))
		err := os.MkdirAll(filepath.Dir(file), 0o755)
		switch {
		case err == nil && text == "":
			err = os.Remove(file)
		case err == nil:
			err = os.WriteFile(file, []byte(text), 0o644)
		}
		if err != nil {
			r.t.Fatalf("%v", err)
		}
	}
}

// Commit changes files, commits everything on the branch that is checked out, and returns the commit's id.
func (r *Repo) Commit(files map[string]string) string {
	r.t.Helper()
	r.Write(files)
	r.Git("add", "-A")
	r.Git("commit", "-q", "--allow-empty", "-m", "change")
	return r.Head()
}

// Head is the id of the newest commit of the branch that is checked out.
func (r *Repo) Head() string {
	r.t.Helper()
	return r.Git("rev-parse", "HEAD")
}

// Branch checks out a branch, which is made if it is not there. What is checked out is the default branch of clones.
func (r *Repo) Branch(name string) {
	r.t.Helper()
	if r.Git("branch", "--list", name) == "" {
		r.Git("checkout", "-q", "-b", name)
		return
	}
	r.Git("checkout", "-q", name)
}

// Tag names the newest commit; with a message the tag is an object of its own.
func (r *Repo) Tag(name, message string) {
	r.t.Helper()
	if message == "" {
		r.Git("tag", name)
		return
	}
	r.Git("tag", "-a", "-m", message, name)
}

// Submodule adds the repository at url below path and commits.
func (r *Repo) Submodule(url, path string) string {
	r.t.Helper()
	r.Git("-c", "protocol.file.allow=always", "submodule", "--quiet", "add", "--", url, path)
	return r.Commit(nil)
}

// Package is the files of a package: a Cargo.toml with the given lines after name and version, and an empty library, below dir ("" is the root).
func Package(dir, name, version string, lines ...string) map[string]string {
	prefix := ""
	if dir != "" {
		prefix = strings.TrimSuffix(dir, "/") + "/"
	}
	manifest := "[package]\nname = \"" + name + "\"\nversion = \"" + version + "\"\nedition = \"2021\"\n"
	return map[string]string{
		prefix + "Cargo.toml": manifest + strings.Join(append(lines, ""), "\n"),
		prefix + "src/lib.rs": "// " + name + " " + version + "\n",
	}
}

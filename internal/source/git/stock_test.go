package git_test

import (
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"berth/internal/crate"
	"berth/internal/source/git"
	"berth/internal/testkit/gitkit"
	"berth/internal/testkit/stock"
)

// world is a package's repository with a submodule that has one of its own, and a folder above all of them.
type world struct {
	root  string
	up    *gitkit.Repo
	first string
}

func newWorld(t *testing.T) *world {
	t.Helper()
	root := t.TempDir()
	deep := gitkit.NewRepo(t, filepath.Join(root, "deep"))
	deep.Commit(map[string]string{"deep.txt": "deep\n"})
	sub := gitkit.NewRepo(t, filepath.Join(root, "sub"))
	sub.Commit(map[string]string{"sub.txt": "sub\n"})
	sub.Submodule("../deep", "inner/deep")
	up := gitkit.NewRepo(t, filepath.Join(root, "up"))
	first := up.Commit(gitkit.Package("", "up", "0.1.0"))
	up.Tag("v0.1.0", "the first")
	up.Submodule("../sub", "vendor/sub")
	return &world{root, up, first}
}

func (w *world) url() string { return "file://" + filepath.ToSlash(w.up.Dir) }

// dependency is the manifest of a project with one git dependency.
func dependency(t *testing.T, spec string) string {
	t.Helper()
	dir := t.TempDir()
	files := map[string]string{
		"Cargo.toml": "[package]\nname = \"app\"\nversion = \"0.1.0\"\nedition = \"2021\"\n[dependencies]\nup = { " + spec + " }\n",
		"src/lib.rs": "",
	}
	for name, content := range files {
		path := filepath.Join(dir, name)
		if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, []byte(content), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	return dir
}

type reference struct {
	spec string
	kind crate.RefKind
	name string
}

func (w *world) references() []reference {
	w.up.Branch("topic/one")
	head := w.up.Commit(map[string]string{"topic.txt": "x"})
	w.up.Git("update-ref", "refs/pull/7/head", head)
	w.up.Branch("master")
	return []reference{
		{"", crate.DefaultBranch, ""},
		{`branch = "topic/one"`, crate.Branch, "topic/one"},
		{`tag = "v0.1.0"`, crate.Tag, "v0.1.0"},
		{`rev = "` + w.first + `"`, crate.Rev, w.first},
		{`rev = "` + w.first[:9] + `"`, crate.Rev, w.first[:9]},
		{`rev = "v0.1.0"`, crate.Rev, "v0.1.0"},
		{`rev = "refs/pull/7/head"`, crate.Rev, "refs/pull/7/head"},
	}
}

// TestStockUsesOurs: for each kind of reference and both engines, what we fetched and checked out is what stock uses
// offline, file by file what stock itself makes.
func TestStockUsesOurs(t *testing.T) {
	w := newWorld(t)
	for _, ref := range w.references() {
		theirs := stock.NewCargo(t)
		theirs.Run(dependency(t, fmt.Sprintf("git = %q, %s", w.url(), ref.spec)), "fetch")
		for _, engine := range []string{"command", "library"} {
			t.Run(ref.spec+" by "+engine, func(t *testing.T) {
				ours := stock.NewCargo(t)
				id := sourceOf(t, w.url(), ref.kind, ref.name)
				got, err := newSource(ours.Home, engine, &voice{}, git.Policy{}).Checkout(t.Context(), id)
				if err != nil {
					t.Fatal(err)
				}
				rel, _ := filepath.Rel(ours.Home, got.Dir)
				want := treeOf(t, filepath.Join(theirs.Home, rel))
				if have := treeOf(t, got.Dir); !maps.Equal(have, want) {
					t.Errorf("ours %q\nstock %q", have, want)
				}
				ready := filepath.Join(got.Dir, ".cargo-ok")
				before, _ := os.Stat(ready)
				ours.Run(dependency(t, fmt.Sprintf("git = %q, %s", w.url(), ref.spec)), "fetch", "--offline")
				if after, err := os.Stat(ready); err != nil || !os.SameFile(before, after) {
					t.Errorf("stock made the checkout again (%v)", err)
				}
				if left := leftovers(t, ours.Home); len(left) > 0 {
					t.Errorf("left over: %q", left)
				}
			})
		}
	}
}

// TestOursUsesStock: what stock fetched is used without network and without a word.
func TestOursUsesStock(t *testing.T) {
	w := newWorld(t)
	for _, ref := range w.references() {
		for _, engine := range []string{"command", "library"} {
			t.Run(ref.spec+" by "+engine, func(t *testing.T) {
				cargo := stock.NewCargo(t)
				cargo.Run(dependency(t, fmt.Sprintf("git = %q, %s", w.url(), ref.spec)), "fetch")
				v := &voice{}
				s := newSource(cargo.Home, engine, v, git.Policy{Offline: "--offline"})
				got, err := s.Checkout(t.Context(), sourceOf(t, w.url(), ref.kind, ref.name))
				if err != nil {
					t.Fatal(err)
				}
				if len(v.said) > 0 {
					t.Errorf("said %q", v.said)
				}
				if err := os.RemoveAll(got.Dir); err != nil {
					t.Fatal(err)
				}
				again, err := s.Checkout(t.Context(), got.Source)
				if err != nil || again.Dir != got.Dir {
					t.Errorf("from stock's database: %s %v, expected %s", again.Dir, err, got.Dir)
				}
				cargo.Run(dependency(t, fmt.Sprintf("git = %q, %s", w.url(), ref.spec)), "fetch", "--offline")
			})
		}
	}
}

// TestStatusLinesAreStocks: what is said of fetches is what stock says.
func TestStatusLinesAreStocks(t *testing.T) {
	w := newWorld(t)
	cargo := stock.NewCargo(t)
	said := cargo.Try(dependency(t, fmt.Sprintf("git = %q", w.url())), nil, "fetch").Stderr
	v := &voice{}
	if _, err := newSource(t.TempDir(), "command", v, git.Policy{}).Checkout(t.Context(), sourceOf(t, w.url(), crate.DefaultBranch, "")); err != nil {
		t.Fatal(err)
	}
	var theirs []string
	for line := range strings.Lines(said) {
		if line = strings.TrimSpace(line); strings.HasPrefix(line, "Updating") {
			theirs = append(theirs, line)
		}
	}
	if strings.Join(v.said, "\n") != strings.Join(theirs, "\n") {
		t.Errorf("ours %q\nstock %q", v.said, theirs)
	}
}

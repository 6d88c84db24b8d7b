package cargo_test

import (
	"io/fs"
	"maps"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// TestNewBesideStock: the flags mean what they mean to stock; what is written is
// compared file by file.
func TestNewBesideStock(t *testing.T) {
	t.Parallel()
	p := newPair(t)
	for _, line := range []string{
		"new x", "new --lib x", "new --lib --bin x", "new x --vcs none", "new --vcs git x", "new --name y x", "new --name= x", "new x --edition 2018", "new 1x", "new test",
		"new sub/dir/x", "new x --registry nope", "new ../y/x", "new .", "new full/../y", "new full", "init full", "init", "init .", "init --lib x", "init x --name y --vcs none -q",
		"init --bin --lib", "new -v x", "new --config cargo-new.vcs='none' x", "new --frozen --offline x", "new --color always -q x", "new --registry crates-io x",
	} {
		theirs, ours := filepath.Join(realDir(t), "w"), filepath.Join(realDir(t), "w")
		for _, dir := range []string{theirs, ours} {
			p.write(filepath.Join(dir, "full", "src", "lib.rs"), "pub fn f() {}\n")
			p.write(filepath.Join(dir, "full", "main.rs"), "fn main() {}\n")
		}
		words := strings.Fields(strings.ReplaceAll(line, "'", "\""))
		p.dir = theirs
		want := p.stock(nil, words...)
		p.dir = ours
		got := p.berth(nil, words...)
		want.Stdout, want.Stderr = strings.ReplaceAll(want.Stdout, theirs, ours), strings.ReplaceAll(want.Stderr, theirs, ours)
		if want.Code != got.Code || want.Stdout != got.Stdout || firstLine(want, got) && !strings.Contains(line, "--bin") {
			t.Errorf("cargo %s\nstock: %+v\nberth: %+v", line, want, got)
		}
		if a, b := files(t, theirs), files(t, ours); !maps.Equal(a, b) {
			t.Errorf("cargo %s\nstock made %q\nberth made %q", line, a, b)
		}
	}
}

// files are all below a directory, with their texts; of a repository only that it is
// there.
func files(t *testing.T, root string) map[string]string {
	t.Helper()
	found := map[string]string{}
	err := filepath.WalkDir(root, func(path string, d fs.DirEntry, err error) error {
		name := strings.TrimPrefix(path, root)
		switch {
		case err != nil:
			return err
		case d.Name() == ".git":
			found[name] = "repository"
			return filepath.SkipDir
		case d.IsDir():
			found[name] = "directory"
			return nil
		}
		data, err := os.ReadFile(path)
		found[name] = string(data)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return found
}

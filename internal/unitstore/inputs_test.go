package unitstore_test

import (
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"testing"
	"time"

	"berth/internal/unitstore"
)

// old lets files look as if they were written an hour ago.
func old(t *testing.T, dir string) {
	then := time.Now().Add(-time.Hour)
	filepath.WalkDir(dir, func(path string, d os.DirEntry, err error) error { return os.Chtimes(path, then, then) })
}

func TestInputs(t *testing.T) {
	for _, tree := range []bool{false, true} {
		dir := t.TempDir()
		write(t, dir, "tree/a.rs", "one")
		write(t, dir, "tree/b/c.rs", "two")
		old(t, dir)
		path := filepath.Join(dir, "tree")
		if !tree {
			path = filepath.Join(path, "a.rs")
		}
		in := unitstore.NewInputs()
		f, err := in.Record("it", path, time.Now().Add(time.Second))
		if err != nil || f.Tree != tree || f.Path != "it" {
			t.Fatal(f, err)
		}
		check := func(what string, want, wantNoted bool) {
			t.Helper()
			same, noted, err := unitstore.NewInputs().Same(&f, path)
			if err != nil || same != want || noted != wantNoted {
				t.Errorf("%s (tree: %v): same %v, noted %v, %v", what, tree, same, noted, err)
			}
		}
		check("untouched", true, false)
		then := time.Now().Add(-30 * time.Minute)
		os.Chtimes(filepath.Join(dir, "tree", "a.rs"), then, then)
		check("touched", true, true)
		check("noted", true, false)
		write(t, dir, "tree/a.rs", "ONE")
		check("same size", false, false)
		write(t, dir, "tree/a.rs", "longer")
		check("other size", false, false)
		write(t, dir, "tree/a.rs", "one")
		check("written back a moment ago", true, false)
		if err := os.RemoveAll(path); err != nil {
			t.Fatal(err)
		}
		if same, _, err := in.Same(&f, path); same || !errors.Is(err, fs.ErrNotExist) {
			t.Error(same, err)
		}
	}
}

// TestTimesFromTheFuture: stock takes a source that is newer than what was made of it for changed, whatever time it has.
func TestTimesFromTheFuture(t *testing.T) {
	for _, tree := range []bool{false, true} {
		dir := t.TempDir()
		tomorrow := time.Now().Add(24 * time.Hour)
		source := filepath.Join(dir, "a.rs")
		put := func(text string) {
			write(t, dir, "a.rs", text)
			if err := os.Chtimes(source, tomorrow, tomorrow); err != nil {
				t.Fatal(err)
			}
		}
		put("one")
		path := source
		if tree {
			path = dir
		}
		f, err := unitstore.NewInputs().Record("it", path, time.Now().Add(time.Second))
		if err != nil {
			t.Fatal(err)
		}
		if same, _, err := unitstore.NewInputs().Same(&f, path); !same || err != nil {
			t.Errorf("untouched (tree: %v): same %v, %v", tree, same, err)
		}
		put("two")
		if same, _, err := unitstore.NewInputs().Same(&f, path); same || err != nil {
			t.Errorf("written with the same time (tree: %v): same %v, %v", tree, same, err)
		}
	}
}

func TestATreeChangesWithItsNames(t *testing.T) {
	dir := t.TempDir()
	write(t, dir, "a/x", "1")
	write(t, dir, "a/y", "2")
	old(t, dir)
	in := unitstore.NewInputs()
	path := filepath.Join(dir, "a")
	f := must(in.Record("a", path, time.Now().Add(time.Second)))
	os.Rename(filepath.Join(path, "y"), filepath.Join(path, "z"))
	if same, _, err := in.Same(&f, path); same || err != nil {
		t.Error("renamed:", same, err)
	}
	os.Rename(filepath.Join(path, "z"), filepath.Join(path, "y"))
	if same, _, err := in.Same(&f, path); !same || err != nil {
		t.Error("renamed back:", same, err)
	}
	write(t, path, "new", "")
	if same, _, err := in.Same(&f, path); same || err != nil {
		t.Error("a new file:", same, err)
	}
}

// TestATreeChangesWithItsDirectories: also with those in which there is nothing.
func TestATreeChangesWithItsDirectories(t *testing.T) {
	dir := t.TempDir()
	write(t, dir, "a/x", "1")
	old(t, dir)
	in := unitstore.NewInputs()
	path := filepath.Join(dir, "a")
	empty := filepath.Join(path, "empty")
	before := must(in.Record("a", path, time.Now().Add(time.Second)))
	if err := os.Mkdir(empty, 0o777); err != nil {
		t.Fatal(err)
	}
	if same, _, err := in.Same(&before, path); same || err != nil {
		t.Errorf("with a directory more: %v, %v", same, err)
	}
	after := must(in.Record("a", path, time.Now().Add(time.Second)))
	if err := os.Remove(empty); err != nil {
		t.Fatal(err)
	}
	if same, _, err := in.Same(&after, path); same || err != nil {
		t.Errorf("with a directory less: %v, %v", same, err)
	}
	if same, _, err := in.Same(&before, path); !same || err != nil {
		t.Errorf("as it was: %v, %v", same, err)
	}
}

// TestATreeChangesWithItsLinks: also where they lead nowhere, or to the same bytes.
func TestATreeChangesWithItsLinks(t *testing.T) {
	dir := t.TempDir()
	write(t, dir, "a/x", "1")
	write(t, dir, "a/y", "1")
	old(t, dir)
	in := unitstore.NewInputs()
	path := filepath.Join(dir, "a")
	link := filepath.Join(path, "link")
	f := must(in.Record("a", path, time.Now().Add(time.Second)))
	for _, to := range []string{"nowhere", "x", "y"} {
		os.Remove(link)
		if err := os.Symlink(to, link); err != nil {
			t.Fatal(err)
		}
		if same, _, err := in.Same(&f, path); same || err != nil {
			t.Errorf("a link to %s: %v, %v", to, same, err)
		}
		f = must(in.Record("a", path, time.Now().Add(time.Second)))
		if same, _, err := in.Same(&f, path); !same || err != nil {
			t.Errorf("the same link to %s: %v, %v", to, same, err)
		}
	}
}

// TestATreeGoesOnBehindLinks: what lies in a directory that a link leads to is read like all else; also where the tree itself is
// a link, and without end where a link leads back.
func TestATreeGoesOnBehindLinks(t *testing.T) {
	for _, c := range []struct{ link, to, tree string }{
		{"a", "elsewhere", "a"},
		{"a/link", "../elsewhere", "a"},
		{"a/deep/link", "../../elsewhere/sub", "a"},
		{"elsewhere/back", "../a", "a"},
	} {
		dir := t.TempDir()
		write(t, dir, "elsewhere/sub/x", "one")
		if c.link != "a" {
			write(t, dir, "a/deep/y", "1")
		}
		must(0, os.Symlink(c.to, filepath.Join(dir, c.link)))
		if c.to == "../a" {
			must(0, os.Symlink("../elsewhere", filepath.Join(dir, "a", "there")))
		}
		old(t, dir)
		in := unitstore.NewInputs()
		path := filepath.Join(dir, c.tree)
		f := must(in.Record("a", path, time.Now().Add(time.Second)))
		if same, _, err := in.Same(&f, path); !same || err != nil || !f.Untouched(path) {
			t.Errorf("%s: as it was: %v, %v", c.link, same, err)
		}
		write(t, dir, "elsewhere/sub/x", "two")
		if same, _, err := in.Same(&f, path); same || err != nil || f.Untouched(path) {
			t.Errorf("%s: with other bytes behind the link: %v, %v", c.link, same, err)
		}
	}
}

// TestAFileThatChangesWhileItIsCompiled: nobody knows what the compiler saw.
func TestAFileThatChangesWhileItIsCompiled(t *testing.T) {
	dir := t.TempDir()
	s := open(dir)
	a := begin(t, s, keyOf("a"), none)
	defer s.Close()
	defer a.Abandon(t.Context())
	path := filepath.Join(dir, "a.rs")
	for f := (unitstore.File{}); ; { // until the clock of the file system has gone on
		write(t, dir, "a.rs", "x")
		_, err := unitstore.NewInputs().Record("a.rs", path, a.Started())
		if errors.Is(err, unitstore.ErrUnsettled) {
			break
		}
		if err != nil {
			t.Fatal(f, err)
		}
	}
	old(t, path) // an editor that sets times back deceives nobody
	if _, err := unitstore.NewInputs().Record("a.rs", path, a.Started()); !errors.Is(err, unitstore.ErrUnsettled) {
		t.Error(err)
	}
}

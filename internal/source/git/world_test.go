package git_test

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"berth/internal/cargohome"
	"berth/internal/crate"
	"berth/internal/gitdb"
	"berth/internal/lockfs"
	"berth/internal/source/git"
	"berth/internal/testkit/gitkit"
)

// TestMain: with BERTH_TEST_CHECKOUT set this is a process that checks one source out and says where.
func TestMain(m *testing.M) {
	if text := os.Getenv("BERTH_TEST_CHECKOUT"); text != "" {
		os.Exit(child(text))
	}
	os.Exit(withHelper(m))
}

// withHelper builds the helper and tells all children where it is.
func withHelper(m *testing.M) int {
	dir, err := os.MkdirTemp("", "berth-source-git")
	if err == nil {
		defer os.RemoveAll(dir)
		var program string
		if program, err = gitkit.BuildHelper(dir); err == nil {
			err = os.Setenv("BERTH_TEST_GIT_HELPER", program)
		}
	}
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		return 2
	}
	return m.Run()
}

func child(text string) int {
	id, err := crate.ParseSource(text)
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		return 2
	}
	s := newSource(os.Getenv("BERTH_TEST_HOME"), os.Getenv("BERTH_TEST_ENGINE"), &voice{}, git.Policy{Offline: os.Getenv("BERTH_TEST_OFFLINE")})
	got, err := s.Checkout(context.Background(), id)
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		return 1
	}
	fmt.Println(got.Dir)
	return 0
}

// voice remembers what was said.
type voice struct{ said []string }

func (v *voice) Status(verb, text string) { v.said = append(v.said, verb+" "+text) }
func (v *voice) Warn(text string)         { v.said = append(v.said, "warning: "+text) }

func homeAt(root string) *cargohome.Home { return cargohome.Open(lockfs.At(root)) }

func newSource(root, engine string, v git.Voice, p git.Policy) *git.Source {
	o := gitdb.Options{Environ: os.Environ()}
	if p.Patience == nil {
		p.Patience = func() (gitdb.Patience, error) { return gitdb.Patience{}, nil }
	}
	return git.New(homeAt(root), func() gitdb.Engine {
		if engine == "library" {
			return gitdb.Helper(os.Getenv("BERTH_TEST_GIT_HELPER"), o)
		}
		return gitdb.New(o)
	}, p, v)
}

func sourceOf(t *testing.T, url string, kind crate.RefKind, name string) crate.SourceID {
	t.Helper()
	id, err := crate.GitSource(url, crate.GitRef{Kind: kind, Name: name})
	if err != nil {
		t.Fatal(err)
	}
	return id
}

// process is a child that checks id out.
func process(t *testing.T, root string, id crate.SourceID, env ...string) *exec.Cmd {
	t.Helper()
	cmd := exec.CommandContext(t.Context(), os.Args[0])
	cmd.Env = append(os.Environ(), append([]string{"BERTH_TEST_CHECKOUT=" + id.EncodedText(), "BERTH_TEST_HOME=" + root}, env...)...)
	return cmd
}

// treeOf lists the files of a tree with their contents, without what is git's own.
func treeOf(t *testing.T, root string) map[string]string {
	t.Helper()
	files := map[string]string{}
	err := filepath.WalkDir(root, func(path string, d fs.DirEntry, err error) error {
		switch {
		case err != nil:
			return err
		case d.Name() == ".git":
			return filepath.SkipDir
		case d.IsDir():
			return nil
		}
		rel, _ := filepath.Rel(root, path)
		if d.Type()&fs.ModeSymlink != 0 {
			target, err := os.Readlink(path)
			files[rel] = "-> " + target
			return err
		}
		data, err := os.ReadFile(path)
		if info, statErr := d.Info(); statErr == nil {
			files[rel] = info.Mode().Perm().String() + " " + string(data)
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return files
}

// leftovers are what a killed process left in our directories, locks and records apart: those the next fetch clears.
func leftovers(t *testing.T, root string) []string {
	t.Helper()
	if err := homeAt(root).Staging().Clear(t.Context()); err != nil {
		t.Fatal(err)
	}
	var found []string
	err := filepath.WalkDir(filepath.Join(root, "berth"), func(path string, d fs.DirEntry, err error) error {
		if errors.Is(err, fs.ErrNotExist) {
			return nil
		}
		if err == nil && !d.IsDir() && !strings.HasSuffix(path, ".lock") && !strings.Contains(path, ".json") {
			found = append(found, path)
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	slices.Sort(found)
	return found
}

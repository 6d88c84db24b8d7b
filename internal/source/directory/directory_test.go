package directory_test

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"berth/internal/crate"
	"berth/internal/resolve"
	"berth/internal/source/directory"
	"berth/internal/testkit/cratekit"
	"berth/internal/workspace"
)

func vendor(t *testing.T) (string, *directory.Source) {
	t.Helper()
	dir := t.TempDir()
	if err := cratekit.Vendor(dir, cratekit.New("a", "1.0.0", "b 1"), cratekit.New("b", "1.2.0")); err != nil {
		t.Fatal(err)
	}
	return dir, directory.New(dir, crate.PublicSource(), workspace.Options{})
}

func TestPackages(t *testing.T) {
	_, s := vendor(t)
	found, err := s.Query(t.Context(), resolve.Query{Name: "a", Source: crate.PublicSource(), Any: true})
	if err != nil || len(found) != 1 || len(found[0].Checksum) != 64 || !found[0].ID.Source.IsPublic() || len(found[0].Deps) != 1 {
		t.Fatalf("found %v, %v", found, err)
	}
	if dir, err := s.Directory(t.Context(), found[0]); err != nil || filepath.Base(dir) != "a-1.0.0" {
		t.Errorf("a lies in %s, %v", dir, err)
	}
	if similar, err := s.Similar(t.Context(), resolve.Query{Name: "aa"}); err != nil || len(similar) != 1 || similar[0] != "a" {
		t.Errorf("like aa is %v, %v", similar, err)
	}
	missing := *found[0]
	missing.ID.Version.Major = 7
	if err := s.Fetch(t.Context(), []*crate.Summary{&missing}); err == nil || !strings.Contains(err.Error(), "cargo vendor") {
		t.Errorf("what is not there cannot be fetched: %v", err)
	}
}

func TestEditedFilesAreFound(t *testing.T) {
	dir, s := vendor(t)
	found, err := s.Query(t.Context(), resolve.Query{Name: "b", Source: crate.PublicSource(), Any: true})
	if err != nil || len(found) != 1 {
		t.Fatalf("found %v, %v", found, err)
	}
	if err := s.Verify(found[0].ID); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(dir, "b-1.2.0", "src", "lib.rs"), []byte("// edited"), 0o644); err != nil {
		t.Fatal(err)
	}
	if err := s.Verify(found[0].ID); err != nil {
		t.Errorf("a package is read a second time in one run: %v", err)
	}
	s = directory.New(dir, crate.PublicSource(), workspace.Options{})
	if err := s.Verify(found[0].ID); err == nil || !strings.Contains(err.Error(), "the listed checksum of") {
		t.Errorf("an edited file passes: %v", err)
	}
}

func TestBadDirectories(t *testing.T) {
	for text, reason := range map[string]string{"": "is missing", "{": "expected the checksums of a vendored package"} {
		dir, s := vendor(t)
		path := filepath.Join(dir, "a-1.0.0", ".cargo-checksum.json")
		if err := os.Remove(path); err != nil {
			t.Fatal(err)
		}
		if text != "" {
			if err := os.WriteFile(path, []byte(text), 0o644); err != nil {
				t.Fatal(err)
			}
		}
		if _, err := s.Query(t.Context(), resolve.Query{Name: "b"}); err == nil || !strings.Contains(err.Error(), reason) {
			t.Errorf("%q: %v, want %s", text, err, reason)
		}
	}
	if _, err := directory.New(filepath.Join(t.TempDir(), "none"), crate.PublicSource(), workspace.Options{}).Names(); err == nil {
		t.Error("a directory that is not there has no packages")
	}
}

// TestListingWithoutFiles: what says nothing of files is no list of checksums that all of them fit.
func TestListingWithoutFiles(t *testing.T) {
	for _, listing := range []string{`{}`, `null`, `{"package":null}`, `{"files":null}`} {
		dir, s := vendor(t)
		if err := os.WriteFile(filepath.Join(dir, "b-1.2.0", ".cargo-checksum.json"), []byte(listing), 0o644); err != nil {
			t.Fatal(err)
		}
		if _, err := s.Names(); err == nil || !strings.Contains(err.Error(), "no `files`") {
			t.Errorf("%s is taken: %v", listing, err)
		}
	}
}

// TestContentBehindLinks: what links lead to counts, be it the package itself, a directory or a file.
func TestContentBehindLinks(t *testing.T) {
	dir, s := vendor(t)
	found, err := s.Query(t.Context(), resolve.Query{Name: "b", Source: crate.PublicSource(), Any: true})
	if err != nil || len(found) != 1 {
		t.Fatalf("found %v, %v", found, err)
	}
	pkg, elsewhere := filepath.Join(dir, "b-1.2.0"), filepath.Join(t.TempDir(), "b")
	must := func(err error) {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
	}
	must(os.Rename(pkg, elsewhere))
	must(os.Symlink(elsewhere, pkg))
	outside := t.TempDir()
	must(os.MkdirAll(filepath.Join(outside, "real"), 0o755))
	for name, to := range map[string]string{"linked": filepath.Join(outside, "real"), "linked.rs": filepath.Join(outside, "real.rs"), "loop": "."} {
		must(os.Symlink(to, filepath.Join(elsewhere, name)))
	}
	before := ""
	for _, name := range []string{filepath.Join(elsewhere, "own.rs"), filepath.Join(outside, "real.rs"), filepath.Join(outside, "real", "in.rs")} {
		must(os.WriteFile(name, []byte("// edited"), 0o644))
		now, err := directory.New(dir, crate.PublicSource(), workspace.Options{}).Content(found[0].ID)
		if err != nil || now == before {
			t.Errorf("after a change of %s: %s, %v", name, now, err)
		}
		before = now
	}
}

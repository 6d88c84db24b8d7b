package cargo_test

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"berth/internal/testkit/cratekit"
	"berth/internal/testkit/registryserver"
)

// withFeatures has packages that only features bring in: x one that may be known here, y one that nobody may know in the
// version that it needs.
func withFeatures(version string) cratekit.Crate {
	c := cratekit.New("dep", version, "leaf 1", "opt? 1", "late? 2")
	c.Features = map[string][]string{"x": {"dep:opt"}, "y": {"dep:late"}}
	return c
}

// TestAtHandBesideStock: what a command wants beyond Cargo.lock is taken from the index files that are here, or asked for,
// as by stock: the same versions come into Cargo.lock after newer ones were published, and nobody is asked more often.
func TestAtHandBesideStock(t *testing.T) {
	t.Parallel()
	plain, with := "dep = \"1\"\n", "dep = { version = \"1\", features = [\"x\"] }\n"
	for _, c := range []struct{ name, before, after, line string }{
		{"a feature on the command line", plain, "", "tree -F dep/x"},
		{"and --locked", plain, "", "tree -F dep/x --locked"},
		{"a version that is not known here", plain, "", "tree -F dep/y"},
		{"a feature", plain, with, "fetch"},
		{"a feature and --locked", plain, with, "fetch --locked"},
		{"a feature and --offline", plain, with, "fetch --offline"},
		{"a feature and nothing to update", plain, with, "update --workspace"},
		{"a feature and an update", plain, with, "update leaf"},
		{"a feature and all anew", plain, with, "generate-lockfile"},
		{"a feature and another dependency", plain, with + "other = \"1\"\n", "fetch"},
		{"another dependency", plain, plain + "other = \"1\"\n", "fetch"},
		{"a dependency less", plain + "other = \"1\"\n", plain, "fetch"},
		{"a requirement that is met", plain + "leaf = \"1\"\n", plain + "leaf = \"1.0.0\"\n", "fetch"},
		{"a requirement that is not", plain + "leaf = \"1\"\n", plain + "leaf = \"1.1\"\n", "fetch"},
		{"a feature of a package beside it", plain + "below = { path = \"below\" }\n", with + "below = { path = \"below\" }\n", "fetch"},
		{"a patch for what a feature brings in", plain, with + "[patch.crates-io]\nopt = { path = \"opt\" }\n", "fetch"},
		{"of what Cargo.lock has", plain, "", "info dep --registry crates-io"},
		{"of what it has not", plain, "", "info other --registry crates-io"},
		{"add with a feature", plain, "", "add dep -F x"},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			w := newTwins(t)
			s := registryserver.Run(t, registryserver.Options{}, withFeatures("1.0.0"),
				cratekit.New("leaf", "1.0.0"), cratekit.New("opt", "1.0.0", "leaf 1"), cratekit.New("late", "1.0.0"), cratekit.New("other", "1.0.0"))
			w.write(".cargo/config.toml", s.Replace())
			w.pkg("below", "below", "0.1.0", "[dependencies]\nother = { version = \"1\", optional = true }\n")
			w.pkg("opt", "opt", "1.0.5", "[dependencies]\nleaf = \"1\"\n")
			for _, before := range []string{with + "late = \"1\"\nother = \"1\"\n", c.before} {
				if err := os.RemoveAll(w.lockFile()); err != nil {
					t.Fatal(err)
				}
				w.project(before)
				w.same("fetch")
			}
			publish(t, s, withFeatures("1.1.0"), cratekit.New("leaf", "1.1.0"), cratekit.New("opt", "1.1.0", "leaf 1"), cratekit.New("late", "2.0.0"), cratekit.New("other", "1.1.0"))
			if c.after != "" {
				w.project(c.after)
			}
			theirs, ours := w.requests(s, c.line, c.after == "")
			if ours > theirs {
				t.Errorf("%d requests, stock %d", ours, theirs)
			}
		})
	}
}

func publish(t *testing.T, s *registryserver.Server, crates ...cratekit.Crate) {
	t.Helper()
	if err := s.Tree.Publish(crates...); err != nil {
		t.Fatal(err)
	}
}

// requests runs a line in both homes, on the same manifest, and counts what each asks for.
func (w *twins) requests(s *registryserver.Server, line string, edits bool) (theirs, ours int) {
	w.Helper()
	manifest := filepath.Join(w.dir, "Cargo.toml")
	before, err := os.ReadFile(manifest)
	if err != nil {
		w.Fatal(err)
	}
	total := s.Requests("*")
	w.between = func() {
		theirs = s.Requests("*") - total
		if edits {
			w.write("Cargo.toml", string(before))
		}
	}
	w.same(line)
	w.between = nil
	return theirs, s.Requests("*") - total - theirs
}

// TestCacheInTheWayBesideStock: where index files cannot be kept that is a warning, and all else works.
func TestCacheInTheWayBesideStock(t *testing.T) {
	t.Parallel()
	for _, way := range []struct{ remove, file, dir string }{{".cache", ".cache", ""}, {".cache/ot", ".cache/ot", ""}, {".cache/ot/he/other", "", ".cache/ot/he/other/x"}} {
		w := newTwins(t)
		s := registryserver.Run(t, registryserver.Options{}, cratekit.New("leaf", "1.0.0"), cratekit.New("other", "1.0.0"))
		w.write(".cargo/config.toml", s.Replace())
		w.project("leaf = \"1\"\nother = \"1\"\n")
		w.same("fetch")
		for _, home := range []string{w.stocks, w.ours} {
			index, err := filepath.Glob(filepath.Join(home, "registry", "index", "*"))
			if err != nil || len(index) != 1 {
				t.Fatal(index, err)
			}
			if err := os.RemoveAll(filepath.Join(index[0], way.remove)); err != nil {
				t.Fatal(err)
			}
			if way.file != "" {
				w.write(filepath.Join(index[0], way.file), "")
			} else if err := os.MkdirAll(filepath.Join(index[0], way.dir), 0o755); err != nil {
				t.Fatal(err)
			}
		}
		for _, line := range []string{"update", "fetch", "generate-lockfile"} {
			words := strings.Fields(line)
			theirs, ours := w.stock([]string{"CARGO_HOME=" + w.stocks}, words...), w.berth([]string{"CARGO_HOME=" + w.ours}, words...)
			const warning = "warning: failed to write cache"
			if theirs.Code != ours.Code || strings.Count(theirs.Stderr, warning) != strings.Count(ours.Stderr, warning) {
				t.Errorf("%q in the way, cargo %s\nstock: exit %d, %s\nberth: exit %d, %s", way.remove, line, theirs.Code, theirs.Stderr, ours.Code, ours.Stderr)
			}
		}
	}
}

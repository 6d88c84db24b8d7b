package cargo_test

import (
	"path/filepath"
	"strings"
	"testing"

	"berth/internal/testkit/gitkit"
)

// TestDuplicatesInRepositories: of two packages of one name who depends on that name hears, and nobody else.
func TestDuplicatesInRepositories(t *testing.T) {
	t.Parallel()
	p := newPair(t)
	repo := gitkit.NewRepo(t, filepath.Join(realDir(t), "repo"))
	files := gitkit.Package("one", "same", "0.1.0")
	for _, more := range []map[string]string{gitkit.Package("two", "same", "0.1.0"), gitkit.Package("only", "only", "0.1.0")} {
		for name, text := range more {
			files[name] = text
		}
	}
	repo.Commit(files)
	for dep, want := range map[string]int{"only": 0, "same": 1} {
		p.pkg(".", "app", "0.1.0", "[dependencies]\n"+dep+" = { git = \"file://"+repo.Dir+"\" }\n")
		for _, line := range []string{"fetch", "check"} {
			theirs, ours := p.apart(nil, line)
			ts, us := strings.Count(theirs.Stderr, "skipping duplicate package"), strings.Count(ours.Stderr, "skipping duplicate package")
			if theirs.Code != 0 || ours.Code != 0 || ts != want || us != want {
				t.Errorf("%s: cargo %s: %d warnings, stock %d, want %d\n%s\n%s", dep, line, us, ts, want, ours.Stderr, theirs.Stderr)
			}
		}
	}
}

// TestMalformedInRepositories: a manifest that is none, beside the one that is depended on, is told of and passed over; what is wrong
// with others is not.
func TestMalformedInRepositories(t *testing.T) {
	t.Parallel()
	p := newPair(t)
	repo := gitkit.NewRepo(t, filepath.Join(realDir(t), "repo"))
	files := gitkit.Package("good", "good", "0.1.0")
	files["torn/Cargo.toml"] = "[package\n"
	files["number/Cargo.toml"] = "[package]\nname = \"number\"\nversion = \"0.1.0\"\nedition = 2021\n"
	files["nowhere/Cargo.toml"] = "[package]\nname = \"nowhere\"\nversion = \"0.1.0\"\n[dependencies]\nx = { path = \"../x\" }\n"
	files["feature/Cargo.toml"] = "[package]\nname = \"feature\"\nversion = \"0.1.0\"\n[features]\na = [\"b\"]\n"
	repo.Commit(files)
	p.pkg(".", "app", "0.1.0", "[dependencies]\ngood = { git = \"file://"+repo.Dir+"\" }\n")
	for _, line := range []string{"fetch", "update", "tree", "check"} {
		theirs, ours := p.apart(nil, line)
		if theirs.Code != 0 || ours.Code != 0 {
			t.Errorf("cargo %s: %d, stock %d\n%s\n%s", line, ours.Code, theirs.Code, ours.Stderr, theirs.Stderr)
		}
		for place, want := range map[string]int{"torn/Cargo.toml:1:9": 1, "number/Cargo.toml:4:11": 1, "nowhere/": 0, "feature/": 0} {
			if ts, us := strings.Count(theirs.Stderr, place), strings.Count(ours.Stderr, place); ts != want || us != want {
				t.Errorf("cargo %s: %s is told of %d times, by stock %d, want %d\n%s\n%s", line, place, us, ts, want, ours.Stderr, theirs.Stderr)
			}
		}
	}
}

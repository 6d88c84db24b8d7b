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

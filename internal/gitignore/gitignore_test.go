package gitignore

import (
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
)

func TestCargoPatterns(t *testing.T) {
	for _, c := range []struct {
		patterns, path string
		dir            bool
		want           Verdict
	}{
		{"foo", "a/foo", false, Ignored},
		{"/foo", "a/foo", false, None},
		{"/foo", "foo/b", false, Ignored},
		{"foo/", "foo", false, None},
		{"foo/", "foo/x", false, Ignored},
		{"*.rs", "src/a.rs", false, Ignored},
		{"src/*.rs", "src/b/a.rs", false, None},
		{"src/**/*.rs", "src/a.rs", false, Ignored},
		{"src/**", "src", true, None},
		{"src/**", "src/a/b", false, Ignored},
		{"a/**/b", "a/b", false, Ignored},
		{"a/**/b", "a/x/y/b", false, Ignored},
		{"*.{rs,toml}", "x.toml", false, Ignored},
		{"*.rs,!a.rs", "a.rs", false, Included},
		{`\!x`, "!x", false, Ignored},
		{"[a-c]x", "bx", false, Ignored},
		{"[!a-c]x", "bx", false, None},
		{"a?c", "a/c", false, None},
		{"**", "a/b", false, Ignored},
		{"*", "a/b", false, Ignored},
		{".*", ".git/x", false, Ignored},
		{"# x", "# x", false, None},
		{"a**b", "axxb", false, Ignored},
		{"a**b", "ax/xb", false, None},
	} {
		s := New(Cargo)
		sep := "\n"
		if strings.Contains(c.patterns, ",!") {
			sep = ","
		}
		for _, p := range strings.Split(c.patterns, sep) {
			if err := s.Add(p); err != nil {
				t.Fatal(err)
			}
		}
		if got := s.MatchWithParents(c.path, c.dir); got != c.want {
			t.Errorf("%q of %q is %d, expected %d", c.patterns, c.path, got, c.want)
		}
	}
}

func TestMistakesAreErrors(t *testing.T) {
	for _, p := range []string{"{a", "a}", "[z-a]", `a\`} {
		if err := New(Cargo).Add(p); err == nil {
			t.Errorf("%q passes", p)
		}
	}
}

// FuzzMatch: no pattern and no path is too much.
func FuzzMatch(f *testing.F) {
	f.Add("*.rs\n!a.rs\n/x/\nq/**/z", "x/y")
	f.Add("a/**\n**/b", "a/c/b")
	f.Fuzz(func(t *testing.T, patterns, path string) {
		Parse([]byte(patterns)).MatchWithParents(strings.ReplaceAll(path, "\x00", ""), false)
	})
}

func TestAgainstGit(t *testing.T) {
	dir := t.TempDir()
	if out, err := exec.Command("git", "init", "-q", dir).CombinedOutput(); err != nil {
		t.Fatalf("%v: %s", err, out)
	}
	paths := []string{"a", "b", "a/b", "a/b/c", "b/a", "x.rs", "a/x.rs", "a/b/x.rs", "!a", "#a", "a b", "ab", "aXb", "a/XX/b", "a/c/d/b", ".h", "a/.h", "{a,b}", "a[b]", "é", "b/é"}
	for _, patterns := range []string{
		"a", "/a", "a/", "/a/b", "a/*", "a/**", "**/b", "a/**/b", "*", "*.rs", "*.rs\n!x.rs", "*.rs\n!/x.rs", `\!a`, `\#a`, `a\ b`, "a ", "a\\ ", "[ab]", "[!a]", "[^a]",
		"a?b", "a*b", "?", "**", ".*", "{a,b}", `a\[b]`, "a/**/", "**/a/**", "/**/b", "a/b/", "!a\na", "/*\n!/a", "é", "[à-ï]", "a**b", "**b", "b**", "/", "//", "!",
	} {
		s := Parse([]byte(patterns))
		ignored := gitSays(t, dir, patterns, paths)
		for _, path := range paths {
			want := ignored[path]
			got := s.MatchWithParents(path, false) == Ignored || anyParentIgnored(s, path)
			if got != want {
				t.Errorf("%q of %q: %v, git says %v", patterns, path, got, want)
			}
		}
	}
}

// anyParentIgnored: with git nothing below an ignored directory comes back.
func anyParentIgnored(s *Set, path string) bool {
	for i := 0; i < len(path); i++ {
		if path[i] == '/' && s.Match(path[:i], true) == Ignored {
			return true
		}
	}
	return false
}

func gitSays(t *testing.T, dir, patterns string, paths []string) map[string]bool {
	t.Helper()
	if err := os.WriteFile(filepath.Join(dir, ".git/info/exclude"), []byte(patterns), 0o644); err != nil {
		t.Fatal(err)
	}
	cmd := exec.Command("git", "-C", dir, "check-ignore", "--no-index", "--stdin", "-z")
	cmd.Stdin = strings.NewReader(strings.Join(paths, "\x00"))
	cmd.Env = append(cmd.Environ(), "GIT_CONFIG_GLOBAL=/dev/null", "GIT_CONFIG_NOSYSTEM=1", "LC_ALL=C.UTF-8")
	out, err := cmd.Output()
	if exit, ok := err.(*exec.ExitError); err != nil && (!ok || exit.ExitCode() != 1) {
		t.Fatalf("%v: %s", err, out)
	}
	ignored := map[string]bool{}
	for _, path := range strings.Split(string(out), "\x00") {
		ignored[path] = true
	}
	return ignored
}

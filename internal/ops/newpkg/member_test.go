package newpkg

import (
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"

	"berth/internal/testkit/stock"
	"berth/internal/tomldoc"
)

// TestManyAtOnce: packages that are made at the same time are all members afterwards.
func TestManyAtOnce(t *testing.T) {
	cargo := stock.NewCargo(t)
	root := filepath.Join(t.TempDir(), "w")
	if err := os.MkdirAll(root, 0o755); err != nil {
		t.Fatal(err)
	}
	file := filepath.Join(root, "Cargo.toml")
	if err := os.WriteFile(file, []byte("[workspace]\nresolver = \"3\"\n"), 0o644); err != nil {
		t.Fatal(err)
	}
	var all sync.WaitGroup
	const packages = 12
	for i := range packages {
		all.Go(func() {
			said := &notes{}
			if err := run(t, cargo, root, fmt.Sprintf("new --vcs=none p%02d", i), said); err != nil || said.warnings > 0 {
				t.Error(err, said.text.String())
			}
		})
	}
	all.Wait()
	doc, err := tomldoc.Parse(file, must(t, file))
	if err != nil {
		t.Fatal(err)
	}
	if members := doc.Root().Find("workspace", "members"); members.Len() != packages {
		t.Errorf("%d members in\n%s", members.Len(), doc.Text())
	}
	if got := cargo.Run(root, "metadata", "--no-deps", "--format-version=1", "--offline"); strings.Count(got, `"manifest_path":`) != packages {
		t.Errorf("stock cargo finds other packages: %s", got)
	}
}

func must(t *testing.T, path string) []byte {
	t.Helper()
	data, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	return data
}

// TestLineEnds: those of the file stay as they are.
func TestLineEnds(t *testing.T) {
	doc, err := tomldoc.Parse("x", []byte("\ufeff[workspace]\r\nresolver = \"3\"\r\n"))
	if err != nil {
		t.Fatal(err)
	}
	got, err := withMember(doc, "x")
	if err != nil || string(got) != "\ufeff[workspace]\r\nresolver = \"3\"\r\nmembers = [\"x\"]\r\n" {
		t.Errorf("%q %v", got, err)
	}
}

func TestPatterns(t *testing.T) {
	for _, c := range []struct {
		pattern, path string
		want          bool
	}{
		{"a", "a", true}, {"a", "b", false}, {"*", "a/b", true}, {"a/*", "a/b/c", true}, {"a?c", "abc", true}, {"[a-c]x", "bx", true}, {"[!a-c]x", "bx", false},
		{"**", "a/b", true}, {"**/b", "b", true}, {"**/b", "a/b", true}, {"**/b", "ab", false}, {"a/**/c", "a/c", true}, {"a/**/c", "a/b/b/c", true}, {"a/**/c", "b/c", false}, {"a/**", "a/b", true},
	} {
		if got, err := matches(c.pattern, c.path); err != nil || got != c.want {
			t.Errorf("%s %s: %v %v", c.pattern, c.path, got, err)
		}
	}
	if _, err := matches("a**", "a"); err == nil {
		t.Error("a** is a pattern")
	}
}

// FuzzMember: what comes out is TOML with the members that were there and the new one, and nothing else is lost.
func FuzzMember(f *testing.F) {
	for _, s := range situations() {
		f.Add(s.files["Cargo.toml"])
	}
	f.Fuzz(func(t *testing.T, text string) {
		doc, err := tomldoc.Parse("a", []byte(text))
		if err != nil {
			return
		}
		changed, err := withMember(doc, "new")
		if err != nil || changed == nil {
			return
		}
		again, err := tomldoc.Parse("b", changed)
		if err != nil {
			t.Fatalf("%v\nfrom %q", err, text)
		}
		before, after := doc.Root().Find("workspace", "members"), again.Root().Find("workspace", "members")
		if before.Kind() == tomldoc.Array && before.IsInline() && after.Len() != before.Len()+1 || !slices.Contains(texts(after), "new") {
			t.Fatalf("%q became %q", text, changed)
		}
		for _, old := range texts(before) {
			if !slices.Contains(texts(after), old) {
				t.Errorf("%q lost %q: %q", text, old, changed)
			}
		}
		if doc.Root().Len() != again.Root().Len() {
			t.Errorf("%q became %q", text, changed)
		}
	})
}

func texts(array *tomldoc.Value) []string {
	var list []string
	if array.IsInline() {
		for item := range array.Items() {
			text, _ := item.Text()
			list = append(list, text)
		}
	}
	return list
}

// rival makes files of its own when it is warned of a name, which is after the look for what is there.
type rival struct {
	notes
	files []string
}

func (r *rival) Warnf(format string, args ...any) {
	for _, file := range r.files {
		os.MkdirAll(filepath.Dir(file), 0o755)
		os.WriteFile(file, []byte("mine"), 0o644)
	}
	r.notes.Warnf(format, args...)
}

// TestNothingIsOverwritten: what somebody else makes meanwhile stays.
func TestNothingIsOverwritten(t *testing.T) {
	cargo := stock.NewCargo(t)
	for _, line := range []string{"new --vcs=none Xy", "init --vcs=none Xy"} {
		for _, file := range []string{"Xy/Cargo.toml", "Xy/src/main.rs"} {
			dir := t.TempDir()
			voice := &rival{files: []string{filepath.Join(dir, file)}}
			err := run(t, cargo, dir, line, voice)
			if refused := filepath.Base(file) == "Cargo.toml"; (err != nil) != refused {
				t.Errorf("%s beside who makes %s: %v", line, file, err)
			}
			if got := must(t, filepath.Join(dir, file)); string(got) != "mine" {
				t.Errorf("%s wrote over %s: %s", line, file, got)
			}
		}
	}
}

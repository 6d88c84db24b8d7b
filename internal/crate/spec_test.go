package crate

import (
	"strings"
	"testing"

	"berth/internal/dialect"
	"berth/internal/semver"
)

func TestParseSpec(t *testing.T) {
	for _, c := range []struct {
		text string
		want Spec
		back string // empty: as text
	}{
		{"foo", Spec{Name: "foo"}, ""},
		{"foo@1.2", Spec{Name: "foo", Version: semver.Partial{Parts: 2, Major: 1, Minor: 2}}, ""},
		{"foo:1.2.3", Spec{Name: "foo", Version: semver.Partial{Parts: 3, Major: 1, Minor: 2, Patch: 3}}, "foo@1.2.3"},
		{"https://example.com/foo", Spec{Name: "foo", URL: "https://example.com/foo"}, ""},
		{"https://example.com/foo#1.2.3", Spec{Name: "foo", URL: "https://example.com/foo", Version: semver.Partial{Parts: 3, Major: 1, Minor: 2, Patch: 3}}, ""},
		{"https://example.com/foo#bar@1", Spec{Name: "bar", URL: "https://example.com/foo", Version: semver.Partial{Parts: 1, Major: 1}}, ""},
		{"https://example.com/foo#bar:1", Spec{Name: "bar", URL: "https://example.com/foo", Version: semver.Partial{Parts: 1, Major: 1}}, "https://example.com/foo#bar@1"},
		{"https://example.com/foo#bar", Spec{Name: "bar", URL: "https://example.com/foo"}, ""},
		{"registry+https://example.com/foo#bar", Spec{Name: "bar", URL: "https://example.com/foo", HasKind: true, Kind: Registry}, ""},
		{"sparse+https://example.com/foo#bar", Spec{Name: "bar", URL: "sparse+https://example.com/foo", HasKind: true, Kind: SparseRegistry}, ""},
		{"git+ssh://git@example.com/foo.git?branch=x#bar", Spec{Name: "bar", URL: "ssh://git@example.com/foo.git", HasKind: true, Kind: Git, Ref: GitRef{Branch, "x"}}, ""},
		{"git+https://example.com/foo#1.0.0", Spec{Name: "foo", URL: "https://example.com/foo", HasKind: true, Kind: Git, Ref: GitRef{Kind: DefaultBranch}, Version: semver.Partial{Parts: 3, Major: 1}}, ""},
		{"path+file:///a/b#c", Spec{Name: "c", URL: "file:///a/b", HasKind: true, Kind: Path}, ""},
		{"file:///a/b", Spec{Name: "b", URL: "file:///a/b"}, ""},
	} {
		got, err := ParseSpec(c.text)
		if err != nil || got != c.want {
			t.Errorf("%s: %+v, %v, expected %+v", c.text, got, err, c.want)
		}
		if c.back == "" {
			c.back = c.text
		}
		if got.String() != c.back {
			t.Errorf("%s is written %s, expected %s", c.text, got, c.back)
		}
	}
	for _, text := range []string{"", "1foo", "foo@", "foo@x", "a/b", "https://example.com/foo?x=1", "https://example.com/foo#", "https://example.com/#1.0", "quux+https://example.com/foo", "path+https://example.com/foo", "foo@1.2.3.4", "baz@^1"} {
		if got, err := ParseSpec(text); err == nil {
			t.Errorf("%q is %+v, expected an error", text, got)
		}
	}
}

func TestQuerySpec(t *testing.T) {
	git, err := GitSource("https://example.com/x", GitRef{Branch, "b"})
	if err != nil {
		t.Fatal(err)
	}
	v := func(text string) semver.Version {
		parsed, err := semver.Parse(text)
		if err != nil {
			t.Fatal(err)
		}
		return parsed
	}
	ids := []PackageID{
		{"serde", v("1.0.1"), PublicSource()}, {"rand", v("0.7.0"), PublicSource()}, {"rand", v("0.8.0"), PublicSource()},
		{"rand", v("0.8.0"), git}, {"x", v("1.0.0-a.1"), git},
	}
	for _, c := range []struct{ spec, want string }{
		{"serde", "serde v1.0.1"},
		{"rand@0.7", "rand v0.7.0"},
		{"rand@0.8", "error: specification `rand@0.8` is ambiguous"},
		{"git+https://example.com/x?branch=b#rand", "rand v0.8.0 (https://example.com/x?branch=b)"},
		{"git+https://example.com/x#rand", "error: package ID specification `git+https://example.com/x#rand` did not match any packages"},
		{"registry+" + PublicSource().URL() + "#rand@0.8.0", "rand v0.8.0"},
		{"serd", "error: package ID specification `serd` did not match any packages\n\nhelp: a package with a similar name exists: `serde`"},
		{"serde@2", "error: package ID specification `serde@2` did not match any packages\nhelp: there are similar package ID specifications:\n\n  serde@1.0.1"},
		{"x@1.0.0-a.1", "x v1.0.0-a.1 (https://example.com/x?branch=b)"},
	} {
		spec, err := ParseSpec(c.spec)
		if err != nil {
			t.Fatal(err)
		}
		id, err := spec.Query(ids)
		got := ""
		if err != nil {
			got = "error: " + err.Error()
		} else {
			got = id.String()
		}
		if !strings.HasPrefix(got, c.want) {
			t.Errorf("%s: %s, expected %s", c.spec, got, c.want)
		}
	}
}

func TestNames(t *testing.T) {
	for _, name := range []string{"a", "a-b_c9", "_", "héllo", "日本"} {
		if err := CheckPackageName(name); err != nil {
			t.Error(err)
		}
	}
	for _, name := range []string{"", "9a", "-a", "a b", "a.b", "a/b", "a¼", "ⒶⒷ"} {
		if CheckPackageName(name) == nil {
			t.Errorf("%q is a package's name", name)
		}
	}
	for _, name := range []string{"c++17", "128bit", "_foo", "feat-name", "foo.bar"} {
		if err := CheckFeatureName(name); err != nil {
			t.Error(err)
		}
	}
	for _, name := range []string{"", "+foo", "-foo", ".foo", "dep:bar", "foo/bar", "foo:bar", "foo?", "?foo", "ⒶⒷⒸ", "a¼"} {
		if CheckFeatureName(name) == nil {
			t.Errorf("%q is a feature's name", name)
		}
	}
	for _, name := range []string{"build-override", "Cargo-x", "tmp", "a b"} {
		if CheckProfileName(name, dialect.Last) == nil {
			t.Errorf("%q is a profile's name", name)
		}
	}
	if CheckProfileName("debug", 98) == nil || CheckProfileName("debug", 99) != nil {
		t.Error("debug is the name of a profile from 1.99 on")
	}
}

func FuzzParseSpec(f *testing.F) {
	f.Add("git+https://example.com/x?branch=b#rand@1.0")
	f.Fuzz(func(t *testing.T, text string) {
		s, err := ParseSpec(text)
		if err != nil {
			return
		}
		again, err := ParseSpec(s.String())
		if err != nil || again != s {
			t.Fatalf("%q is %+v, written %q, which is %+v, %v", text, s, s, again, err)
		}
	})
}

package crate_test

import (
	"strings"
	"testing"

	"berth/internal/crate"
	"berth/internal/semver"
)

// registryHost is composed as in the program: no registry's host is named in the tests.
var registryHost = "crates" + "." + "io"

func registry(t *testing.T, index string) crate.SourceID { return registryOf(t, index, "") }

// registryOf is a registry under a name of the configuration.
func registryOf(t *testing.T, index, name string) crate.SourceID {
	t.Helper()
	s, err := crate.RegistrySource(index, name)
	if err != nil {
		t.Fatal(err)
	}
	return s
}

func git(t *testing.T, url string, ref crate.GitRef) crate.SourceID {
	t.Helper()
	s, err := crate.GitSource(url, ref)
	if err != nil {
		t.Fatal(err)
	}
	return s
}

// TestDirectoryNames: names of directories that Cargo 1.95 made.
func TestDirectoryNames(t *testing.T) {
	head := crate.GitRef{Kind: crate.DefaultBranch}
	for _, c := range []struct{ got, want string }{
		{crate.PublicSparseSource().DirName(), "index." + registryHost + "-1949cf8c6b5b557f"},
		{crate.PublicSource().DirName(), "github.com-25cdd57fae9f0462"},
		{registry(t, "sparse+http://127.0.0.1:18998/idx/").DirName(), "127.0.0.1-d44e876d9b5189c5"},
		{registry(t, "file:///srv/reg/idx").DirName(), "-dca1674b5d7fa22e"},
		{crate.LocalRegistrySource("/srv/reg/local").DirName(), "-a53221dffdbd19c9"},
		{git(t, "git://127.0.0.1:19418/Lib.git", head).GitName(), "Lib-ebdb3c00040c28b0"},
		{git(t, "file:///srv/reg/Lib.git/", crate.GitRef{Kind: crate.Tag, Name: "v1"}).GitName(), "Lib-4cd82f1a4a6ac31e"},
	} {
		if c.got != c.want {
			t.Errorf("got %s, want %s", c.got, c.want)
		}
	}
}

func TestSameSource(t *testing.T) {
	head := crate.GitRef{Kind: crate.DefaultBranch}
	a := git(t, "https://GitHub.com/Foo/Bar.git", head)
	b := git(t, "git://github.com/foo/bar/", head).WithPrecise("0123456789abcdef")
	if !a.Same(b) || a == b || a.Compare(b) != 0 {
		t.Errorf("%s and %s are the same source, and not equal", a, b)
	}
	if other := git(t, "https://github.com/foo/bar", crate.GitRef{Kind: crate.Branch, Name: "x"}); a.Same(other) {
		t.Errorf("%s is not %s", a, other)
	}
	if !crate.PublicSource().IsPublic() || !crate.PublicSparseSource().IsPublic() || crate.PublicSource().Same(crate.PublicSparseSource()) {
		t.Error("the public registry is public by both protocols, which are two sources")
	}
}

func TestSourceTexts(t *testing.T) {
	for _, text := range []string{
		"registry+https://github.com/rust-lang/crates.io-index",
		"sparse+http://127.0.0.1:8000/index/",
		"git+https://example.com/a/b?branch=feat%2Fx#0123456789012345678901234567890123456789",
		"git+ssh://git@example.com/a/b.git?tag=v1.0*_-.%7E+a#0123456789012345678901234567890123456789",
		"git+file:///srv/lib#0123456789012345678901234567890123456789",
	} {
		s, err := crate.ParseSource(text)
		if err != nil || s.EncodedText() != text {
			t.Errorf("ParseSource(%q) = %q, %v", text, s.EncodedText(), err)
		}
	}
	s, _ := crate.ParseSource("git+https://example.com/a/b?branch=feat%2Fx#abc")
	if want := "git+https://example.com/a/b?branch=feat/x#abc"; s.Text() != want {
		t.Errorf("Text() = %q, want %q", s.Text(), want)
	}
	for _, bad := range []string{"", "registry", "registry+", "hg+https://x/y", "git+git@example.com:a/b", "registry+foo"} {
		if s, err := crate.ParseSource(bad); err == nil {
			t.Errorf("ParseSource(%q) = %v, expected an error", bad, s)
		}
	}
}

func TestURLs(t *testing.T) {
	for _, c := range [][2]string{
		{"HTTPS://Example.COM", "https://example.com/"},
		{"https://example.com:443/a/../b/./c/", "https://example.com/b/c/"},
		{"http://user:pw@example.com:8080/a b", "http://user:pw@example.com:8080/a%20b"},
		{"sparse+https://Example.com", "sparse+https://Example.com"},
		{"file:/srv/x", "file:///srv/x"},
		{"ssh://git@Example.com/x", "ssh://git@Example.com/x"},
	} {
		if got, err := crate.ParseURL(c[0]); err != nil || got != c[1] {
			t.Errorf("ParseURL(%q) = %q, %v; want %q", c[0], got, err, c[1])
		}
	}
	if _, err := crate.ParseURL("git@example.com:a/b.git"); err == nil || !strings.Contains(err.Error(), "try `ssh://git@example.com/a/b.git` instead") {
		t.Errorf("of what only git takes for an address: %v", err)
	}
	if dir := crate.PathSource("/srv/a b/%x").Dir(); dir != "/srv/a b/%x" {
		t.Errorf("the directory is %q", dir)
	}
}

func TestPackageIDs(t *testing.T) {
	v := semver.Version{Major: 1, Minor: 2, Patch: 3}
	for _, c := range []struct {
		id         crate.PackageID
		text, spec string
	}{
		{crate.PackageID{"serde", v, crate.PublicSource()}, "serde v1.2.3", "registry+https://github.com/rust-lang/crates.io-index#serde@1.2.3"},
		{crate.PackageID{"app", v, crate.PathSource("/w/app")}, "app v1.2.3 (/w/app)", "path+file:///w/app#1.2.3"},
		{crate.PackageID{"lib", v, crate.PathSource("/w/app")}, "lib v1.2.3 (/w/app)", "path+file:///w/app#lib@1.2.3"},
		{crate.PackageID{"b", v, git(t, "https://example.com/a/b", crate.GitRef{Kind: crate.Branch, Name: "x/y"}).WithPrecise("0123456789")},
			"b v1.2.3 (https://example.com/a/b?branch=x%2Fy#01234567)", "git+https://example.com/a/b?branch=x%2Fy#1.2.3"},
		{crate.PackageID{"z", v, registryOf(t, "sparse+http://127.0.0.1:80/i/", "mine")}, "z v1.2.3 (registry `mine`)", "sparse+http://127.0.0.1:80/i/#z@1.2.3"},
	} {
		if c.id.String() != c.text || c.id.Spec() != c.spec {
			t.Errorf("got %q and %q, want %q and %q", c.id, c.id.Spec(), c.text, c.spec)
		}
	}
}

func TestFeatures(t *testing.T) {
	dep := func(name string, optional bool) *crate.Dependency {
		return &crate.Dependency{Name: name, Optional: optional}
	}
	deps := []*crate.Dependency{dep("serde", true), dep("rayon", true), dep("log", false)}
	f, err := crate.NewFeatures(map[string][]string{"default": {"std", "rayon/x", "log/y"}, "std": {"dep:serde", "serde?/std"}}, deps)
	if err != nil {
		t.Fatal(err)
	}
	var names []string
	for _, e := range f {
		names = append(names, e.Name)
	}
	if got := strings.Join(names, " "); got != "default rayon std" {
		t.Errorf("features are %s", got)
	}
	for reason, bad := range map[string]map[string][]string{
		"neither a feature nor a dependency":         {"a": {"b"}},
		"is not a dependency":                        {"a": {"dep:b"}},
		"`log` is not an optional dependency":        {"a": {"log"}},
		"`log?/x`, but `log` is not an optional":     {"a": {"log?/x"}},
		"more than one slash":                        {"a": {"log/x/y"}},
		"both dep: and a slash":                      {"a": {"dep:serde/x"}},
		"an optional dependency that makes no":       {"a": {"serde", "dep:serde"}},
		"optional dependency `serde` is in no":       {"serde": {}},
		"cannot start with \"dep:\"":                 {"dep:a": {}},
		"cannot stand at this place in the name":     {"a b": {}},
		"the name of a feature cannot contain a sla": {"a/b": {}},
	} {
		if _, err := crate.NewFeatures(bad, deps); err == nil || !strings.Contains(err.Error(), reason) {
			t.Errorf("%v: %v, want %s", bad, err, reason)
		}
	}
}

func FuzzParseSource(f *testing.F) {
	for _, seed := range []string{"registry+https://a/b", "git+ssh://a@b/c?rev=d#e", "sparse+http://[::1]:80/x/", "path+file:///a%20b"} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, text string) {
		s, err := crate.ParseSource(text)
		if err != nil {
			return
		}
		again, err := crate.ParseSource(s.EncodedText())
		if err != nil || !again.Same(s) {
			t.Errorf("%q became %q, which is read as %v, %v", text, s.EncodedText(), again, err)
		}
	})
}

package dist

import (
	"slices"
	"strings"
	"testing"
)

func TestAddresses(t *testing.T) {
	const root = "http://localhost:80"
	for _, test := range []struct{ got, want string }{
		{ManifestURL(root, "stable", "", false), root + "/dist/channel-rust-stable.toml"},
		{ManifestURL(root, "nightly", "2026-01-02", false), root + "/dist/2026-01-02/channel-rust-nightly.toml"},
		{ManifestURL(root, "1.70.0-beta.2", "", false), root + "/dist/channel-rust-1.70.0-beta.2.toml"},
		{ManifestURL(root, "beta", "", true), root + "/dist/staging/channel-rust-beta.toml"},
		{ManifestURL(root, "beta", "2026-01-02", true), root + "/dist/2026-01-02/channel-rust-beta.toml"},
		{V1ManifestURL(root, "nightly", "2015-01-02", false), root + "/dist/2015-01-02/channel-rust-nightly"},
		{V1InstallerURL(root, "1.0.0", "", linux), root + "/dist/rust-1.0.0-" + linux + ".tar.gz"},
		{ChecksumURL("file:///a.toml"), "file:///a.toml.sha256"},
		{Root("", ""), DefaultRoot()},
		{Root(root, "http://other/dist"), root},
		{Root("", "http://other/dist"), "http://other"},
		{Root("", "http://other/dist/"), "http://other/dist/"},
		{MirrorURL(DefaultRoot()+"/dist/a", root), root + "/dist/a"},
		{MirrorURL(DefaultRoot()+"/a?from="+DefaultRoot(), root), root + "/a?from=" + root},
		{MirrorURL("https://elsewhere/a", root), "https://elsewhere/a"},
		{MirrorURL(DefaultRoot()+"/a", DefaultRoot()), DefaultRoot() + "/a"},
	} {
		if test.got != test.want {
			t.Errorf("got %s, want %s", test.got, test.want)
		}
	}
}

// The default server is the one that every installed manifest names.
func TestDefaultRoot(t *testing.T) {
	for _, file := range installedFiles(t, ManifestFile) {
		m := parseFile(t, file)
		archive, ok := m.Archive(Component{Pkg: "rust-src"})
		if !ok || !strings.HasPrefix(archive.URL, DefaultRoot()+"/dist/") {
			t.Errorf("%s: %s is not below %s", file, archive.URL, DefaultRoot())
		}
	}
}

func TestVersion1(t *testing.T) {
	for channel, want := range map[string]bool{"1.8.0": true, "0.12": true, "stable": false, "nightly": false, "": false} {
		if IsVersion(channel) != want {
			t.Errorf("IsVersion(%q) is %v", channel, !want)
		}
	}
	files := []string{"manifest-cargo", "manifest-rustc", "manifest-rust-docs"}
	present := func(name string) bool { return slices.Contains(files, name) }
	if !LooksV1(present) {
		t.Error("a version 1 install is not seen")
	}
	files = append(files, ManifestFile)
	if LooksV1(present) {
		t.Error("an upgraded version 1 install is one no more")
	}
	for err, want := range map[error]string{
		&NoReleaseError{Channel: "nightly-2026-01-02"}:              "no release found for 'nightly-2026-01-02'\n",
		&NoReleaseError{Channel: "1.999.0-" + linux, Version: true}: "could not download nonexistent rust version `1.999.0-" + linux + "`\n",
	} {
		if !strings.HasPrefix(err.Error(), want) {
			t.Errorf("got %s", err)
		}
	}
}

func TestKnownTarget(t *testing.T) {
	all := strings.Split(strings.TrimSuffix(targetList, "\n"), "\n")
	if len(all) < 300 || !slices.IsSorted(all) {
		t.Fatalf("%d targets, sorted: %v", len(all), slices.IsSorted(all))
	}
	for _, target := range all {
		if !KnownTarget(target) {
			t.Errorf("%s is not known", target)
		}
	}
	for _, target := range []string{"", "\n", "x86_64", linux + "\n", linux + "x", "a", "zzz", all[0] + "\n" + all[1]} {
		if KnownTarget(target) {
			t.Errorf("%q is known", target)
		}
	}
}

func TestSuggest(t *testing.T) {
	m := parseFile(t, "testdata/manifest/rich.toml")
	all, err := m.Offered(linux)
	if err != nil {
		t.Fatal(err)
	}
	for _, test := range []struct {
		c    Component
		want string
	}{
		{Component{Pkg: "clipy", Target: linux}, "clippy"},
		{Component{Pkg: "clippy-previe", Target: linux}, "clippy-preview"},
		{Component{Pkg: "clippy-preview", Target: "x86_64-unknown-linux-gn"}, linux},
		{Component{Pkg: "clippy-preview", Target: "preview-" + linux}, linux},
		{Component{Pkg: "rust-std", Target: "wasm32-wasi"}, "wasm32-wasip1"},
		{Component{Pkg: "something", Target: linux}, ""},
	} {
		if got := suggest(m, test.c, sortedAll(all)); got != test.want {
			t.Errorf("%s: got %q, want %q", test.c.Name(), got, test.want)
		}
	}
	if got := suggest(m, Component{Pkg: "clippy"}, nil); got != "" {
		t.Errorf("from nothing: got %q", got)
	}
}

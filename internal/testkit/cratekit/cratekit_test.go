package cratekit

import (
	"archive/tar"
	"bytes"
	"encoding/binary"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"testing/fstest"
)

func line1(t *testing.T, c Crate) string {
	t.Helper()
	text, err := c.Line("0123")
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}

func TestLine(t *testing.T) {
	const deps = `"deps":[` +
		`{"name":"b","req":"^1","features":["x"],"optional":true,"default_features":false,"target":"cfg(unix)","kind":"normal","registry":"https://other","package":"real"},` +
		`{"name":"c","req":"*","features":[],"optional":false,"default_features":true,"target":null,"kind":"dev"}]`
	c := Crate{
		Name: "a", Version: "1.0.0-rc.1", Links: "z", RustVersion: "1.70", PubTime: "2026-01-01T00:00:00Z", Yanked: true,
		Deps: []Dep{
			{Name: "b", Package: "real", Req: "^1", Features: []string{"x"}, Optional: true, NoDefault: true, Target: "cfg(unix)", Registry: "https://other"},
			{Name: "c", Kind: "dev"},
		},
		Features: map[string][]string{"old": {"b/x"}, "new": {"dep:b"}, "weak": {"b?/x"}},
	}
	want := `{"name":"a","vers":"1.0.0-rc.1",` + deps + `,"cksum":"0123","features":{"old":["b/x"]},"features2":{"new":["dep:b"],"weak":["b?/x"]},` +
		`"yanked":true,"links":"z","rust_version":"1.70","pubtime":"2026-01-01T00:00:00Z","v":2}`
	if got := line1(t, c); got != want {
		t.Errorf("line\n%s\nexpected\n%s", got, want)
	}
	if got, want := line1(t, New("a", "1.0.0")), `{"name":"a","vers":"1.0.0","deps":[],"cksum":"0123","features":{},"yanked":false}`; got != want {
		t.Errorf("line\n%s\nexpected\n%s", got, want)
	}
	c = Crate{Name: "a", Version: "1.0.0", Checksum: "lie", IndexVersion: 9, Deps: []Dep{{Name: "b", Req: ">=1, <2"}}}
	if got := line1(t, c); !strings.Contains(got, `"cksum":"lie"`) || !strings.Contains(got, `"v":9`) || !strings.Contains(got, ">=1, <2") {
		t.Errorf("line %s", got)
	}
}

// TestManifestAndLineAgree: what is read from the manifest that was made of a crate is that crate.
func TestManifestAndLineAgree(t *testing.T) {
	c := New("a", "1.2.3", "b ^1", "c? >=1, <3", "dev:d", "build:e 2")
	c.Features = map[string][]string{"f": {"dep:c"}, "default": {"f"}}
	c.Links, c.RustVersion, c.Description = "z", "1.70", "what it is"
	c.Deps = append(c.Deps,
		Dep{Name: "g", Package: "real", Features: []string{"x", "y"}, NoDefault: true, Registry: "https://other"},
		Dep{Name: "h", Target: `cfg(target_os = "linux")`}, Dep{Name: "i", Target: "x86_64-unknown-linux-gnu", Kind: "dev"})
	read, err := FromManifest(c.manifest(), nil)
	if err != nil {
		t.Fatal(err)
	}
	slices.SortFunc(c.Deps, func(a, b Dep) int { return strings.Compare(a.Name, b.Name) })
	slices.SortFunc(read.Deps, func(a, b Dep) int { return strings.Compare(a.Name, b.Name) })
	if got, want := line1(t, read), line1(t, c); got != want {
		t.Errorf("line\n%s\nexpected\n%s\nof\n%s", got, want, c.manifest())
	}
	if read.Description != c.Description || read.Edition != "2021" {
		t.Errorf("read %+v", read)
	}
	for _, text := range []string{"[package]\nname = \"a\"", "[package", "[package]\nname = \"a\"\nversion = \"1.0.0\"\n[dependencies]\nb = {version = 1}"} {
		if _, err := FromManifest(text, nil); err == nil {
			t.Errorf("%q is a manifest", text)
		}
	}
}

func TestArchive(t *testing.T) {
	c := Crate{Name: "a", Version: "1.0.0", Files: map[string]string{"src/main.rs": "fn main() {}"}}
	c.Extra = []Entry{{tar.Header{Name: "../out", Typeflag: tar.TypeReg, Mode: 0o755}, "escaped"}}
	one, err := c.Pack()
	if err != nil {
		t.Fatal(err)
	}
	two, err := c.Pack()
	if err != nil || !bytes.Equal(one, two) {
		t.Errorf("two archives of one crate differ (%v)", err)
	}
	for name, want := range map[string]string{"a-1.0.0/src/main.rs": "fn main() {}", "a-1.0.0/src/lib.rs": "// a 1.0.0\n", "a-1.0.0/Cargo.toml": c.manifest(), "../out": "escaped"} {
		if got, err := readFile(bytes.NewReader(one), name); err != nil || string(got) != want {
			t.Errorf("%s: %q, %v", name, got, err)
		}
	}
	c.Archive = []byte("no archive")
	if got, err := c.Pack(); err != nil || string(got) != "no archive" {
		t.Errorf("%q, %v", got, err)
	}
}

func TestIndexPath(t *testing.T) {
	for name, want := range map[string]string{"a": "1/a", "ab": "2/ab", "abc": "3/a/abc", "Abcd": "ab/cd/abcd", "serde_json": "se/rd/serde_json"} {
		if got := IndexPath(name); got != want {
			t.Errorf("%s: %s, expected %s", name, got, want)
		}
	}
	if got := Prefix("Bar-Baz"); got != "Ba/r-" {
		t.Errorf("prefix %s", got)
	}
}

func TestTree(t *testing.T) {
	tree, err := NewTree(t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	versions := func() string {
		t.Helper()
		data, err := os.ReadFile(tree.indexFile("abcd"))
		if err != nil {
			t.Fatal(err)
		}
		var all []string
		for text := range strings.Lines(string(data)) {
			v := version([]byte(text))
			if strings.Contains(text, `"yanked":true`) {
				v += " yanked"
			}
			all = append(all, v)
		}
		return strings.Join(all, ", ")
	}
	steps := []struct {
		do   func() error
		want string
	}{
		{func() error { return tree.Publish(New("abcd", "1.0.0"), New("abcd", "1.1.0"), New("abcd", "0.9.0")) }, "1.0.0, 1.1.0, 0.9.0"},
		{func() error { return tree.Yank("abcd", "1.1.0", true) }, "1.0.0, 1.1.0 yanked, 0.9.0"},
		{func() error { return tree.Publish(New("abcd", "1.1.0", "b")) }, "1.0.0, 1.1.0, 0.9.0"},
		{func() error { return tree.PublishLine("abcd", []byte("no line")) }, "1.0.0, 1.1.0, 0.9.0, "},
		{func() error { return tree.Remove("abcd", "1.0.0") }, "1.1.0, 0.9.0, "},
	}
	for i, step := range steps {
		if err := step.do(); err != nil {
			t.Fatal(err)
		}
		if got := versions(); got != step.want {
			t.Errorf("after step %d: %q, expected %q", i, got, step.want)
		}
	}
	if err := tree.Yank("abcd", "7.0.0", true); err == nil {
		t.Error("a version that is not there was yanked")
	}
	if _, err := os.Stat(filepath.Join(tree.Dir, "abcd-1.1.0.crate")); err != nil {
		t.Error(err)
	}
}

// cacheFile is an index cache as Cargo writes it.
func cacheFile(versions ...string) []byte {
	data := binary.LittleEndian.AppendUint32([]byte{cacheFormat}, indexFormat)
	data = append(data, "etag: \"1\"\x00"...)
	for _, v := range versions {
		data = append(data, v+"\x00{\"vers\":\""+v+"\"}\x00"...)
	}
	return data
}

func TestMirrorOfAHome(t *testing.T) {
	home := t.TempDir()
	const source = "registry-0123456789abcdef"
	files := fstest.MapFS{
		"registry/index/" + source + "/.cache/ab/cd/abcd": {Data: cacheFile("1.0.0", "2.0.0")},
		"registry/index/" + source + "/.cache/1/a":        {Data: cacheFile()},
		"registry/cache/" + source + "/a-1.0.0.crate":     {Data: []byte("packed")},
	}
	if err := os.CopyFS(home, files); err != nil {
		t.Fatal(err)
	}
	if names, err := Sources(home); err != nil || !slices.Equal(names, []string{source}) {
		t.Errorf("sources %v, %v", names, err)
	}
	tree, err := NewTree(t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	for range 2 { // a second time changes nothing
		if n, err := tree.Mirror(home, source); err != nil || n != (Counts{2, 1}) {
			t.Fatalf("%+v, %v", n, err)
		}
		got, err := os.ReadFile(tree.indexFile("abcd"))
		if want := "{\"vers\":\"1.0.0\"}\n{\"vers\":\"2.0.0\"}\n"; err != nil || string(got) != want {
			t.Errorf("%q, %v; expected %q", got, err, want)
		}
		if got, err := os.ReadFile(filepath.Join(tree.Dir, "a-1.0.0.crate")); err != nil || string(got) != "packed" {
			t.Errorf("%q, %v", got, err)
		}
	}
	for _, damaged := range [][]byte{nil, {2, 0, 0, 0, 0}, cacheFile("1.0.0")[:30], []byte("\x03\x03\x00\x00\x00etag\x00")} {
		if _, err := cachedLines(damaged); err == nil {
			t.Errorf("%q is an index cache", damaged)
		}
	}
}

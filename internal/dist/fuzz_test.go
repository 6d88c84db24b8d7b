package dist

import (
	"bytes"
	"path/filepath"
	"strings"
	"testing"
	"unicode/utf8"
)

// seed adds the files of a pattern, and fails where there are none: a fuzz target without its seeds finds nothing.
func seed(f *testing.F, pattern string) {
	f.Helper()
	files, err := filepath.Glob(pattern)
	if err != nil || len(files) == 0 {
		f.Fatalf("no seeds %s: %v", pattern, err)
	}
	for _, file := range files {
		f.Add(readFile(f, file))
	}
}

// Whatever is accepted can be written, is read again as the same, and is then written as the same bytes.
func FuzzManifest(f *testing.F) {
	seed(f, "testdata/manifest/*.toml")
	f.Add([]byte(head + "[pkg.a]\nversion='\\'\ntarget.t={available=true,url='file:///','hash'='" + hash + "'}\n"))
	f.Fuzz(func(t *testing.T, doc []byte) {
		m, err := ParseManifest(doc)
		if err != nil {
			if !strings.HasPrefix(err.Error(), "channel manifest: ") || !utf8.ValidString(err.Error()) {
				t.Errorf("bad message %q", err)
			}
			return
		}
		written := m.Marshal()
		again, err := ParseManifest(written)
		if err != nil {
			t.Fatalf("%v in\n%s", err, written)
		}
		if !again.Equal(m) {
			t.Errorf("another manifest came back from\n%s", written)
		}
		if !bytes.Equal(again.Marshal(), written) {
			t.Errorf("other bytes came back from\n%s", written)
		}
		if summary, err := Summarize(doc); m.Packages["rust"] != nil && (err != nil || summary.Date != m.Date) {
			t.Errorf("summary: %v, %v", summary, err)
		}
	})
}

func FuzzConfig(f *testing.F) {
	seed(f, "testdata/config/*.toml")
	f.Fuzz(func(t *testing.T, doc []byte) {
		config, err := ParseConfig(doc)
		if err != nil {
			return
		}
		written := config.Marshal()
		again, err := ParseConfig(written)
		if err != nil || !bytes.Equal(again.Marshal(), written) {
			t.Errorf("%v in\n%s", err, written)
		}
	})
}

func FuzzMirrorURL(f *testing.F) {
	f.Add(DefaultRoot()+"/dist/2026-01-02/a.tar.xz", "http://localhost:8000")
	f.Add("https://elsewhere/a", "file:///srv")
	f.Fuzz(func(t *testing.T, url, root string) {
		got := MirrorURL(url, root)
		n := strings.Count(url, DefaultRoot())
		if len(got) != len(url)+n*(len(root)-len(DefaultRoot())) {
			t.Errorf("%q with %q: %q, of %d occurrences not all were replaced", url, root, got, n)
		}
		if (n == 0 || root == DefaultRoot()) && got != url {
			t.Errorf("%q became %q", url, got)
		}
	})
}

// What editors and people type as names must give a component or an error, never a panic.
func FuzzFind(f *testing.F) {
	f.Add("clippy", "", "")
	f.Add("rust-std", "wasm32-wasip1", "t")
	m := parseFile(f, "testdata/manifest/rich.toml")
	config, err := ParseConfig(readFile(f, "testdata/config/add-more.toml"))
	if err != nil {
		f.Fatal(err)
	}
	f.Fuzz(func(t *testing.T, name, target, host string) {
		for _, v := range []*View{{Host: linux, Manifest: m, Config: config}, {Host: host, Manifest: m}} {
			c, err := v.Find(name, target)
			if err != nil {
				continue
			}
			for _, resolve := range []func(Component) (Component, error){v.Added, v.Removed} {
				if _, err := resolve(c); err != nil && err.Error() == "" {
					t.Error("an error without words")
				}
			}
		}
	})
}

package dist

import (
	"errors"
	"strings"
	"testing"
)

const head = "manifest-version = \"2\"\ndate = \"2026-01-02\"\n"

// hash is a well-formed one.
const hash = "0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef"

func TestParseManifestErrors(t *testing.T) {
	const a = head + "[pkg.a]\nversion = \"1\"\n" // lines 1 to 4
	const build = a + "[pkg.a.target.t]\n"        // line 5
	for _, test := range []struct {
		name, doc    string
		line, column int
		message      string
	}{
		{"empty", "", 1, 1, `expected manifest-version = "2", found none`},
		{"no date", "manifest-version = \"2\"\n", 2, 1, "expected a date, found none"},
		{"version 3", "manifest-version = \"3\"", 1, 20, `manifest version "3" is not supported, expected "2"`},
		{"version is a number", "manifest-version = 2", 1, 20, "expected a string, got a number"},
		{"version twice", head + "manifest-version = '2'", 3, 1, `"manifest-version" is defined twice`},
		{"date is a date", "date = 2026-01-02", 1, 8, "expected a string, got a date or time"},
		{"date twice", head + "date = ''", 3, 1, `"date" is defined twice`},
		{"date is a table", "[date]", 1, 2, `"date": expected a string, got a table`},
		{"syntax", head + "[pkg", 3, 4, "expected ']' to close table name"},
		{"value missing", "date =", 1, 6, "expected value, not end of input"},
		{"not UTF-8", head + "# \xff", 3, 3, "expected UTF-8, got byte 0xff"},

		{"pkg is a string", head + "pkg = 'x'", 3, 7, "expected a table, got a string"},
		{"pkg is an array", head + "[[pkg]]", 3, 3, `"pkg": expected a table, got an array of tables`},
		{"pkg twice", head + "[pkg]\n[pkg]", 4, 2, `"pkg" is defined twice`},
		{"package is a string", head + "[pkg]\na = 'x'", 4, 5, "expected a table, got a string"},
		{"package leaves the folder", head + "[pkg.'../a']", 3, 6, `package: expected a name of at most 128 letters`},
		{"package is hidden", head + "[pkg.'.a']", 3, 6, `got ".a"`},
		{"package name is long", head + "[pkg." + strings.Repeat("a", 129) + "]", 3, 6, "of at most 128"},
		{"package twice", a + "[pkg.a]", 5, 6, `"a" is defined twice`},
		{"package without version", head + "[pkg.a.target]", 3, 6, "package a: expected a version, found none"},
		{"package without target", a, 3, 6, "package a: expected a table [pkg.a.target], found none"},
		{"target is an array", a + "[[pkg.a.target]]", 5, 9, `"target": expected a table, got an array of tables`},
		{"target name", a + "[pkg.a.target.'a/b']", 5, 15, `target: expected a name`},
		{"target twice", build + "available = true\n[pkg.a.target.t]", 7, 15, `"t" is defined twice`},
		{"target without available", build, 5, 15, "target t: expected available = true or false, found neither"},
		{"available is a string", build + "available = 'true'", 6, 13, "expected true or false, got a string"},
		{"available twice", build + "available = true\navailable = true", 7, 1, `"available" is defined twice`},

		{"url without scheme", build + "available = true\nurl = 'x/y'\nhash = '" + hash + "'", 7, 7, "expected an address that begins https://, http:// or file:///, got \"x/y\""},
		{"url without host", build + "available = true\nxz_url = 'https:///y'\nxz_hash = '" + hash + "'", 7, 10, "expected an address"},
		{"url with space", build + "available = true\nzst_url = 'https://h/a b'\nzst_hash = '" + hash + "'", 7, 11, "expected an address"},
		{"url of a strange scheme", build + "available = true\nurl = 'ftp://h/'\nhash = '" + hash + "'", 7, 7, "expected an address"},
		{"hash is short", build + "available = true\nurl = 'https://h/'\nhash = 'abc'", 8, 8, `expected a SHA-256 as 64 lower-case hexadecimal digits, got "abc"`},
		{"hash in upper case", build + "available = true\nurl = 'https://h/'\nhash = '" + strings.ToUpper(hash) + "'", 8, 8, "lower-case"},
		{"url is a table", build + "url = { a = 1 }", 6, 1, `"url": expected a string, got a table`},
		{"url twice", build + "url = 'a'\nurl = 'b'", 7, 1, `"url" is defined twice`},

		{"components is a string", build + "components = 'x'", 6, 14, "expected an array of tables, got a string"},
		{"components holds a string", build + "components = ['x']", 6, 15, "expected a table, got a string"},
		{"components is a table", build + "[pkg.a.target.t.components]", 6, 17, `"components": expected an array of tables, got a table`},
		{"components both ways", build + "components = []\n[[pkg.a.target.t.components]]", 7, 18, `"components" is defined twice`},
		{"component without pkg", build + "available = true\n[[pkg.a.target.t.components]]\ntarget = 't'", 7, 18, `component: expected pkg = "…", found none`},
		{"component without target", build + "available = true\nextensions = [{pkg = 'a'}]", 7, 15, `component a: expected target = "…" or "*", found none`},
		{"component's name", build + "components = [{pkg = 'a/b'}]", 6, 16, "package: expected a name"},
		{"component's flag", build + "components = [{is_extension = 1}]", 6, 31, "expected true or false, got a number"},
		{"component twice the same", build + "components = [{pkg = 'a', pkg = 'a'}]", 6, 27, `"pkg" is defined twice`},
		{"component without package", build + "available = true\ncomponents = [{pkg = 'b', target = 't'}]", 7, 15, "missing package for component b-t: expected a table [pkg.b.target.t]"},
		{"component without that target", build + "available = true\n[[pkg.a.target.t.extensions]]\npkg = 'a'\ntarget = '*'", 7, 18, "missing package for component a: expected a table [pkg.a.target.*]"},

		{"rename to nothing", head + "[renames.a]", 3, 10, `rename "a": expected to = "…", found none`},
		{"rename to no package", head + "[renames.a]\nto = 'b'", 3, 10, "missing package for the target of a rename: expected a table [pkg.b]"},
		{"rename is a string", head + "renames.a = 'b'", 3, 13, "expected a table, got a string"},
		{"rename twice", head + "[renames.a]\n[renames.a]", 4, 10, `"a" is defined twice`},
		{"unknown profile", head + "[profiles]\nhuge = []", 4, 1, `expected one of the profiles minimal, default and complete, got "huge"`},
		{"profile is a string", head + "[profiles]\nminimal = 'a'", 4, 11, "expected an array of strings, got a string"},
		{"profile holds a number", head + "profiles.minimal = ['a', 2]", 3, 26, "expected a string, got a number"},
		{"profile twice", head + "[profiles]\nminimal = []\nminimal = []", 5, 1, `"minimal" is defined twice`},
	} {
		t.Run(test.name, func(t *testing.T) {
			_, err := ParseManifest([]byte(test.doc))
			var syntax *SyntaxError
			if !errors.As(err, &syntax) {
				t.Fatalf("got %v, want a syntax error", err)
			}
			if syntax.Line != test.line || syntax.Column != test.column || !strings.Contains(syntax.Message, test.message) {
				t.Errorf("got %v\nwant line %d, column %d: …%s…", err, test.line, test.column, test.message)
			}
			if !strings.HasPrefix(err.Error(), "channel manifest: line ") {
				t.Errorf("the message %q does not name the document", err)
			}
		})
	}
}

// Every key that is kept refuses every kind of thing that it cannot hold, rather than take it for unknown.
func TestParseManifestKinds(t *testing.T) {
	const build = "pkg.a.target.t."
	for kept, holds := range map[string]string{
		"manifest-version": "string", "date": "string",
		"pkg": "table", "pkg.a": "table", "pkg.a.version": "string", "pkg.a.target": "table", "pkg.a.target.t": "table",
		build + "available": "bool", build + "url": "string", build + "zst_hash": "string",
		build + "components": "tables", build + "extensions": "tables",
		build + "components.pkg": "string", build + "extensions.target": "string", build + "components.is_extension": "bool",
		"renames": "table", "renames.a": "table", "renames.a.to": "string",
		"profiles": "table", "profiles.minimal": "strings",
	} {
		parent, name := "", kept
		if i := strings.LastIndexByte(kept, '.'); i > 0 {
			parent, name = kept[:i], kept[i+1:]
		}
		for kind, doc := range map[string]string{
			"string": "%s = 'x'", "bool": "%s = true", "number": "%s = 1.5", "date": "%s = 2026-01-02", "strings": "%s = ['x']",
			"table": "%s = { to = 'x', pkg = 'x', version = 'x', available = true }", "tables": "[[%s]]", "numbers": "%s = [1]",
		} {
			if kind == holds {
				continue
			}
			doc = strings.ReplaceAll(doc, "%s", name)
			switch inside := strings.HasSuffix(parent, "s") && parent != "profiles" && parent != "renames"; {
			case kind == "tables" && inside:
				doc = "[[" + parent + "]]\n[[" + kept + "]]"
			case kind == "tables":
				doc = "[[" + kept + "]]"
			case inside:
				doc = "[[" + parent + "]]\n" + doc
			case parent != "":
				doc = "[" + parent + "]\n" + doc
			}
			_, err := ParseManifest([]byte(doc))
			if err == nil || !strings.Contains(err.Error(), "expected ") && !strings.Contains(err.Error(), "not supported") ||
				strings.Contains(err.Error(), "found n") {
				t.Errorf("%s is a %s: got %v for\n%s", kept, kind, err, doc)
			}
		}
	}
}

func TestSummaryKinds(t *testing.T) {
	for _, doc := range []string{"date = 1", "[pkg.rust]\nversion = 1", head + "date = ''", "date = 'x'\n[pkg"} {
		if _, err := Summarize([]byte(doc)); err == nil || !strings.HasPrefix(err.Error(), "channel manifest: line ") {
			t.Errorf("%q: got %v", doc, err)
		}
	}
	const doc = "pkg = { other = { version = 1 }, rust = { target = { t = 1 }, version = 'v' } }\n[[pkgs]]\n[x.pkg]\na = 1\n[pkg.cargo]\nversion = 2\n"
	if _, err := Summarize([]byte(doc)); err == nil || !strings.Contains(err.Error(), "found not both") {
		t.Errorf("got %v", err)
	}
	if got, err := Summarize([]byte("date = 'd'\n" + doc)); err != nil || got != (Summary{"d", "v"}) {
		t.Errorf("got %v, %v", got, err)
	}
}

func TestParseManifestLimit(t *testing.T) {
	_, err := ParseManifest(make([]byte, maxManifest+1))
	if err == nil || !strings.Contains(err.Error(), "expected at most") {
		t.Errorf("got %v", err)
	}
}

// What rustup passes over is passed over: broken addresses of what is not available, pairs that are not whole, anything
// unknown, and a byte-order mark.
func TestParseManifestTolerates(t *testing.T) {
	m, err := ParseManifest([]byte("\ufeff" + head + `
unknown = [{ a = 1 }, 2]
[[artifacts.x]]
[artifacts.x.pkg]
date = 1
[pkg.a]
version = ""
git_commit_hash = 7
[pkg.a.target.off]
available = false
url = "nonsense"
hash = "nonsense"
[pkg.a.target.half]
available = true
url = "nonsense"
xz_hash = "nonsense"
future = { url = 1 }
[pkg.a.target.whole]
available = true
zst_url = "file:///a"
zst_hash = "` + hash + `"
`))
	if err != nil {
		t.Fatal(err)
	}
	for target, want := range map[string]bool{"off": false, "half": false, "whole": true, "none": false} {
		if _, ok := m.Archive(Component{Pkg: "a", Target: target}); ok != want {
			t.Errorf("archive for %s: %v, want %v", target, ok, want)
		}
	}
}

func TestFormats(t *testing.T) {
	m := parseFile(t, "testdata/manifest/rich.toml")
	for _, test := range []struct {
		pkg, target string
		format      Format
		suffix      string
	}{
		{"rustc", linux, Zstd, ".tar.zst"},
		{"rust-std", linux, Zstd, ".tar.zst"},
		{"rust-docs", linux, XZ, ".tar.xz"},
		{"cargo", linux, Gzip, ".tar.gz"},
		{"rust-src", "", XZ, "rust-src.tar.xz"},
		{"rust-src", "any-target-at-all", XZ, "rust-src.tar.xz"},
	} {
		archive, ok := m.Archive(Component{Pkg: test.pkg, Target: test.target})
		if !ok || archive.Format != test.format || !strings.HasSuffix(archive.URL, test.suffix) || checkHash(archive.Hash) != nil {
			t.Errorf("%s for %q: got %v, %v", test.pkg, test.target, archive, ok)
		}
		if !strings.HasSuffix(archive.URL, "."+archive.Format.String()) {
			t.Errorf("format of %s is called %s", archive.URL, archive.Format)
		}
	}
	for _, c := range []Component{{Pkg: "rustc"}, {Pkg: "rustc", Target: "i686-pc-windows-gnu"}, {Pkg: "rls-preview", Target: linux}, {Pkg: "x"}} {
		if archive, ok := m.Archive(c); ok {
			t.Errorf("%s: got %v, want nothing", c.Name(), archive)
		}
	}
}

func TestEqual(t *testing.T) {
	doc := string(readFile(t, "testdata/manifest/rich.toml"))
	m := parseFile(t, "testdata/manifest/rich.toml")
	for name, test := range map[string]struct {
		old, new string
		equal    bool
	}{
		"same":           {"x", "x", true},
		"comment":        {"# a channel", "# another channel", true},
		"artifact":       {"installer-msi", "installer-exe", true},
		"extension flag": {"is_extension = true", "is_extension = false", true},
		"date":           {"2026-01-02\"\n\n", "2026-01-03\"\n\n", false},
		"version":        {"(abcdef012", "(abcdef013", false},
		"address":        {"cargo-" + linux + ".tar.gz", "cargo.tar.gz", false},
		"availability":   {"[pkg.rls-preview.target." + linux + "]\navailable = false", "[pkg.rls-preview.target.t]\navailable = false\n[pkg.rls-preview.target." + linux + "]\navailable = true\nurl='https://h/x'\nhash='" + hash + "'", false},
		"renames":        {"[renames.rls]", "[renames.rlss]", false},
		"profiles":       {`minimal = ["rustc", `, `minimal = [`, false},
	} {
		t.Run(name, func(t *testing.T) {
			changed := strings.ReplaceAll(doc, test.old, test.new)
			if changed == doc && test.old != test.new {
				t.Fatal("nothing was replaced")
			}
			o, err := ParseManifest([]byte(changed))
			if err != nil {
				t.Fatal(err)
			}
			if m.Equal(o) != test.equal || o.Equal(m) != test.equal {
				t.Errorf("got %v, want %v", m.Equal(o), test.equal)
			}
		})
	}
	if m.Equal(nil) || (*Manifest)(nil).Equal(m) || !(*Manifest)(nil).Equal(nil) {
		t.Error("no manifest is equal to no manifest only")
	}
}

func TestVersionAndDay(t *testing.T) {
	m := parseFile(t, "testdata/manifest/rich.toml")
	version, err := m.Version()
	if err != nil || version != "1.99.0-nightly (0123456789 2026-01-01)" {
		t.Errorf("got version %q, %v", version, err)
	}
	day, err := m.Day()
	if err != nil || day.AddDate(0, 0, -2).Format("2006-01-02") != "2025-12-31" {
		t.Errorf("got day %v, %v", day, err)
	}
	empty, err := ParseManifest([]byte("manifest-version='2'\ndate='soon'"))
	if err != nil {
		t.Fatal(err)
	}
	if _, err := empty.Day(); err == nil || !strings.Contains(err.Error(), `got "soon"`) {
		t.Errorf("got %v", err)
	}
	if _, err := empty.Version(); !errors.Is(err, errNoRust) {
		t.Errorf("got %v", err)
	}
	if _, err := Summarize([]byte(head)); err == nil || !strings.Contains(err.Error(), "line 3, column 1") {
		t.Errorf("got %v", err)
	}
}

package index_test

import (
	"bytes"
	"slices"
	"strings"
	"testing"

	"berth/internal/crate"
	"berth/internal/semver"
	"berth/internal/source/index"
)

const digest = "0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef"

func line(vers, more string) string {
	return `{"name":"a","vers":"` + vers + `","deps":[],"cksum":"` + digest + `","features":{},"yanked":false` + more + "}\n"
}

func all(semver.Version) bool { return true }

func versions(f *index.File) string {
	var found []string
	for _, s := range f.Match("a", all) {
		found = append(found, s.ID.Version.String())
	}
	return strings.Join(found, " ")
}

func TestLinesOfTheFutureArePassedOver(t *testing.T) {
	text := line("1.0.0", "") + line("1.1.0", `,"v":3`) + "nonsense\n\n" + line("1.2.0", `,"v":2,"unknown":[1]`) +
		line("bad", "") + strings.Replace(line("1.3.0", ""), digest, "short", 1) + `{"vers":"1.4.0","name":"a","deps":[],"cksum":"` + digest + `","features":{}}` + "\n" +
		strings.Replace(line("1.5.0", ""), `"name":"a"`, `"name":"A"`, 1)
	if got := versions(index.Parse(crate.PublicSource(), []byte(text))); got != "1.0.0 1.2.0 1.4.0" {
		t.Errorf("versions are %s", got)
	}
}

func TestDependencies(t *testing.T) {
	text := `{"name":"a","vers":"1.0.0","cksum":"` + digest + `","deps":[` +
		`{"name":"renamed","package":"b","req":"^1","features":["","x"],"optional":true,"default_features":false,"target":"cfg( unix )","kind":"build"},` +
		`{"name":"c","req":"*","kind":"dev","registry":"https://github.com/rust-lang/crates.io-index"}` +
		`],"features":{"f":["renamed"]},"features2":{"f":["renamed?/x"],"g":["f"]},"v":2,"links":"z","rust_version":"1.70","yanked":true}` + "\n"
	mine, _ := crate.RegistrySource("sparse+http://127.0.0.1/i/", "mine")
	found := index.Parse(mine, []byte(text)).Match("a", all)
	if len(found) != 1 {
		t.Fatalf("found %v", found)
	}
	s := found[0]
	b, c := s.Deps[0], s.Deps[1]
	if b.Name != "b" || b.Rename != "renamed" || strings.Join(b.Features, " ") != "x" || !b.Optional || b.DefaultFeatures || b.Platform != "cfg(unix)" || b.Kind != crate.Build || !b.Source.Same(mine) {
		t.Errorf("b is %+v", b)
	}
	if c.Name != "c" || c.Kind != crate.Dev || !c.DefaultFeatures || !c.Source.IsPublic() || c.Req.String() != "*" {
		t.Errorf("c is %+v", c)
	}
	values, _ := s.Features.Get("f")
	if len(values) != 2 || !s.Features.Has("renamed") || !s.Features.Has("g") || s.Links != "z" || s.RustVersion.String() != "1.70" || !s.Yanked {
		t.Errorf("the summary is %+v", s)
	}
}

func TestCacheRoundTrip(t *testing.T) {
	f := index.Parse(crate.PublicSource(), []byte(line("1.0.0", "")+line("1.1.0", "")))
	data := f.AppendCache(nil, `etag: "x"`)
	if want := "\x03\x02\x00\x00\x00etag: \"x\"\x001.0.0\x00" + strings.TrimSpace(line("1.0.0", "")) + "\x001.1.0\x00"; !bytes.HasPrefix(data, []byte(want)) {
		t.Errorf("the cache file is %q", data)
	}
	again, version, ok := index.ParseCache(crate.PublicSource(), data)
	if !ok || version != `etag: "x"` || versions(again) != "1.0.0 1.1.0" {
		t.Errorf("read back: %v %q %s", ok, version, versions(again))
	}
	for _, v := range []string{"1.0.0", "1.1.0"} {
		want, err := semver.Parse(v)
		if err != nil {
			t.Fatal(err)
		}
		is := func(v semver.Version) bool { return v == want }
		if one := index.MatchCache(crate.PublicSource(), data, "a", want); !slices.EqualFunc(one, again.Match("a", is), sameSummary) {
			t.Errorf("%s by itself: %v", v, one)
		}
		if other := index.MatchCache(crate.PublicSource(), data, "b", want); other != nil {
			t.Errorf("another crate: %v", other)
		}
	}
	for cut := range len(data) {
		if _, _, ok := index.ParseCache(crate.PublicSource(), data[:cut]); ok && cut < bytes.Index(data, []byte("1.0.0")) {
			t.Errorf("a file of %d bytes is no cache", cut)
		}
	}
}

// TestRustVersions: a version whose rust-version is none is left out, as stock does.
func TestRustVersions(t *testing.T) {
	for text, want := range map[string]int{"1": 1, "1.70": 1, "1.70.0 ": 1, "x": 0, "^1.70": 0, "1.70.0-beta": 0, "1.70.0+b": 0} {
		f := index.Parse(crate.PublicSource(), []byte(line("1.0.0", `,"rust_version":"`+text+`"`)))
		if got := f.Match("a", func(semver.Version) bool { return true }); len(got) != want {
			t.Errorf("%q: %d versions, expected %d", text, len(got), want)
		}
	}
}

func TestPaths(t *testing.T) {
	for name, want := range map[string]string{"a": "1/a", "ab": "2/ab", "Abc": "3/a/abc", "Serde_Json": "se/rd/serde_json"} {
		if got := index.Path(name); got != want {
			t.Errorf("%s lies at %s, want %s", name, got, want)
		}
	}
}

func TestDownloadURLs(t *testing.T) {
	for dl, want := range map[string]string{
		"http://x/dl":  "http://x/dl/Bar-Baz/1.0.0+b/download",
		"http://x/dl/": "http://x/dl/Bar-Baz/1.0.0+b/download",
		"http://x/{prefix}/{lowerprefix}/{crate}-{version}.crate": "http://x/Ba/r-/ba/r-/Bar-Baz-1.0.0+b.crate",
		"http://x/{sha256-checksum}":                              "http://x/" + digest,
	} {
		if got := (index.Config{Download: dl}).DownloadURL("Bar-Baz", "1.0.0+b", digest); got != want {
			t.Errorf("%s leads to %s, want %s", dl, got, want)
		}
	}
	for _, bad := range []string{"", "{}", `{"dl":1}`, "[]"} {
		if _, err := index.ParseConfig("config.json", []byte(bad)); err == nil {
			t.Errorf("%q is no config.json", bad)
		}
	}
}

func FuzzParse(f *testing.F) {
	f.Add([]byte(line("1.0.0", "") + line("1.1.0", `,"v":3`)))
	f.Add([]byte("{\"vers\":\"1.0.0\"}\r\n"))
	f.Fuzz(func(t *testing.T, text []byte) {
		file := index.Parse(crate.PublicSource(), text)
		if bytes.IndexByte(text, 0) >= 0 {
			return
		}
		again, _, ok := index.ParseCache(crate.PublicSource(), file.AppendCache(nil, ""))
		if !ok || versions(again) != versions(file) {
			t.Errorf("%q: %s in the file, %s in the cache", text, versions(file), versions(again))
		}
	})
}

func FuzzParseCache(f *testing.F) {
	f.Add(index.Parse(crate.PublicSource(), []byte(line("1.0.0", ""))).AppendCache(nil, "etag: x"))
	f.Fuzz(func(t *testing.T, data []byte) {
		file, _, ok := index.ParseCache(crate.PublicSource(), data)
		if !ok {
			return
		}
		versions(file)
		for _, s := range file.Match("a", func(semver.Version) bool { return true }) {
			for _, one := range index.MatchCache(crate.PublicSource(), data, "a", s.ID.Version) {
				if one.ID != s.ID {
					t.Errorf("%s by itself is %s", s.ID, one.ID)
				}
			}
		}
	})
}

func FuzzParseConfig(f *testing.F) {
	f.Add([]byte(`{"dl":"http://x/{crate}","api":"http://x","auth-required":true}`))
	f.Fuzz(func(t *testing.T, data []byte) {
		if c, err := index.ParseConfig("config.json", data); err == nil && c.DownloadURL("a", "1.0.0", digest) == "" {
			t.Error("an address that is empty")
		}
	})
}

func sameSummary(a, b *crate.Summary) bool {
	return a.ID == b.ID && a.Checksum == b.Checksum && len(a.Deps) == len(b.Deps)
}

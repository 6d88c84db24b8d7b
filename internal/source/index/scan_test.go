package index

import (
	"encoding/json"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"berth/internal/crate"
)

const usual = `{"name":"a","vers":"1.2.3-rc.1","deps":[{"name":"b","req":"^1, <1.9","features":["x","y"],"optional":true,"default_features":false,` +
	`"target":"cfg(target_os = \"linux\")","kind":"dev","registry":null,"package":"real","public":true},{"name":"c","req":"*","features":[],"optional":false,"default_features":true,"target":null,"kind":"normal"}],` +
	`"cksum":"0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef","features":{"default":["f"],"f":["b/x","dep:b"]},"features2":{"g":["b?/y"]},` +
	`"yanked":false,"links":"z","pubtime":"2026-01-01T00:00:00Z","rust_version":"1.70","v":2}`

// long reads a line by encoding/json.
func long(text string) (*record, bool) {
	r := &record{}
	return r, json.Unmarshal([]byte(text), r) == nil
}

func normal(r *record) record {
	c := *r
	byName := func(a, b crate.DeclaredFeature) int { return strings.Compare(a.Name, b.Name) }
	for _, list := range []*features{&c.Features, &c.Features2} {
		sorted := slices.SortedFunc(slices.Values(*list), byName)
		for i := range sorted {
			sorted[i].Values = append([]string(nil), sorted[i].Values...)
		}
		*list = sorted
	}
	c.Deps = append([]dependency(nil), c.Deps...)
	for i := range c.Deps {
		c.Deps[i].Features = append([]string(nil), c.Deps[i].Features...)
	}
	return c
}

func TestUsualLinesAreScanned(t *testing.T) {
	for _, text := range []string{
		usual, strings.ReplaceAll(strings.ReplaceAll(usual, ":", ": "), ",", ", "),
		`{"name":"a","vers":"0.1.0","deps":[],"cksum":"","features":{},"yanked":true,"links":null}`,
	} {
		var r record
		if !r.scan(text) {
			t.Errorf("not scanned: %s", text)
		}
		want, _ := long(text)
		if diff := cmp.Diff(normal(want), normal(&r)); diff != "" {
			t.Error(diff)
		}
	}
}

// FuzzScan: what is scanned is read the same by encoding/json.
func FuzzScan(f *testing.F) {
	f.Add(usual)
	for _, odd := range []string{`{}`, `{"name":"a","Name":"b"}`, `{"v":00}`, `{"v":1e1}`, `{"features":{"a":[],"a":["b"]}}`, `{"links":"","links":"x"}`, `{"name":"\u0041"}`, "{\"name\":\"\xff\"}", `{"deps":null}`, `{"yanked":null}`, `{"name":"a"}x`, `[]`} {
		f.Add(odd)
	}
	f.Fuzz(func(t *testing.T, text string) {
		var r record
		if !r.scan(text) {
			return
		}
		want, ok := long(text)
		if !ok {
			t.Fatalf("only the scanner reads %q", text)
		}
		if diff := cmp.Diff(normal(want), normal(&r)); diff != "" {
			t.Fatal(diff)
		}
	})
}

func BenchmarkParseLine(b *testing.B) {
	source := crate.PublicSource()
	b.SetBytes(int64(len(usual)))
	for b.Loop() {
		if parseLine(source, []byte(usual)) == nil {
			b.Fatal("not read")
		}
	}
}

func BenchmarkParseLineByJSON(b *testing.B) {
	b.SetBytes(int64(len(usual)))
	for b.Loop() {
		if _, ok := long(usual); !ok {
			b.Fatal("not read")
		}
	}
}

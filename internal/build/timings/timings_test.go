package timings

import (
	"encoding/xml"
	"errors"
	"io"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"

	"berth/internal/build"
	"berth/internal/crate"
	"berth/internal/manifest"
	"berth/internal/semver"
	"berth/internal/unit"
)

const s = time.Second

// aReport is a build in which each thing happens that can.
func aReport() *Report {
	g := &unit.Graph{}
	add := func(name string, kind manifest.TargetKind, mode unit.Mode, deps ...*unit.Unit) *unit.Unit {
		u := &unit.Unit{Index: len(g.Units), Mode: mode, Target: &manifest.Target{Kind: kind, Name: name}, Features: []string{"<f>"},
			ID: crate.PackageID{Name: name, Version: semver.Version{Major: 1}, Source: crate.PublicSource()}}
		for _, d := range deps {
			u.Deps = append(u.Deps, unit.Dep{Unit: d})
		}
		g.Units = append(g.Units, u)
		return u
	}
	shared := add("shared", manifest.Lib, unit.Build)
	script := add("script", manifest.CustomBuild, unit.RunBuildScript)
	other := add("other", manifest.Lib, unit.Build, script)
	lib := add("lib", manifest.Lib, unit.Build, shared, other)
	bad := add("bad", manifest.Bin, unit.Test, lib)
	never := add("never", manifest.Bin, unit.Check, bad)
	g.Roots = []*unit.Unit{bad, never}
	return &Report{Graph: g, Command: "build", Profile: "dev", Rustc: "rustc 1.95.0", Targets: []string{"x86_64"}, Jobs: 2, Cores: 4, Error: "<script>alert(1)</script>\x1b[0m",
		Times: &build.Times{Began: time.Unix(0, 0), Took: 65 * s, Units: []build.UnitTimes{
			{Origin: build.Shared, Done: s, Worth: 7 * s},
			{Origin: build.MadeHere, Ready: s, Begun: 2 * s, Done: 3 * s},
			{Origin: build.Elsewhere, Ready: 3 * s, Waits: []build.Span{{From: 3 * s, To: 20 * s}}, Done: 20 * s, Worth: 16 * s},
			{Origin: build.MadeHere, Ready: 20 * s, Begun: 22 * s, Metadata: 30 * s, Done: 60 * s, Why: "the file `a & b` has changed"},
			{Origin: build.Failed, Ready: 60 * s, Begun: 60 * s, Done: 65 * s},
			{},
		}, Loads: []build.Load{{At: s, Asking: 1, Wanted: 1}, {At: 2 * s, Active: 1}, {At: 3 * s, Parked: 1}, {At: 20 * s, Asking: 1, Wanted: 1}, {At: 22 * s, Active: 1}}}}
}

func TestHTML(t *testing.T) {
	page := string(aReport().HTML())
	for _, want := range []string{
		"2 units, 39.0s of compiling", "0 units of this workspace, 1 that all workspaces share, 1 that other processes made meanwhile", "23.0s of compiling, done once", "3.0s in which all slots",
		"17.0s in which there was nothing", "1 units failed, 1 were not begun", "&lt;script&gt;alert(1)", "a &amp; b", "&lt;f&gt;", "1m 05.0s",
		"<li>script v1.0.0 build script (run): 2.0s, 1.0s of it for its turn</li>\n<li>other v1.0.0: 17.0s</li>\n<li>lib v1.0.0: 40.0s, 2.0s of it for its turn</li>",
	} {
		if !strings.Contains(page, want) {
			t.Errorf("%q is not on the page", want)
		}
	}
	if strings.Contains(page, "<script") || strings.Contains(page, "\x1b") || strings.Contains(page, "http") || strings.Contains(page, "%!") {
		t.Error("the page is not self-contained, or not escaped")
	}
	wellFormed(t, page)
}

// wellFormed reads the page as XML: all tags that it has are closed, in order.
func wellFormed(t *testing.T, page string) {
	t.Helper()
	body := page[strings.Index(page, "<main>"):strings.LastIndex(page, "</body>")]
	body = regexp.MustCompile(`<([a-z]+[0-9]?)((?: [a-z-]+[0-9]?=(?:"[^"]*"|[^ >"]+))*)>`).ReplaceAllStringFunc(body, func(tag string) string {
		return regexp.MustCompile(`=([^ >"]+)`).ReplaceAllString(tag, `="$1"`)
	})
	d := xml.NewDecoder(strings.NewReader(body))
	for {
		if _, err := d.Token(); errors.Is(err, io.EOF) {
			return
		} else if err != nil {
			t.Fatalf("%v\n%s", err, body)
		}
	}
}

// A build that had nothing to do, and one of no time at all.
func TestNothing(t *testing.T) {
	r := aReport()
	r.Times = &build.Times{Units: make([]build.UnitTimes, len(r.Graph.Units))}
	if page := string(r.HTML()); !strings.Contains(page, "Nothing had to be made") || strings.Contains(page, "NaN") {
		t.Error(page)
	}
}

func TestSave(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "cargo-timings")
	for _, text := range []string{"one", "two"} {
		path, err := Save(dir, []byte(text), time.Unix(1, 5e6))
		if err != nil || !regexp.MustCompile(`^cargo-timing-19700101T000001005Z-[0-9a-f]{16}\.html$`).MatchString(filepath.Base(path)) {
			t.Fatal(path, err)
		}
		for _, name := range []string{path, filepath.Join(dir, Latest)} {
			if got, err := os.ReadFile(name); err != nil || string(got) != text {
				t.Errorf("%s: %q, %v", name, got, err)
			}
		}
	}
	if entries, _ := os.ReadDir(dir); len(entries) != 3 {
		t.Error(entries)
	}
}

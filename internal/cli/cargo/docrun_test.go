package cargo_test

import (
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
)

// TestDocAsStock: the same pages in the same place, the same is said, and documented anew is what was changed. Without std
// rustdoc has half the work.
func TestDocAsStock(t *testing.T) {
	t.Parallel()
	p := newPair(t)
	p.dir = filepath.Join(p.dir, "w")
	p.write("Cargo.toml", "[package]\nname = \"top\"\nversion = \"1.0.0\"\nedition = \"2021\"\n[workspace]\n[dependencies]\ndep = { path = \"dep\" }\n")
	p.write("src/lib.rs", "#![no_std]\n/// See [dep::D].\npub fn f(_: dep::D) {}\n")
	p.write("src/bin/tool.rs", "//! A tool.\n#![no_std]\n#![no_main]\n")
	p.write("dep/Cargo.toml", "[package]\nname = \"dep\"\nversion = \"1.0.0\"\nedition = \"2021\"\n")
	p.write("dep/src/lib.rs", "#![no_std]\n/// D.\npub struct D;\nstruct Private;\n")
	p.docs("doc")
	p.docs("doc") // nothing is done
	p.docs("doc --no-deps --document-private-items")
	p.docs("rustdoc --lib -p dep -- --document-private-items")
	p.docs("rustdoc --bin tool")
	p.docs("doc --bin nope")

	for _, target := range []string{"t-stock", "t-berth"} { // a page that somebody removed is made again
		if err := os.RemoveAll(filepath.Join(p.dir, target, "doc", "top")); err != nil {
			t.Fatal(err)
		}
	}
	p.docs("doc")

	pages := regexp.MustCompile(`"filenames":\["[^"]*index.html"\]`) // programs find the documentation by them
	line := []string{"doc", "--offline", "--message-format", "json", "--target-dir"}
	theirs, ours := p.stock(nil, append(line, "t-stock")...), p.berth(nil, append(line, "t-berth")...)
	want, got := pages.FindAllString(theirs.Stdout, -1), pages.FindAllString(strings.ReplaceAll(ours.Stdout, "t-berth", "t-stock"), -1)
	slices.Sort(want)
	slices.Sort(got)
	if !slices.Equal(want, got) || len(want) != 3 {
		t.Errorf("pages that stock names: %q\nberth: %q", want, got)
	}
}

// TestDocLinksBetweenMembers: pages of a workspace link to each other, although each package is documented alone.
func TestDocLinksBetweenMembers(t *testing.T) {
	t.Parallel()
	p := newPair(t)
	p.dir = filepath.Join(p.dir, "w")
	p.write("Cargo.toml", "[workspace]\nmembers = [\"a-top\", \"b-low\"]\nresolver = \"2\"\n")
	p.write("a-top/Cargo.toml", "[package]\nname = \"a-top\"\nversion = \"1.0.0\"\nedition = \"2021\"\n[dependencies]\nb-low = { path = \"../b-low\" }\n")
	p.write("a-top/src/lib.rs", "#![no_std]\n/// F.\npub fn f(_: b_low::D) {}\n")
	p.write("b-low/Cargo.toml", "[package]\nname = \"b-low\"\nversion = \"1.0.0\"\nedition = \"2021\"\n")
	p.write("b-low/src/lib.rs", "#![no_std]\n/// D.\npub struct D;\n")
	if r := p.berth(nil, "doc", "--offline", "--no-deps", "--jobs", "4"); r.Code != 0 {
		t.Fatalf("exit %d\n%s", r.Code, r.Stderr)
	}
	page, err := os.ReadFile(filepath.Join(p.dir, "target/doc/a_top/fn.f.html"))
	if err != nil {
		t.Fatal(err)
	}
	if !strings.Contains(string(page), `href="../b_low/struct.D.html"`) {
		t.Errorf("no link to the other package in %s", page)
	}
}

// docs runs a line in both, each with a target directory of its own.
func (p *pair) docs(line string) {
	p.Helper()
	words := strings.Fields(line)
	with := func(target string) []string {
		return slices.Concat(words[:1], []string{"--offline", "--target-dir", target}, words[1:])
	}
	theirs, ours := p.stock(nil, with("t-stock")...), p.berth(nil, with("t-berth")...)
	if theirs.Code != ours.Code || said(theirs.Stderr) != said(ours.Stderr) {
		p.Errorf("cargo %s\nstock: exit %d\n%s\nberth: exit %d\n%s", line, theirs.Code, theirs.Stderr, ours.Code, ours.Stderr)
	}
	if a, b := pagesBelow(p.T, filepath.Join(p.dir, "t-stock/doc")), pagesBelow(p.T, filepath.Join(p.dir, "t-berth/doc")); !slices.Equal(a, b) {
		p.Errorf("cargo %s\nstock made %q\nberth made %q", line, a, b)
	}
}

// said is what a run said, without times, target directories and the order of units.
func said(stderr string) string {
	stderr = regexp.MustCompile(`in [0-9.]+s`).ReplaceAllString(strings.ReplaceAll(stderr, "t-berth", "t-stock"), "in time")
	lines := strings.Split(stderr, "\n")
	slices.Sort(lines)
	return strings.Join(lines, "\n")
}

func pagesBelow(t *testing.T, dir string) (pages []string) {
	t.Helper()
	err := filepath.WalkDir(dir, func(path string, d fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		if below, err := filepath.Rel(dir, path); err == nil && filepath.Ext(path) == ".html" {
			pages = append(pages, below)
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	return pages
}

// Documentation of a target that another compiler has made goes, by stock's record in the build directory.
func TestForeignDocsOfATarget(t *testing.T) {
	t.Parallel()
	p := newPair(t)
	p.foreignDocs("target")
	p.write(".cargo/config.toml", "[build]\nbuild-dir = \"inner\"\n")
	p.foreignDocs("inner")
}

func (p *pair) foreignDocs(build string) {
	p.Helper()
	p.pkg(".", "p", "0.1.0", "")
	if r := p.stock(nil, "doc", "--target", "host-tuple"); r.Code != 0 {
		p.Fatalf("%+v", r)
	}
	records, err := filepath.Glob(filepath.Join(p.dir, build, "*", ".rustdoc_fingerprint.json"))
	if err != nil || len(records) != 1 {
		p.Fatalf("%q, %v", records, err)
	}
	old := p.write(filepath.Join("target", filepath.Base(filepath.Dir(records[0])), "doc", "old.html"), "")
	if r := p.berth(nil, "doc", "--target", "host-tuple"); r.Code != 0 {
		p.Fatalf("%+v", r)
	}
	if _, err := os.Stat(old); err != nil {
		p.Errorf("the same compiler: %v", err)
	}
	for _, record := range []string{`{"rustc_vv":"another"}`, "rustc 1.41.1"} {
		p.write(old, "")
		p.write(records[0], record)
		if r := p.berth(nil, "doc", "--target", "host-tuple"); r.Code != 0 {
			p.Fatalf("%+v", r)
		}
		if _, err := os.Stat(old); err == nil {
			p.Error("pages of another compiler stay")
		}
	}
}

// A browser speaks on the streams of who asked for it.
func TestBrowserBesideStock(t *testing.T) {
	t.Parallel()
	p := newPair(t)
	p.pkg(".", "p", "0.1.0", "[lib]\nname = \"other\"\n")
	p.both([]string{"BROWSER=echo"}, "doc --open", neither)
}

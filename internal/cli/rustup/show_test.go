package rustup_test

import (
	"path/filepath"
	"strings"
	"testing"
)

func TestShowBesideStock(t *testing.T) {
	t.Parallel()
	p := newSituations(t)
	const off = "RUSTUP_AUTO_INSTALL=0"
	for _, sit := range []situation{
		{line: "show"},
		{line: "show -v"},
		{line: "-v show"},
		{line: "-q show"},
		{line: "+mine show"},
		{line: "+mine show --verbose"},
		{line: "+nightly-2026-05-20 show"},
		{line: "+nope show"},
		{line: "+nope show active-toolchain"},
		{line: "+1.80.0 show", env: off},
		{line: "+1.80.0 show active-toolchain", env: off},
		{line: "+1.80.0 show"}, // the server has none
		{line: "show active-toolchain"},
		{line: "show active-toolchain -v"},
		{line: "show home"},
		{line: "show home", env: "RUSTUP_HOME=elsewhere"},
		{line: "show profile"},
		{line: "show", env: "RUSTUP_TOOLCHAIN=mine"},
		{line: "show -v", env: "RUSTUP_TOOLCHAIN=mine"},
		{line: "show", env: "RUSTUP_TOOLCHAIN=nope"},
		{line: "show active-toolchain", env: "RUSTUP_TOOLCHAIN=nope"},
		{line: "show", env: "RUSTUP_TOOLCHAIN=nope RUSTUP_AUTO_INSTALL=0"},
		{line: "show", env: "RUSTUP_TOOLCHAIN=a/relative/path"},
		{line: "show active-toolchain", env: "RUSTUP_TOOLCHAIN=a/relative/path"},
		{line: "show", env: "RUSTUP_TOOLCHAIN=@/custom"},
		{line: "show active-toolchain", env: "RUSTUP_TOOLCHAIN=@/custom"},
		{line: "show active-toolchain -v", env: "RUSTUP_TOOLCHAIN=@/custom"},
		{line: "show", env: "RUSTUP_TOOLCHAIN=/nowhere"},
		{line: "show", dir: "ov"},
		{line: "show active-toolchain", dir: "ov"},
		{line: "show active-toolchain -v", dir: "ov"},
		{line: "show", dir: "pinned/deeper"}, // which adds clippy
		{line: "show active-toolchain", dir: "pinned/deeper"},
		{line: "show -v", dir: "pinned"},
		{line: "show", dir: "bad"},
		{line: "show active-toolchain", dir: "bad"},
		{line: "toolchain list", dir: "bad"},
		{line: "toolchain list", dir: "gone"},
		{line: "+1.80.0 toolchain list"}, // the server has none
		{line: "toolchain list", env: "RUSTUP_TOOLCHAIN=a/relative/path"},
		{line: "show", dir: "both"},
		{line: "show", dir: "gone"},
		{line: "show active-toolchain", dir: "gone"},
	} {
		p.same(t, sit, toTheByte)
	}
	p.stock.breakALink()
	p.berth.breakALink()
	for _, line := range []string{"show", "show -v", "+broken show"} {
		p.same(t, situation{line: line}, toTheByte)
	}
	for _, s := range []*side{p.stock, p.berth} { // a directory's override that is no name
		s.write("desk/odd/x", "")
		s.write("rustup/settings.toml", "version = \"12\"\n[overrides]\n\""+filepath.Join(filepath.Dir(s.home.Rustup), "desk/odd")+"\" = \"../x\"\n")
	}
	for _, line := range []string{"show", "toolchain list", "show active-toolchain", "which rustc", "override list"} {
		p.same(t, situation{line: line, dir: "odd"}, toTheByte)
	}
}

// TestShowWithoutAnything has homes in which nothing was ever done, and homes whose
// default cannot be had.
func TestShowWithoutAnything(t *testing.T) {
	t.Parallel()
	p := newPair(t)
	lines := []string{"show", "show -v", "show active-toolchain", "show profile", "show home", "which rustc", "doc --path", "man rustc"}
	for _, line := range lines {
		p.same(t, situation{line: line}, toTheByte)
	}
	for _, byDefault := range []string{"beta", "nope"} {
		for _, s := range []*side{p.stock, p.berth} {
			s.write("rustup/settings.toml", "version = \"12\"\nprofile = \"minimal\"\ndefault_toolchain = \""+byDefault+"\"\n")
		}
		for _, line := range lines {
			p.same(t, situation{line: line, env: "RUSTUP_AUTO_INSTALL=0"}, toTheByte)
		}
	}
	p.same(t, situation{line: "show"}, toTheByte) // a default that nobody could install
}

// TestShowInstallsWhatIsActive: stock lists what was there before it installed.
func TestShowInstallsWhatIsActive(t *testing.T) {
	t.Parallel()
	p := newPair(t)
	show := situation{line: "+stable show"}
	if theirs, ours := p.stock.in(show), p.berth.in(show); theirs.Code != 0 || ours.Code != 0 || !strings.Contains(ours.Stdout, " (active)\n") {
		t.Errorf("stock: %+v\nberth: %+v", theirs, ours)
	}
	p.same(t, show, toTheByte)
	p.same(t, situation{line: "+stable show -v", env: "RUSTUP_AUTO_INSTALL=0"}, toTheByte)
}

func TestVersionBesideStock(t *testing.T) {
	t.Parallel()
	p := newSituations(t)
	// The number is the same; what stands in brackets is whose it is.
	equal := func(theirs, ours string) bool {
		a, _, _ := strings.Cut(theirs, "(")
		b, rest, _ := strings.Cut(ours, "(")
		return a == b && strings.HasPrefix(rest, "berth ")
	}
	for _, sit := range []situation{
		{line: "-V"}, {line: "--version"}, {line: "+mine -V"}, {line: "-V +mine"}, {line: "-V show --nonsense"}, {line: "-V nonsense"}, {line: "-Vv"},
		{line: "-V", dir: "ov"}, {line: "-V", dir: "bad"}, {line: "-V", dir: "gone"},
		{line: "-V", env: "RUSTUP_TOOLCHAIN=nope"}, {line: "-V", env: "RUSTUP_TOOLCHAIN=a/relative/path"},
		{line: "-V", env: "RUSTUP_TOOLCHAIN=@/custom"}, {line: "-V", env: "RUSTUP_TOOLCHAIN=/nowhere"},
	} {
		p.same(t, sit, equal)
	}
	ours := p.berth.in(situation{line: "+mine -V"})
	if !strings.Contains(ours.Stderr, "the currently active `rustc` version is `rustc 9.9.9 (mine)`") {
		t.Errorf("the active rustc is not named: %s", ours.Stderr)
	}
	for _, s := range []*side{p.stock, p.berth} {
		s.write("rustup/settings.toml", "version = \"2\"\n")
	}
	p.same(t, situation{line: "-V"}, equal)
}

func TestTestament(t *testing.T) {
	t.Parallel()
	p := newPair(t)
	theirs, ours := p.stock.run(nil, "dump-testament"), p.berth.run(nil, "dump-testament")
	if theirs.Code != 0 || ours.Code != 0 {
		t.Fatalf("exit codes %d and %d", theirs.Code, ours.Code)
	}
	for _, line := range []string{"Rustup version renders as: 1.29.0 (", "Current crate version: 1.29.0\n"} {
		if !strings.Contains(theirs.Stdout, line) || !strings.Contains(ours.Stdout, line) {
			t.Errorf("%q is not in both of\n%s\n%s", line, theirs.Stdout, ours.Stdout)
		}
	}
}

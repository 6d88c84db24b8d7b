package rustup_test

import (
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"berth/internal/testkit/runnable"
	"berth/internal/testkit/stock"
)

// A situation is where a command is called: a directory, variables and a line, in
// which @ stands for what is either program's own.
type situation struct {
	dir  string // below the working directory
	env  string
	line string
}

// in runs a line in a directory of this side.
func (s *side) in(sit situation) stock.Result {
	s.t.Helper()
	own := filepath.Dir(s.home.Rustup)
	args := strings.Fields(strings.ReplaceAll(sit.line, "@", own))
	for i, a := range args {
		if a == "''" {
			args[i] = ""
		}
	}
	shell := *s
	shell.binary = "/bin/sh"
	words := []string{"-c", `cd "$1" && shift && exec "$@"`, "sh", filepath.Join(s.desk(), sit.dir), s.binary}
	return shell.run(strings.Fields(sit.env), append(words, args...)...)
}

// same holds that both programs print the same and end alike.
func (p *pair) same(t *testing.T, sit situation, equal func(theirs, ours string) bool) {
	t.Helper()
	t.Run(strings.TrimSpace(sit.env+" "+sit.line+" "+sit.dir), func(t *testing.T) {
		t.Helper()
		theirs, ours := p.stock.in(sit), p.berth.in(sit)
		if !equal(theirs.Stdout, ours.Stdout) {
			t.Errorf("stdout of stock:\n%s\nof berth:\n%s", theirs.Stdout, ours.Stdout)
		}
		if theirs.Code != ours.Code {
			t.Errorf("stock ends with %d, berth with %d", theirs.Code, ours.Code)
		}
		if ours.Code == 1 && !strings.Contains(ours.Stdout+ours.Stderr, "error: ") && strings.Contains(theirs.Stderr, "error: ") {
			t.Errorf("berth fails without saying why: %q", ours.Stderr)
		}
	})
}

func toTheByte(theirs, ours string) bool { return theirs == ours }

// newSituations is a pair whose homes have the toolchains of given, one that is
// linked (mine), one whose link is broken (broken), and directories that choose:
//
//	ov      by an override            pinned   by a toolchain file, with a component
//	bad     by a file that is wrong   both     by two files
//	gone    by an override to what has been uninstalled
func newSituations(t *testing.T) *pair {
	t.Helper()
	p := newPair(t)
	p.given()
	for _, s := range []*side{p.stock, p.berth} {
		s.write("custom/bin/rustc", "#!/bin/sh\n[ \"$1\" = --version ] && echo 'rustc 9.9.9 (mine)'\n[ \"$1\" = --kit-env ] && env\nexit 0\n")
		s.write("custom/lib/x", "")
		s.write("desk/ov/x", "")
		s.write("desk/pinned/deeper/x", "")
		s.write("desk/pinned/rust-toolchain.toml", "[toolchain]\nchannel = 'nightly-2026-05-20'\ncomponents = ['clippy']\n")
		s.write("desk/bad/rust-toolchain.toml", "[toolch")
		s.write("desk/both/rust-toolchain", "stable\n")
		s.write("desk/both/rust-toolchain.toml", "[toolchain]\nchannel = 'nightly-2026-05-20'\n")
		s.write("desk/gone/x", "")
		for _, line := range []string{
			"toolchain link mine @/custom", "override set mine --path @/desk/ov",
			"toolchain link gone @/custom", "override set gone --path @/desk/gone", "uninstall gone",
		} {
			if r := s.in(situation{line: line}); r.Code != 0 {
				t.Fatalf("%s: %s: %s", s.name, line, r.Stderr)
			}
		}
	}
	return p
}

// write makes a file below what is this side's own; scripts can be run.
func (s *side) write(name, text string) {
	s.t.Helper()
	path := filepath.Join(filepath.Dir(s.home.Rustup), name)
	if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
		s.t.Fatal(err)
	}
	if err := runnable.Write(path, text); err != nil {
		s.t.Fatal(err)
	}
}

// breakALink leaves a link to nothing among the toolchains.
func (s *side) breakALink() {
	s.t.Helper()
	if err := os.Symlink("/nonexistent", filepath.Join(s.home.Rustup, "toolchains", "broken")); err != nil {
		s.t.Fatal(err)
	}
}

// anyOrder compares the lines, as of an environment.
func anyOrder(theirs, ours string) bool {
	a, b := strings.Split(theirs, "\n"), strings.Split(ours, "\n")
	slices.Sort(a)
	slices.Sort(b)
	return slices.Equal(a, b)
}

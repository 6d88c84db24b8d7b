package cargo_test

import (
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"berth/internal/testkit/stock"
)

const aliases = `
[alias]
v = "version"
vv = ["version", "-v"]
b = "version"
loop1 = "loop2"
loop2 = "loop1"
me = "me"
empty = ""
none = []
opt = "-v version"
only = "-v"
ext = "hello one"
more = "hello x -v"
hello = "version"
wrong = "version --bogus"
quiet = "version -q"
other = "hey one"
built = "version -vq"
unstable = "version -Zunstable-options"
elsewhere = "-C . version"
`

// hey is a program that says how it was called.
const hey = "#!/bin/sh\necho \"$0 $@\"\nexit 7\n"

// TestSameAnswers: lines that both answer, and in the same words.
func TestSameAnswers(t *testing.T) {
	t.Parallel()
	p := newPair(t)
	p.write(".cargo/config.toml", aliases)
	p.write(filepath.Join(p.theirs.Home, "bin", "cargo-hey"), hey)
	p.write(filepath.Join(p.theirs.Home, "bin", "cargo-hello"), hey)
	path := p.write("path/cargo-hey", strings.Replace(hey, "7", "8", 1))
	for _, line := range []string{
		"-V", "--version", "-vV", "-Vv", "version", "version -v", "version --verbose", "-v version", "-V update", "-V nope", "--version --list", "-q -V", "-qV -vv",
		"version --locked --offline --frozen -q", "--config a.b=1 version", "--color=always version", "--color ALWAYS version", "version --config a.b=1",
		"v", "v -v", "-v v", "vv", "b", "b -v", "opt", "loop1", "me", "empty", "none", "only", "wrong", "quiet", "quiet -v", "-v quiet", "built", "unstable", "-v unstable", "elsewhere",
		"other", "other -x -- -V", "hey", "hey -q --offline -v -- x", "-v hey x", "hey --list", "hey hey", "hey --version", "help hey", "help vv", "-v -q version",
		"version -v -q", "v -q -v", "v --offline -v --bogus", "-v v -q --bogus", "nope", "rustfmt", "clippi", "help nope", "Build", "CHECK", "zzzzzzzzzz", "ad", "hel",
		"--explain E9999", "--explain E0001", "-q --explain E0001", "--explain nope", "--explain E0001 nope", "--explain=E0001 -V",
		"fetch", "-q fetch --offline", "help --color never nope", "-q nope", "--locked nope", "-Z x", "-Zhelp", "-Z help version", "-C .", "-C /nowhere version",
		"version -Z x", "-- version", "-- nope", "+x version", "--color", "--bogus version", "-x", "-", "version --color no",
	} {
		if strings.HasPrefix(line, "+") {
			continue // a proxy's business, which stock's cargo has not
		}
		p.both(nil, line, firstLine)
		p.both([]string{"PATH=" + filepath.Dir(path) + string(os.PathListSeparator) + os.Getenv("PATH")}, line, firstLine)
	}
	for _, variable := range []string{"CARGO_ALIAS_ZZ=version -v", "CARGO_TERM_QUIET=true", "CARGO_TERM_VERBOSE=true", "CARGO_TERM_COLOR=never", "CARGO_TERM_COLOR=sometimes", "CARGO_ALIAS_ZZ="} {
		for _, line := range []string{"zz", "version", "-v version", "-q nope", "fetch", "--color never -V", "--list -q"} {
			if line != "--list -q" {
				p.both([]string{variable}, line, firstLine)
			}
		}
	}
	p.both([]string{"CARGO_TERM_QUIET=true", "CARGO_TERM_VERBOSE=true"}, "version", stderr)
}

// TestAliasOfItself: what it hides is said with what is wrong.
func TestAliasOfItself(t *testing.T) {
	t.Parallel()
	p := newPair(t)
	p.write(filepath.Join(p.theirs.Home, "bin", "cargo-hello"), hey)
	p.write(".cargo/config.toml", "[alias]\nhello = \"hello --loud\"\n")
	warns := func(r stock.Result) bool { return strings.HasPrefix(r.Stderr, "warning: user-defined alias `hello`") }
	p.both(nil, "hello", func(theirs, ours stock.Result) bool { return !warns(theirs) || !warns(ours) })
}

// TestAliasWarnings: of what is ignored and of what is hidden; -q hides the warning.
func TestAliasWarnings(t *testing.T) {
	t.Parallel()
	p := newPair(t)
	p.write(filepath.Join(p.theirs.Home, "bin", "cargo-hello"), hey)
	p.write(".cargo/config.toml", "[alias]\nversion = \"build\"\nhello = \"version\"\nb = \"version\"\n")
	for line, want := range map[string]string{
		"version": "warning: user-defined alias `version` is ignored", "hello": "warning: user-defined alias `hello` hides", "b": "warning: user-defined alias `version` is ignored",
		"version -q": "", "-q hello": "",
	} {
		ours := p.berth(nil, strings.Fields(line)...)
		theirs := p.stock(nil, strings.Fields(line)...)
		if ours.Stdout != theirs.Stdout || ours.Code != 0 || !strings.HasPrefix(ours.Stderr, want) || (ours.Stderr == "") != (want == "") {
			t.Errorf("cargo %s: %+v; stock: %+v", line, ours, theirs)
		}
	}
}

// TestBrokenConfiguration stops who needs it, and nobody else.
func TestBrokenConfiguration(t *testing.T) {
	t.Parallel()
	p := newPair(t)
	p.write(".cargo/config.toml", "bad")
	for _, line := range []string{"version", "-V", "nope", "--config x version", "--config a.b=1 version", "-V --config x", "--config x -V", "fetch"} {
		p.both(nil, line, neither)
	}
}

// TestList has stock's names, sorted, with ours.
func TestList(t *testing.T) {
	t.Parallel()
	p := newPair(t)
	p.write(".cargo/config.toml", aliases)
	for _, name := range []string{"cargo-hey", "cargo-v", "cargo-add", "cargo-b", "cargo-", "cargo-clippy", "notcargo-x"} {
		p.write(filepath.Join(p.theirs.Home, "bin", name), hey)
	}
	file := filepath.Join(p.theirs.Home, "bin", "cargo-file")
	if err := os.WriteFile(file, nil, 0o644); err != nil {
		t.Fatal(err)
	}
	path := []string{"PATH=/nowhere:" + p.write("path/cargo-hey", hey) + ":" + filepath.Dir(p.write("path/cargo-zz", hey))}
	for _, line := range []string{"--list", "--list -v", "-q --list", "--list nope"} {
		words := strings.Fields(line)
		theirs, ours := listLines(p.stock(path, words...)), listLines(p.berth(path, words...))
		if !slices.Equal(theirs, ours) || len(ours) < 45 {
			t.Errorf("%s\nstock: %q\nberth: %q", line, theirs, ours)
		}
	}
}

// listLines leaves the sentences out of a list: what begins with a capital.
func listLines(r stock.Result) (lines []string) {
	for line := range strings.Lines(r.Stdout + r.Stderr) {
		name, about, _ := strings.Cut(strings.TrimSpace(line), " ")
		about = strings.TrimSpace(about)
		if about != "" && (about[0] >= 'A' && about[0] <= 'Z') && name != "Installed" {
			about = "…"
		}
		lines = append(lines, name+" "+about)
	}
	return lines
}

// TestExternalsFindBerth: a program that calls $CARGO comes back to berth, with the
// same toolchain.
func TestExternalsFindBerth(t *testing.T) {
	t.Parallel()
	p := newPair(t)
	p.write(filepath.Join(p.theirs.Home, "bin", "cargo-env"), "#!/bin/sh\nenv\n")
	r := p.berth(nil, "env", "x")
	if r.Code != 0 {
		t.Fatal(r)
	}
	for _, want := range []string{"\nCARGO=" + filepath.Join(p.bin, "cargo") + "\n", "\nRUSTUP_TOOLCHAIN=peer\n", "\nCARGO_HOME=" + p.theirs.Home + "\n"} {
		if !strings.Contains("\n"+r.Stdout, want) {
			t.Errorf("%q is not in\n%s", want, r.Stdout)
		}
	}
}

// TestHelpOfVerbs: a flag asks for our own verbs' help, which is coloured where output is, and `help` for manual pages,
// which are the toolchain's.
func TestHelpOfVerbs(t *testing.T) {
	t.Parallel()
	p := newPair(t)
	p.write(".cargo/config.toml", "[alias]\nup = \"update\"\nm = \"yank\"\nrm = \"fetch\"\n")
	text := p.berth(nil, "update", "-h").Stdout
	for _, line := range []string{"update --help", "update x -vh"} {
		if r := p.berth(nil, strings.Fields(line)...); r.Stdout != text || r.Code != 0 || r.Stderr != "" {
			t.Errorf("cargo %s: %+v", line, r)
		}
	}
	short, long := p.berth(nil, "add", "-h"), p.berth(nil, "add", "--help")
	if short.Stdout == long.Stdout {
		t.Error("add has no longer help")
	}
	painted := p.berth([]string{"CARGO_TERM_COLOR=always"}, "add", "-h").Stdout
	if !strings.Contains(painted, "\x1b[1m\x1b[92mUsage:\x1b[0m \x1b[1m\x1b[96mcargo\x1b[0m") {
		t.Errorf("not coloured:\n%q", painted)
	}
	if colors := regexp.MustCompile("\x1b\\[[0-9]*m"); colors.ReplaceAllString(painted, "") != short.Stdout {
		t.Errorf("without colours %q is not\n%q", painted, short.Stdout)
	}
	root := p.berth(nil)
	for _, line := range []string{"help", "-h", "--help", "-v -q -h", "--locked"} {
		if r := p.berth(nil, strings.Fields(line)...); r.Stdout != root.Stdout || r.Code != 0 {
			t.Errorf("cargo %s: %+v", line, r)
		}
	}
	text2 := []string{"__CARGO_TEST_FORCE_HELP_TXT=1"} // no pager
	for _, line := range []string{"help yank", "help m", "help publish", "help update", "help up", "help rm", "help b"} {
		p.both(text2, line, stderr)
	}
}

// TestFilesInPlaceOfVerbs: packages in one file are unstable, and stock says so.
func TestFilesInPlaceOfVerbs(t *testing.T) {
	t.Parallel()
	p := newPair(t)
	p.pkg(".", "p", "1.0.0", "")
	for _, line := range []string{"src/lib.rs", "./src/lib.rs a b", "./nope", "nope.rs", "x/y -v"} {
		p.both(nil, line, firstLine)
	}
}

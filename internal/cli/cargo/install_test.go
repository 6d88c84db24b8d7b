package cargo_test

import (
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"sync"
	"testing"

	"berth/internal/testkit/cratekit"
	"berth/internal/testkit/gitkit"
	"berth/internal/testkit/registryserver"
	"berth/internal/testkit/stock"
)

// installs is a pair with a home each, filled by the same lines.
type installs struct {
	*pair
	homes [2]string // stock's, ours
	repo  *gitkit.Repo
	serve *registryserver.Server
}

const mainRS = "fn main() { println!(\"{}\", env!(\"CARGO_PKG_VERSION\")) }\n"

// programCrate is a crate with programs; the first has the crate's name.
func programCrate(name, version, more string, files map[string]string) cratekit.Crate {
	all := map[string]string{"src/main.rs": mainRS}
	for path, text := range files {
		all[path] = text
	}
	return cratekit.Crate{Name: name, Version: version, Files: all,
		Manifest: "[package]\nname = \"" + name + "\"\nversion = \"" + version + "\"\nedition = \"2021\"\n" + more}
}

func newInstalls(t *testing.T) *installs {
	t.Helper()
	p := newPair(t)
	i := &installs{pair: p, homes: [2]string{p.theirs.Home, realDir(t)}}
	rusty, old := programCrate("rusty", "2.0.0", "rust-version = \"1.99\"\n", nil), programCrate("rusty", "1.0.0", "rust-version = \"1.40\"\n", nil)
	rusty.RustVersion, old.RustVersion = "1.99", "1.40"
	taken := programCrate("taken", "1.0.0", "", nil)
	taken.Yanked = true
	shared := cratekit.New("shared", "1.0.0")
	uses := programCrate("uses", "1.0.0", "[dependencies]\nshared = \"1\"\n", nil)
	also := programCrate("also", "1.0.0", "[dependencies]\nshared = \"1\"\n", nil)
	uses.Deps, also.Deps = []cratekit.Dep{{Name: "shared", Req: "1"}}, []cratekit.Dep{{Name: "shared", Req: "1"}}
	features := "[features]\nf = []\n[[bin]]\nname = \"picky\"\npath = \"src/main.rs\"\nrequired-features = [\"f\"]\n"
	picky := programCrate("picky", "1.0.0", features, nil)
	picky.Features = map[string][]string{"f": {}}
	i.serve = registryserver.Run(t, registryserver.Options{},
		programCrate("tool", "1.0.0", "", map[string]string{"src/bin/extra.rs": mainRS}), programCrate("tool", "1.1.0", "", map[string]string{"src/bin/more.rs": mainRS, "examples/shown.rs": mainRS}),
		programCrate("tool", "2.0.0-rc.1", "", nil), programCrate("rival", "1.0.0", "[[bin]]\nname = \"tool\"\npath = \"src/main.rs\"\n", nil),
		programCrate("broken", "1.0.0", "", map[string]string{"src/main.rs": "fn main() { nonsense }\n"}),
		cratekit.New("library", "1.0.0"), rusty, old, taken, shared, uses, also, picky)
	for _, home := range i.homes {
		p.write(filepath.Join(home, "config.toml"), i.serve.Replace()+i.serve.Registry("alt"))
	}
	i.repo = gitkit.NewRepo(t, filepath.Join(realDir(t), "repo"))
	i.repo.Commit(map[string]string{
		"Cargo.toml": "[workspace]\nmembers = [\"one\", \"two\", \"lib\"]\nresolver = \"2\"\n", "lib/Cargo.toml": "[package]\nname = \"lib\"\nversion = \"0.1.0\"\nedition = \"2021\"\n", "lib/src/lib.rs": "\n",
		"one/Cargo.toml": "[package]\nname = \"one\"\nversion = \"0.1.0\"\nedition = \"2021\"\n[dependencies]\nlib = { path = \"../lib\" }\n", "one/src/main.rs": mainRS,
		"two/Cargo.toml": "[package]\nname = \"two\"\nversion = \"0.1.0\"\nedition = \"2021\"\n", "two/src/main.rs": mainRS,
	})
	i.repo.Tag("t1", "")
	p.write("own/Cargo.toml", "[package]\nname = \"own\"\nversion = \"0.1.0\"\nedition = \"2021\"\n")
	p.write("own/src/main.rs", mainRS)
	p.write("old/Cargo.toml", "[package]\nname = \"old\"\nversion = \"0.1.0\"\nedition = \"2015\"\n")
	p.write("old/src/main.rs", mainRS)
	p.write("lower/cargo.toml", "")
	return i
}

// at runs one of both in one of the homes.
func (i *installs) at(ours bool, home string, extra []string, words ...string) stock.Result {
	for n := range words {
		words[n] = strings.NewReplacer("NEAR", i.near(home), "ROOT", home).Replace(words[n])
	}
	env := []string{"CARGO_HOME=" + home}
	for _, e := range extra {
		env = append(env, strings.ReplaceAll(e, "ROOT", home))
	}
	if ours {
		return i.berth(env, words...)
	}
	return i.stock(env, words...)
}

// near is a home as it is named from the working directory.
func (i *installs) near(home string) string {
	i.Helper()
	way, err := filepath.Rel(i.dir, home)
	if err != nil {
		i.Fatal(err)
	}
	return way
}

// said is what a run tells in words that are stock's: statuses, and the first lines of errors and warnings.
func (i *installs) said(home string, r stock.Result) string {
	var kept []string
	text := strings.NewReplacer(home, "HOME", i.near(home), "NEAR").Replace(r.Stderr)
	text = regexp.MustCompile(`in \d+\.\d+s`).ReplaceAllString(text, "in TIME")
	text = regexp.MustCompile(`, intermediate artifacts.*|; what could be compiled.*| .registry .stand-in..`).ReplaceAllString(text, "")
	own := regexp.MustCompile(`^error: (invalid value|invalid char|"|to install|.*was not found in|failed to find branch|.*is not a crate root|.*ead .*Cargo.toml|.*is ambiguous|could not find .taken|cannot install package .taken).*`)
	for line := range strings.Lines(text) {
		// What is compiled, and how often a registry is asked, differs on purpose.
		if regexp.MustCompile(`^ {3,}[A-Z][a-z]+ |^error|^warning|^binary|^Add `).MatchString(line) && !regexp.MustCompile(`^ +(Downloading|Compiling|Updating)`).MatchString(line) {
			kept = append(kept, own.ReplaceAllString(strings.TrimRight(line, "\n"), "error of our own words"))
		}
	}
	return strings.Join(kept, "\n")
}

// state is what is installed in a home.
func (i *installs) state(home string) string {
	var text strings.Builder
	for _, name := range []string{".crates.toml", ".crates2.json"} {
		data, err := os.ReadFile(filepath.Join(home, name))
		if err != nil || len(data) == 0 {
			continue // it comes with the first install
		}
		text.WriteString(name + ":\n" + strings.ReplaceAll(string(data), home, "HOME") + "\n")
	}
	entries, _ := os.ReadDir(filepath.Join(home, "bin"))
	for _, e := range entries {
		text.WriteString(e.Name() + "\n")
	}
	return text.String()
}

// line runs a line by both, in a home each, and complains of any difference.
func (i *installs) line(line string, extra ...string) {
	i.Helper()
	theirs, ours := i.at(false, i.homes[0], extra, strings.Fields(line)...), i.at(true, i.homes[1], extra, strings.Fields(line)...)
	want, got := i.said(i.homes[0], theirs), i.said(i.homes[1], ours)
	if theirs.Code != ours.Code || strings.ReplaceAll(theirs.Stdout, i.homes[0], "HOME") != strings.ReplaceAll(ours.Stdout, i.homes[1], "HOME") || want != got {
		i.Errorf("cargo %s\nstock: exit %d\n%s%s\nberth: exit %d\n%s%s\nall of it:\n%s", line, theirs.Code, theirs.Stdout, want, ours.Code, ours.Stdout, got, ours.Stderr)
	}
	if want, got := i.state(i.homes[0]), i.state(i.homes[1]); want != got {
		i.Errorf("after cargo %s\nstock:\n%s\nberth:\n%s", line, want, got)
	}
}

// TestInstallBesideStock: the same lines, in the same order, in a home each. Some fifteen of them compile a program of one
// line: what is shown is also which programs come out.
func TestInstallBesideStock(t *testing.T) {
	t.Parallel()
	i := newInstalls(t)
	git := "file://" + i.repo.Dir
	for line := range strings.Lines(strings.NewReplacer("GIT", git, "INDEX", i.serve.Index()).Replace(`install --list
install tool --version 1.0.0
install tool@1.0.0
install --list
install tool@=1.0.0 --no-track
install tool
install tool
install tool --example shown
install tool@2.0.0-rc.1 --root ROOT/elsewhere
install rival
install rival --force
install library
install nothing
install taken
install rusty
install rusty --ignore-rust-version
install broken
install picky
install picky --features f
install picky --features f --debug --force
install picky --features nope --force
install tool@1 --version 1
install tool@v1.0.0
install tool=1.0.0
install +stable
install .
install @1
install tool --bin none
install --locked tool --force
install uses also nothing
install uses also
install --registry alt shared tool@1.1.0
install --index INDEX also --force
install --git GIT
install --git GIT one
install --git GIT one
install --git GIT two --tag t1
install --git GIT three
install --git GIT two --branch none
install --path own
install --path own --force
install --path own --no-track --force
install --path own other
install --path nowhere
install --path lower
install
install --list
uninstall
uninstall nothing
uninstall own --bin none
uninstall tool more
uninstall one two --bin one
uninstall one two nothing
uninstall picky --bin picky
uninstall -p
uninstall -p rival
install --list
install --list --root ROOT/elsewhere
uninstall tool --root NEAR/elsewhere
install tool@1.0.0 --root NEAR/elsewhere
`)) {
		i.line(strings.TrimSpace(line))
	}
	i.dir = filepath.Join(i.dir, "old")
	i.line("install", "CARGO_INSTALL_ROOT=ROOT/root")
	i.dir = filepath.Join(filepath.Dir(i.dir), "own")
	i.line("install")
	i.line("uninstall")

	// Each goes on with what the other has installed.
	i.dir = filepath.Dir(i.dir)
	i.homes[0], i.homes[1] = i.homes[1], i.homes[0]
	for _, line := range []string{"install --list", "install picky --features f", "install uses --force", "uninstall also", "install --git " + git + " two --force", "uninstall uses two", "install --list"} {
		i.line(line)
	}
}

// TestInstallsAtOnce: all land, and what two of them need is compiled once.
func TestInstallsAtOnce(t *testing.T) {
	t.Parallel()
	i := newInstalls(t)
	home, calls := i.homes[1], filepath.Join(i.dir, "calls")
	wrapper := i.write("wrapper", "#!/bin/sh\ncase \"$*\" in *--crate-name\\ ___*) ;; *--crate-name*) echo \"$*\" | sed 's/.*--crate-name \\([^ ]*\\).*/\\1/' >> "+calls+" ;; esac\nexec \"$@\"\n")
	lines := []string{"install uses", "install also", "install uses also", "install --git file://" + i.repo.Dir + " one", "install --git file://" + i.repo.Dir + " one", "install tool"}
	var all sync.WaitGroup
	results := make([]stock.Result, len(lines))
	for n, line := range lines {
		all.Go(func() { results[n] = i.at(true, home, []string{"RUSTC_WRAPPER=" + wrapper}, strings.Fields(line)...) })
	}
	all.Wait()
	for n, r := range results {
		if r.Code != 0 {
			t.Errorf("%s: %s", lines[n], r.Stderr)
		}
	}
	data, err := os.ReadFile(calls)
	if err != nil {
		t.Fatal(err)
	}
	made := strings.Fields(string(data))
	slices.Sort(made) // libraries and programs of one name are two
	if want := []string{"also", "also", "lib", "more", "one", "shared", "tool", "tool", "uses", "uses"}; !slices.Equal(made, want) {
		t.Errorf("compiled %v, expected %v", made, want)
	}
	want := "also v1.0.0:\n    also\none v0.1.0 (file://" + i.repo.Dir + "#" + i.repo.Head()[:8] + "):\n    one\ntool v1.1.0:\n    more\n    tool\nuses v1.0.0:\n    uses\n"
	if got := i.at(false, home, nil, "install", "--list").Stdout; got != want {
		t.Errorf("got\n%s\nwant\n%s", got, want)
	}
	left, err := filepath.Glob(filepath.Join(home, "berth", "v1", "staging", "*"))
	if err != nil || len(left) > 0 {
		t.Errorf("left behind: %v %v", left, err)
	}
}

// TestInstallOverARunningProgram: it goes on with its own file.
func TestInstallOverARunningProgram(t *testing.T) {
	t.Parallel()
	i := newInstalls(t)
	i.write("own/src/main.rs", "fn main() { let mut s = String::new(); println!(\"begun\"); std::io::stdin().read_line(&mut s).unwrap(); print!(\"{s}\") }\n")
	home := i.homes[1]
	if r := i.at(true, home, nil, "install", "--path", "own", "--debug"); r.Code != 0 {
		t.Fatal(r.Stderr)
	}
	run := i.command("", nil)
	run.Path, run.Args = filepath.Join(home, "bin", "own"), []string{"own"}
	in, err1 := run.StdinPipe()
	out, err2 := run.StdoutPipe()
	if err := run.Start(); err1 != nil || err2 != nil || err != nil {
		t.Fatal(err1, err2, err)
	}
	buffer := make([]byte, 64)
	if n, err := out.Read(buffer); err != nil || string(buffer[:n]) != "begun\n" {
		t.Fatalf("%q %v", buffer[:n], err)
	}
	i.write("own/src/main.rs", "fn main() { println!(\"new\") }\n")
	if r := i.at(true, home, nil, "install", "--path", "own", "--debug"); r.Code != 0 || !strings.Contains(r.Stderr, "Replaced package `own v0.1.0") {
		t.Fatal(r.Stderr)
	}
	if _, err := in.Write([]byte("still here\n")); err != nil {
		t.Fatal(err)
	}
	n, _ := out.Read(buffer)
	if err := run.Wait(); err != nil || string(buffer[:n]) != "still here\n" {
		t.Errorf("%q %v", buffer[:n], err)
	}
}

// TestInstallKilled: whoever is killed while programs are placed and recorded, the same command again ends as if nothing
// had happened, and stock goes on.
func TestInstallKilled(t *testing.T) {
	t.Parallel()
	i := newInstalls(t)
	i.write("own/src/bin/second.rs", mainRS)
	words := []string{"install", "--path", "own", "--debug", "--force"}
	trace, whole := filepath.Join(i.dir, "trace"), filepath.Join(i.dir, "whole")
	if r := i.at(true, whole, []string{"BERTH_CRASHPOINT_TRACE=" + trace}, words...); r.Code != 0 {
		t.Fatal(r.Stderr)
	}
	data, err := os.ReadFile(trace)
	if err != nil {
		t.Fatal(err)
	}
	passed, killed := map[string]int{}, 0
	for point := range strings.FieldsSeq(string(data)) {
		if passed[point]++; !strings.HasPrefix(point, "installed.") {
			continue
		}
		killed++
		kill := point + "#" + strconv.Itoa(passed[point]) + "=kill"
		home := filepath.Join(i.dir, kill)
		if r := i.at(true, home, []string{"BERTH_CRASHPOINT=" + kill}, words...); r.Code != -1 {
			t.Fatalf("%s: exit %d\n%s", kill, r.Code, r.Stderr)
		}
		if r := i.at(true, home, nil, words...); r.Code != 0 {
			t.Errorf("%s: %s", kill, r.Stderr)
		}
		if want, got := i.state(whole), i.state(home); want != got {
			t.Errorf("%s\nwant:\n%s\ngot:\n%s", kill, want, got)
		}
		if r := i.at(false, home, nil, "uninstall", "own"); r.Code != 0 {
			t.Errorf("%s: stock: %s", kill, r.Stderr)
		}
	}
	if killed < 6 {
		t.Errorf("only %d points were passed: %s", killed, data)
	}
}

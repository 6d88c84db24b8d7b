package cargo_test

import (
	"io/fs"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

// built makes a workspace with one of everything and lets stock build it.
func (p *pair) built() string {
	p.Helper()
	root := filepath.Join(p.dir, "ws")
	p.write(root+"/Cargo.toml", "[workspace]\nmembers = [\"one\", \"two-b\"]\nresolver = \"2\"\n[profile.odd]\ninherits = \"dev\"\n")
	p.write(root+"/one/Cargo.toml", "[package]\nname = \"one\"\nversion = \"0.1.0\"\nedition = \"2021\"\n[dependencies]\ntwo-b = { path = \"../two-b\" }\n")
	p.write(root+"/one/src/lib.rs", "pub fn f() {}\n")
	p.write(root+"/one/src/bin/one-bin.rs", "fn main() { one::f() }\n")
	p.write(root+"/one/build.rs", "fn main() {}\n")
	p.write(root+"/one/examples/show-it.rs", "fn main() {}\n")
	p.write(root+"/one/tests/it.rs", "#[test] fn t() {}\n")
	p.pkg(root+"/two-b", "two-b", "0.2.0", "[lib]\ncrate-type = [\"lib\", \"cdylib\"]\n")
	p.write(root+"/two-b/src/main.rs", "fn main() {}\n")
	p.theirs.Run(root, "build", "--all-targets", "--workspace", "--offline")
	p.theirs.Run(root, "check", "--offline", "--profile", "odd")
	p.theirs.Run(root, "check", "--offline", "--target", stockHost(p), "-p", "one")
	p.write(root+"/target/doc/one/index.html", "x")
	p.write(root+"/target/"+stockHost(p)+"/doc/index.html", "x")
	p.write(root+"/target/package/x", "x")
	return root
}

func stockHost(p *pair) string {
	_, after, _ := strings.Cut(p.theirs.Run(p.dir, "-vV"), "host: ")
	host, _, _ := strings.Cut(after, "\n")
	return host
}

// TestCleanBesideStock: what is left is what stock leaves.
func TestCleanBesideStock(t *testing.T) {
	t.Parallel()
	p := newPair(t)
	root := p.built()
	host := stockHost(p)
	if err := os.Remove(filepath.Join(root, "target", ".rustc_info.json")); err != nil {
		t.Fatal(err) // stock writes it again only to remove it, and counts it
	}
	for _, line := range []string{
		"clean", "clean -n", "clean --doc", "clean --doc -n", "clean --release", "clean --profile odd", "clean --profile dev", "clean --profile test", "clean -p one",
		"clean -p two-b", "clean -p two-b -p one -n", "clean -p one@0.1.0", "clean -p one@7", "clean -p nope", "clean --workspace", "clean --workspace --release",
		"clean -p one --profile odd", "clean -p one --target " + host, "clean --doc --target " + host, "clean --profile nope", "clean --profile doc", "clean --doc -p one",
		"clean -p", "clean --target", "clean --target-dir target", "clean --target-dir nowhere", "clean -q", "clean --target-dir other/target -p one",
		"clean --config build.target-dir='other'", "clean -p one --config build.target='" + host + "'",
	} {
		theirs, ours := p.copies(root)
		words := strings.Fields(strings.ReplaceAll(line, "'", "\""))
		p.dir = theirs
		want := p.stock(nil, words...)
		p.dir = ours
		got := p.berth(nil, words...)
		a, b := left(t, theirs), left(t, ours)
		if !slices.Equal(a, b) {
			d := difference(a, b)
			t.Errorf("cargo %s: %d files differ: %q", line, len(d), d[:min(6, len(d))])
		}
		// The sum counts the file that stock has just written.
		if want.Code != got.Code || want.Stdout != got.Stdout || counted(want.Stderr) != counted(got.Stderr) {
			t.Errorf("cargo %s\nstock: %+v\nberth: %+v", line, want, got)
		}
	}
}

// copies are two of a built workspace. They are links, as nothing is changed in place.
func (p *pair) copies(root string) (a, b string) {
	for _, dir := range []*string{&a, &b} {
		*dir = filepath.Join(realDir(p.T), "ws")
		err := filepath.WalkDir(root, func(path string, d fs.DirEntry, err error) error {
			to := *dir + strings.TrimPrefix(path, root)
			switch {
			case err != nil:
				return err
			case d.IsDir():
				return os.Mkdir(to, 0o755)
			}
			return os.Link(path, to)
		})
		if err != nil {
			p.Fatal(err)
		}
	}
	return a, b
}

// left are the files that are left, but for what stock writes while it cleans.
func left(t *testing.T, root string) (kept []string) {
	t.Helper()
	err := filepath.WalkDir(root, func(path string, d fs.DirEntry, err error) error {
		name := strings.TrimPrefix(path, root)
		if !strings.HasSuffix(name, ".rustc_info.json") && !strings.HasSuffix(name, "/other") && !strings.Contains(name, "/nowhere") && !strings.Contains(name, "/other/") &&
			name != "/target/release" && name != "/target/release/.cargo-lock" && !isLaterLock(name) {
			kept = append(kept, name)
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return kept
}

// isLaterLock tells of the files that later releases of stock lock in the place of .cargo-lock.
func isLaterLock(name string) bool {
	return strings.HasSuffix(name, "/.cargo-artifact-lock") || strings.HasSuffix(name, "/.cargo-build-lock")
}

func difference(a, b []string) (found []string) {
	for _, name := range a {
		if !slices.Contains(b, name) {
			found = append(found, "-"+name)
		}
	}
	for _, name := range b {
		if !slices.Contains(a, name) {
			found = append(found, "+"+name)
		}
	}
	return found
}

// counted is the first line, without numbers: stock counts that one file, and in a dry
// run some files twice.
func counted(stderr string) string {
	line, _, _ := strings.Cut(stderr, "\n")
	word, _, _ := strings.Cut(strings.TrimSpace(line), " ")
	if word == "Removed" || word == "Summary" || word == "warning:" {
		return word
	}
	return line
}

// TestCleanSays what goes, and how much.
func TestCleanSays(t *testing.T) {
	t.Parallel()
	p := newPair(t)
	p.pkg(".", "x", "0.1.0", "")
	expect := func(line, stdout, stderr string) {
		t.Helper()
		if r := p.berth(nil, strings.Fields(line)...); r.Stdout != stdout || r.Stderr != stderr || r.Code != 0 {
			t.Errorf("cargo %s: %+v", line, r)
		}
	}
	expect("clean", "", "     Removed 0 files\n")
	p.write("target/CACHEDIR.TAG", "Signature: 8a477f597d28d172789f06886806bc55")
	p.write("target/debug/a", strings.Repeat("x", 1500))
	target := filepath.Join(p.dir, "target")
	expect("clean -n -v --profile dev", target+"/debug/a\n"+target+"/debug\n", "     Summary 1 file, 1.5KiB total\nwarning: no files deleted due to --dry-run\n")
	expect("clean -v --profile dev", "", "    Removing "+target+"/debug\n     Removed 1 file, 1.5KiB total\n")
	expect("clean -v", "", "    Removing "+target+"\n     Removed 1 file, 43B total\n")
	p.write("target/.clean-1234/7/left", "by a dead one")
	p.write("target/CACHEDIR.TAG", "")
	expect("clean", "", "     Removed 2 files, 13B total\n")
	if err := os.MkdirAll(filepath.Join(target, "a", "b"), 0o755); err != nil {
		t.Fatal(err)
	}
	expect("clean", "", "     Removed 3 directories\n")
	if err := os.Symlink("src", target); err != nil {
		t.Fatal(err)
	}
	expect("clean", "", "     Removed 1 file, 3B total\n")
	if _, err := os.Stat(filepath.Join(p.dir, "src", "lib.rs")); err != nil {
		t.Error("followed a link")
	}
}

// TestCleanRefuses what does not say that it may be removed. Stock does so since 1.97.
func TestCleanRefuses(t *testing.T) {
	t.Parallel()
	p := newPair(t)
	p.pkg(".", "x", "0.1.0", "")
	p.write("documents/thesis", "")
	p.write("odd/CACHEDIR.TAG", "Signature: none")
	p.write("file", "")
	before := files(t, p.dir)
	for dir, why := range map[string]string{"documents": "missing or invalid `CACHEDIR.TAG` file", "odd": "invalid signature in `CACHEDIR.TAG` file", "file": "not a directory"} {
		r := p.berth(nil, "clean", "--target-dir", dir)
		if want := "error: cannot clean `" + filepath.Join(p.dir, dir) + "`: " + why + "\n"; r.Code != 101 || !strings.HasPrefix(r.Stderr, want) {
			t.Errorf("%s: %+v", dir, r)
		}
	}
	if !maps.Equal(before, files(t, p.dir)) {
		t.Error("something is gone")
	}
}

// TestCleanKilled: what a killed clean has moved aside goes with the next one.
func TestCleanKilled(t *testing.T) {
	t.Parallel()
	p := newPair(t)
	p.pkg(".", "x", "0.1.0", "")
	p.write("target/CACHEDIR.TAG", "Signature: 8a477f597d28d172789f06886806bc55")
	p.write("target/debug/a", "x")
	p.write("target/release/a", "x")
	if r := p.berth([]string{"BERTH_CRASHPOINT=clean.retired=kill"}, "clean", "--target-dir", "target"); r.Code != -1 {
		t.Fatalf("not killed: %+v", r)
	}
	if r := p.berth(nil, "clean", "--target-dir", "target"); r.Code != 0 || r.Stderr != "     Removed 3 files, 45B total\n" {
		t.Errorf("%+v", r)
	}
	if _, err := os.Lstat(filepath.Join(p.dir, "target")); err == nil {
		t.Errorf("left: %q", left(t, p.dir))
	}
}

// What `clean -p` leaves of other targets and profiles is not made again; trybuild calls it so between its builds for a target.
func TestCleanOfOneTargetBesideStock(t *testing.T) {
	t.Parallel()
	p := newPair(t)
	p.pkg(".", "p", "1.0.0", "")
	check := "check -v --target " + stockHost(p)
	for _, line := range []string{
		check, "check -v", "clean -p p", check, "check -v", "clean --profile dev", check, "check -v", "clean -p p --target " + stockHost(p), check, "check -v",
	} {
		theirs, ours := p.apart(nil, line)
		if theirs.Code != 0 || ours.Code != 0 || !slices.Equal(remade(theirs), remade(ours)) {
			t.Errorf("cargo %s has made %q, stock %q\n%s", line, remade(ours), remade(theirs), ours.Stderr)
		}
	}
}

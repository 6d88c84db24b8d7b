package cargo_test

import (
	"strings"
	"testing"
)

// TestWhoWarnsOfManifests: what is odd about a manifest is told by the verbs that build or fetch for it, and by them alone.
func TestWhoWarnsOfManifests(t *testing.T) {
	t.Parallel()
	p := newPair(t)
	p.pkg(".", "app", "0.1.0", "misspelled = 1\n")
	warns := map[bool]string{true: "warns", false: "says nothing"}
	for _, line := range []string{"fetch", "fetch --locked", "check", "tree", "metadata --format-version 1", "update", "pkgid", "package --list --allow-dirty"} {
		theirs, ours := p.stock(nil, strings.Fields(line)...), p.berth(nil, strings.Fields(line)...)
		want, got := strings.Contains(theirs.Stderr, "package.misspelled"), strings.Contains(ours.Stderr, "package.misspelled")
		if theirs.Code != ours.Code || want != got {
			t.Errorf("cargo %s: exit %d, %s; stock: %d, %s", line, ours.Code, warns[got], theirs.Code, warns[want])
		}
	}
	p.write("Cargo.toml", "[package]\nname = \"app\"\nversion = \"0.1.0\"\nedition = \"2021\"\n[[bin]]\nname = \"x\"\npath = \"src/lib.rs\"\ncrate-type = [\"lib\"]\n")
	p.both(nil, "fetch", neither)
	p.both(nil, "package --list --allow-dirty", neither)
}

// TestWhoWarnsOfOldDefaultFeatures: a member that takes up what the workspace says in the old spelling, and nobody else.
func TestWhoWarnsOfOldDefaultFeatures(t *testing.T) {
	t.Parallel()
	p := newPair(t)
	p.write("Cargo.toml", "[workspace]\nresolver = \"2\"\nmembers = [\"a\", \"b\", \"dep\"]\n[workspace.dependencies]\ndep = { path = \"dep\", default_features = true }\nplain = { path = \"dep\", package = \"dep\" }\n")
	p.pkg("dep", "dep", "0.1.0", "")
	for edition, code := range map[string]int{"2021": 0, "2024": 101} {
		for name, deps := range map[string]string{"a": "dep.workspace = true", "b": "plain = { workspace = true, default_features = true }"} {
			p.write(name+"/Cargo.toml", "[package]\nname = \""+name+"\"\nversion = \"0.1.0\"\nedition = \""+edition+"\"\n[dependencies]\n"+deps+"\n")
			p.write(name+"/src/lib.rs", "")
		}
		theirs, ours := p.stock(nil, "fetch"), p.berth(nil, "fetch")
		count := func(text string) int { return strings.Count(text, "warning: ") }
		if theirs.Code != code || ours.Code != code || count(theirs.Stderr) != count(ours.Stderr) {
			t.Errorf("edition %s: %+v; stock %+v", edition, ours, theirs)
		}
	}
}

// TestWarningsOfLibraries: packages that have none, or none that Rust can use, are warned of as often as stock does.
func TestWarningsOfLibraries(t *testing.T) {
	t.Parallel()
	p := newPair(t)
	p.write("bin/Cargo.toml", "[package]\nname = \"bin\"\nversion = \"0.1.0\"\nedition = \"2021\"\n")
	p.write("bin/src/main.rs", "fn main() {}")
	p.pkg("c", "c", "0.1.0", "[lib]\ncrate-type = [\"staticlib\"]\n")
	p.pkg(".", "app", "0.1.0", "[dependencies]\nbin = { path = \"bin\" }\nc = { path = \"c\" }\n[dev-dependencies]\nbin2 = { path = \"bin\", package = \"bin\" }\n")
	p.write("src/main.rs", "fn main() {}")
	for _, line := range []string{
		"metadata --format-version 1", "metadata --format-version 1 --no-deps", "tree", "tree -e normal", "fetch", "check", "check", "build --bin app", "test --no-run", "doc",
	} {
		theirs, ours := p.apart(nil, line)
		for _, warning := range []string{"which is missing a lib target", "provides no linkable target"} {
			if want, got := strings.Count(theirs.Stderr, warning), strings.Count(ours.Stderr, warning); theirs.Code != ours.Code || want != got {
				t.Errorf("cargo %s: %q %d times, exit %d; stock %d times, exit %d\n%s\n%s", line, warning, got, ours.Code, want, theirs.Code, ours.Stderr, theirs.Stderr)
			}
		}
	}
}

// TestWarningsOfPatchFields: features are chosen by who depends on a package, not by who patches it.
func TestWarningsOfPatchFields(t *testing.T) {
	t.Parallel()
	p := newPair(t)
	p.pkg("dep", "dep", "0.1.0", "[features]\nf = []\n")
	p.pkg(".", "app", "0.1.0", "[dependencies]\ndep = \"0.1\"\n[patch.crates-io]\ndep = { path = \"dep\", features = [\"f\"], default-features = false }\n")
	for _, line := range []string{"check --offline", "check --offline", "metadata --offline --format-version 1"} {
		theirs, ours := p.apart(nil, line)
		want, got := strings.Count(theirs.Stderr, "`features`, `default-features`\n"), strings.Count(ours.Stderr, "`features`, `default-features`\n")
		if theirs.Code != 0 || ours.Code != 0 || want != 1 || got != want {
			t.Errorf("cargo %s: %d times, stock %d\n%s\n%s", line, got, want, ours.Stderr, theirs.Stderr)
		}
	}
}

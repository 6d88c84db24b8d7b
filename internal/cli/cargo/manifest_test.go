package cargo_test

import (
	"path/filepath"
	"strings"
	"testing"
)

// TestVerbsOfManifests: what is answered without looking for any dependency.
func TestVerbsOfManifests(t *testing.T) {
	t.Parallel()
	p := newPair(t)
	p.pkg("one", "one", "1.2.3", "license = \"MIT\"\ndescription = \"<ü&\"\n")
	p.write("ws/Cargo.toml", "[workspace]\nmembers = [\"a\", \"b\"]\nresolver = \"2\"\n")
	for _, name := range []string{"a", "b"} {
		p.write("ws/"+name+"/Cargo.toml", "[package]\nname = \""+name+"\"\nversion = \"0.1.0\"\nedition = \"2021\"\n")
		p.write("ws/"+name+"/src/main.rs", "fn main() {}")
	}
	p.write("ws/sub/dir/x", "")
	p.write("broken/Cargo.toml", "[package]\nname = \"x\"\nnonsense")
	p.write("empty/x", "")
	p.write("unstable/Cargo.toml", "cargo-features = [\"no-such\"]\n[package]\nname = \"x\"\nversion = \"1.0.0\"\nedition = \"2021\"\n")
	p.write("unstable/src/lib.rs", "")
	base := p.dir
	p.theirs.Run(filepath.Join(base, "one"), "generate-lockfile", "--offline")
	p.theirs.Run(filepath.Join(base, "ws"), "generate-lockfile", "--offline")
	for _, dir := range []string{"one", "one/src", "ws", "ws/a", "ws/sub/dir", "empty"} {
		p.dir = filepath.Join(base, dir)
		for _, line := range []string{
			"locate-project", "locate-project --workspace", "locate-project --message-format plain", "locate-project --message-format=PLAIN --workspace",
			"locate-project --manifest-path Cargo.toml", "locate-project --manifest-path ../one/Cargo.toml", "locate-project --manifest-path nope",
			"locate-project --manifest-path src", "locate-project --manifest-path ../one", "pkgid", "pkgid a", "pkgid one", "pkgid b@0.1", "pkgid b@0.2", "pkgid a:0.1.0",
			"pkgid -p b", "pkgid -p", "pkgid nope", "pkgid a@x", "pkgid a -p b", "pkgid --manifest-path ../one/Cargo.toml", "read-manifest",
			"read-manifest --manifest-path ../one/Cargo.toml", "verify-project", "verify-project --manifest-path ../one/Cargo.toml",
		} {
			if strings.HasPrefix(line, "verify-project") && p.berth(nil, strings.Fields(line)...).Code != 0 {
				continue // tells the whole error, in our words
			}
			if dir == "empty" || line == "pkgid a@x" {
				p.both(nil, line, neither)
				continue
			}
			p.both(nil, line, firstLine)
		}
	}
	p.dir = filepath.Join(base, "broken")
	for _, line := range []string{"verify-project", "read-manifest", "pkgid", "locate-project"} {
		words := strings.Fields(line)
		theirs, ours := p.stock(nil, words...), p.berth(nil, words...)
		if theirs.Code != ours.Code || strings.HasPrefix(theirs.Stdout, `{"invalid":`) != strings.HasPrefix(ours.Stdout, `{"invalid":`) {
			t.Errorf("cargo %s: %+v; stock %+v", line, ours, theirs)
		}
	}
	p.dir = filepath.Join(base, "unstable")
	p.both(nil, "read-manifest", neither)
}

// TestConfigGet is unstable in stock, which says so; a newer cargo with -Z tells the
// same as we do without.
func TestConfigGet(t *testing.T) {
	t.Parallel()
	p := newPair(t)
	p.write(".cargo/config.toml", "[build]\njobs = 3\n[net]\nretry = 1\n")
	r := p.berth(nil, "config", "get", "build.jobs", "--config", "build.jobs=4")
	if r.Stdout != "build.jobs = 4\n" || r.Code != 0 {
		t.Errorf("%+v", r)
	}
	if r := p.berth(nil, "config", "get", "build", "--format=json"); r.Stdout != "{\"build\":{\"jobs\":3}}\n" || r.Code != 0 {
		t.Errorf("%+v", r)
	}
	if r := p.berth(nil, "config", "get", "no.such"); r.Code != 101 || r.Stdout != "" {
		t.Errorf("%+v", r)
	}
	if r := p.berth(nil, "config", "get", "-Zunstable-options"); r.Code != 101 || !strings.Contains(r.Stderr, "nightly") {
		t.Errorf("what is unstable is the toolchain's: %+v", r)
	}
}

// TestPackageList: which flags are ours, and that the rest is the toolchain's.
func TestPackageList(t *testing.T) {
	t.Parallel()
	p := newPair(t)
	p.write("ws/Cargo.toml", "[workspace]\nmembers = [\"a\", \"b\"]\nresolver = \"2\"\n")
	for _, name := range []string{"a", "b"} {
		p.write("ws/"+name+"/Cargo.toml", "[package]\nname = \""+name+"\"\nversion = \"0.1.0\"\nedition = \"2021\"\nlicense = \"MIT\"\ndescription = \"d\"\nexclude = [\"no*\"]\n[features]\nf = []\n")
		p.write("ws/"+name+"/src/main.rs", "fn main() {}")
		p.write("ws/"+name+"/notes", "")
		p.write("ws/"+name+"/more/x y.txt", "")
	}
	p.dir = filepath.Join(p.dir, "ws")
	for _, line := range []string{
		"package --list", "package -l -p a", "package -l -p nope", "package -l --workspace --exclude a", "package -l --exclude a", "package --list --exclude-lockfile -p b",
		"package -l -p", "package -l --allow-dirty --no-verify --no-metadata -F f -p a", "package -l -F nope", "package --list -j 2 --keep-going --target-dir x", "package -l -j 0",
		"package -l --message-format json", "package -l --registry crates-io -p a", "package --list --index x --registry y", "package -l --offline -q -p a",
		"package -l -p a --index https://example.com/index", "package -l --index nonsense", "package -l --message-format json -Z unstable-options",
	} {
		p.both(nil, line, neither)
	}
	for _, line := range []string{
		"package -l --message-format json -Z unstable-options", "package -l -p a --message-format json -Zunstable-options", "package -l -p a --message-format human -Zunstable-options",
		"package -l -p a --message-format json", "package -l -p a -Zno-such-thing",
	} {
		p.both([]string{"RUSTC_BOOTSTRAP=1"}, line, neither)
	}
}

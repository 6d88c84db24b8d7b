package cargo_test

import (
	"io/fs"
	"maps"
	"os"
	"path/filepath"
	"regexp"
	"runtime"
	"slices"
	"strings"
	"testing"

	"berth/internal/testkit/cratekit"
	"berth/internal/testkit/registryserver"
)

// leaving is a script that puts things beside its OUT_DIR.
const leaving = `use std::{env, fs, path::Path};
fn main() {
	println!("cargo::rerun-if-changed=build.rs");
	let out = env::var("OUT_DIR").unwrap();
	let profile = Path::new(&out).ancestors().find(|dir| dir.ends_with("debug")).unwrap();
	fs::create_dir_all(profile.join("deps")).unwrap();
	fs::write(profile.join("data.txt"), "one").unwrap();
	fs::write(profile.join("deps/lib.so.1"), "library").unwrap();
	fs::create_dir_all(profile.join("deep/er")).unwrap();
	fs::write(profile.join("deep/er/file"), "deep").unwrap();
	fs::write(profile.parent().unwrap().join("beside"), "beside").unwrap();
	fs::write(Path::new(&out).join("own.txt"), "own").unwrap();
	#[cfg(unix)] {
		std::os::unix::fs::symlink("lib.so.1", profile.join("deps/lib.so")).unwrap();
		std::os::unix::fs::symlink(Path::new(&out).join("own.txt"), profile.join("to-own")).unwrap();
		std::os::unix::fs::symlink("/nowhere/at/all", profile.join("to-nowhere")).unwrap();
	}
}
`

// left is what lies in a target directory that neither Cargo nor berth has put there.
func (p *pair) left(dir string) map[string]string {
	p.Helper()
	found := map[string]string{}
	err := filepath.WalkDir(filepath.Join(p.dir, dir), func(path string, d fs.DirEntry, err error) error {
		name, _ := filepath.Rel(filepath.Join(p.dir, dir), path)
		switch name = filepath.ToSlash(name); {
		case err != nil:
			return err
		case d.IsDir() && slices.Contains([]string{"berth", "debug/build", "debug/.fingerprint", "debug/incremental"}, name):
			return fs.SkipDir
		case d.IsDir() || strings.HasPrefix(name, "CACHEDIR") || strings.HasPrefix(name, ".rustc_info") || strings.Contains(name, ".cargo-lock") || isLaterLock(name) || strings.Contains(name, "libp") || strings.HasSuffix(name, ".d") || strings.Contains(name, "/libsys-"):
			return nil
		}
		data, err := os.ReadFile(path)
		if err != nil {
			data = []byte("nothing")
		}
		if text, err := os.Readlink(path); err == nil && !filepath.IsAbs(text) {
			data = []byte("-> " + text)
		}
		found[name] = string(data)
		return nil
	})
	if err != nil {
		p.Fatal(err)
	}
	return found
}

func (p *pair) builds(line string, extra ...string) {
	p.Helper()
	if r := p.berth(extra, strings.Fields(line)...); r.Code != 0 {
		p.Fatalf("cargo %s: %+v", line, r)
	}
}

// What a script leaves beside OUT_DIR lies where it does with stock, whoever ran the script and when.
func TestWhatScriptsLeaveBesideOutDir(t *testing.T) {
	p := newPair(t)
	p.pkg(".", "p", "0.1.0", "")
	p.write("build.rs", leaving)
	if r := p.stock([]string{"CARGO_TARGET_DIR=theirs"}, "build"); r.Code != 0 {
		t.Fatalf("%+v", r)
	}
	p.builds("build", "CARGO_TARGET_DIR=ours")
	want, got := p.left("theirs"), p.left("ours")
	count := 4
	if runtime.GOOS != "windows" {
		count = 7
	}
	if !maps.Equal(got, want) || len(want) != count {
		t.Errorf("%q\nstock: %q", got, want)
	}

	has := func(why, data string) {
		t.Helper()
		if got := p.left("ours")["debug/data.txt"]; got != data {
			t.Errorf("%s: %q, expected %q", why, got, data)
		}
	}
	ours := "CARGO_TARGET_DIR=ours"
	p.write("ours/debug/data.txt", "the user's")
	p.builds("build", ours)
	has("what somebody has changed", "the user's")
	if err := os.Remove(filepath.Join(p.dir, "ours/debug/data.txt")); err != nil {
		t.Fatal(err)
	}
	p.builds("build", ours)
	has("what somebody has removed", "one")
	p.write("build.rs", strings.Replace(leaving, `"one"`, `"two"`, 1))
	p.builds("build", ours)
	has("another script", "two")
	p.write("build.rs", leaving)
	p.builds("build", ours)
	has("the script of before, which does not run again", "one")
	p.builds("clean", ours)
	if _, err := os.Lstat(filepath.Join(p.dir, "ours")); err == nil {
		t.Error("something is left behind clean")
	}
}

// The script of a package from a registry runs once; what it leaves is in each workspace's target directory.
func TestWhatSharedScriptsLeave(t *testing.T) {
	p := newPair(t)
	sys, err := cratekit.FromManifest("[package]\nname = \"sys\"\nversion = \"1.0.0\"\nedition = \"2021\"\n", map[string]string{"src/lib.rs": "", "build.rs": leaving})
	if err != nil {
		t.Fatal(err)
	}
	s := registryserver.Run(t, registryserver.Options{}, sys)
	p.write(filepath.Join(p.theirs.Home, "config.toml"), s.Replace())
	runsScript := regexp.MustCompile("/build[-_]script[-_]build`")
	for _, dir := range []string{"one", "two"} {
		p.pkg(dir, "p", "0.1.0", "[dependencies]\nsys = \"1\"\n")
		r := p.berth(nil, "check", "-v", "--manifest-path", dir+"/Cargo.toml")
		if r.Code != 0 || runsScript.MatchString(r.Stderr) != (dir == "one") {
			t.Errorf("%s: %+v", dir, r)
		}
		if got := p.left(dir + "/target"); got["debug/data.txt"] != "one" || got["beside"] != "beside" {
			t.Errorf("%s: %q", dir, got)
		}
	}
}

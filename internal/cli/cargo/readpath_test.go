package cargo_test

import (
	"os"
	"path/filepath"
	"testing"
	"time"
)

// TestReadsBehindLinks: what a compiler or a build script reads by a path with `..` is where the kernel finds it, not where the
// path seems to lead: behind a linked directory that is another file. It is called as stock calls it.
func TestReadsBehindLinks(t *testing.T) {
	t.Parallel()
	p := newPair(t)
	p.write("shared/src/main.rs", `fn main() { print!("{}{}", include_str!("../data.txt"), include_str!("../../p/inside.txt")); }`)
	p.write("shared/data.txt", "one")
	p.write("shared/build.rs", `fn main() { println!("cargo::rerun-if-changed=src/../said.txt"); println!("cargo::rerun-if-changed=./inside.txt"); }`)
	p.write("shared/said.txt", "")
	p.write("p/Cargo.toml", onePackage+"build = \"../shared/build.rs\"\n")
	p.write("p/data.txt", "another")
	p.write("p/inside.txt", "")
	if err := os.Symlink(filepath.Join("..", "shared", "src"), filepath.Join(p.dir, "p", "src")); err != nil {
		t.Fatal(err)
	}
	list := func(program func([]string, ...string) string) string {
		t.Helper()
		if out := program(nil, "run", "-q", "--manifest-path", "p/Cargo.toml"); out != "one" {
			t.Fatalf("it says %q", out)
		}
		text, err := os.ReadFile(filepath.Join(p.dir, "p", "target", "debug", "p.d"))
		if err != nil {
			t.Fatal(err)
		}
		if err := os.RemoveAll(filepath.Join(p.dir, "p", "target")); err != nil {
			t.Fatal(err)
		}
		return string(text)
	}
	stocks := func(env []string, words ...string) string { return p.stock(env, words...).Stdout }
	ours := func(env []string, words ...string) string { return p.berth(env, words...).Stdout }
	if theirs, mine := list(stocks), list(ours); mine != theirs {
		t.Errorf("stock: %s\nberth: %s", theirs, mine)
	}
	ours(nil, "run", "-q", "--manifest-path", "p/Cargo.toml")
	later := filepath.Join(p.dir, "shared", "data.txt")
	p.write("shared/data.txt", "two")
	if err := os.Chtimes(later, time.Now(), time.Now().Add(time.Second)); err != nil {
		t.Fatal(err)
	}
	if out := ours(nil, "run", "-q", "--manifest-path", "p/Cargo.toml"); out != "two" {
		t.Errorf("after the change it says %q", out)
	}
}

// TestSourcesOutsideOfPackages: a file that a manifest names by `..` has that in all that names it, and the compiler is told it
// from the workspace's root, out of which it leads.
func TestSourcesOutsideOfPackages(t *testing.T) {
	t.Parallel()
	p := newPair(t)
	p.write("shared/main.rs", `fn main() { print!("{} {}", file!(), env!("SAID")); }`)
	p.write("shared/build.rs", `fn main() { println!("cargo::rustc-env=SAID={}", file!()); }`)
	p.write("p/Cargo.toml", onePackage+"build = \"../shared/build.rs\"\n[[bin]]\nname = \"p\"\npath = \"./../shared/main.rs\"\n")
	for _, words := range [][]string{{"metadata", "--format-version", "1", "--no-deps"}, {"run", "-q"}} {
		words = append(words, "--manifest-path", "p/Cargo.toml")
		theirs := p.stock(nil, words...)
		if err := os.RemoveAll(filepath.Join(p.dir, "p", "target")); err != nil {
			t.Fatal(err)
		}
		if ours := p.berth(nil, words...); ours.Stdout != theirs.Stdout || ours.Code != theirs.Code || ours.Stdout == "" {
			t.Errorf("%q:\nstock %+v\nberth %+v", words, theirs, ours)
		}
	}
}

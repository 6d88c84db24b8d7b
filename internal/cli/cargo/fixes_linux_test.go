package cargo_test

import (
	"os"
	"path/filepath"
	"testing"
)

// Several processes fix one workspace at the same moment, in which packages share a source, while others build it: each
// suggestion is applied once, and no text is a mixture.
func TestFixesBesideEachOther(t *testing.T) {
	t.Parallel()
	y := newYard(t)
	y.write("w/Cargo.toml", "[workspace]\nmembers = [\"a\", \"b\"]\nresolver = \"2\"\n")
	const shared = "use std::fmt;\npub fn g() -> i32 {\n    let mut z = 1;\n    z\n}\n"
	y.write("w/shared.rs", shared)
	for _, name := range []string{"a", "b"} {
		y.write("w/"+name+"/Cargo.toml", "[package]\nname = \""+name+"\"\nversion = \"0.1.0\"\nedition = \"2021\"\n")
		y.write("w/"+name+"/src/lib.rs", "#[path = \"../../shared.rs\"]\nmod shared;\nuse std::io;\npub fn f() -> i32 {\n    let mut x = shared::g();\n    x\n}\n#[test]\nfn t() { let mut n = 1; assert_eq!(n, f()) }\n")
	}
	y.together([2]string{"w", "fix --allow-no-vcs --all-targets"}, [2]string{"w", "fix --allow-no-vcs -p a"}, [2]string{"w", "check --all-targets"},
		[2]string{"w", "fix --allow-no-vcs -p b --tests"}, [2]string{"w", "fix --allow-no-vcs --workspace --all-targets"}, [2]string{"w", "build"})
	for name, want := range map[string]string{
		"shared.rs":    "pub fn g() -> i32 {\n    let z = 1;\n    z\n}\n",
		"a/src/lib.rs": "#[path = \"../../shared.rs\"]\nmod shared;\npub fn f() -> i32 {\n    let x = shared::g();\n    x\n}\n#[test]\nfn t() { let n = 1; assert_eq!(n, f()) }\n",
		"b/src/lib.rs": "#[path = \"../../shared.rs\"]\nmod shared;\npub fn f() -> i32 {\n    let x = shared::g();\n    x\n}\n#[test]\nfn t() { let n = 1; assert_eq!(n, f()) }\n",
	} {
		got, err := os.ReadFile(filepath.Join(y.dir, "w", name))
		if err != nil {
			t.Fatal(err)
		}
		if string(got) != want {
			t.Errorf("%s is\n%s\nexpected\n%s", name, got, want)
		}
	}
}

package cargo_test

import (
	"path/filepath"
	"strings"
	"testing"

	"berth/internal/testkit/cratekit"
	"berth/internal/testkit/registryserver"
)

// What RUSTC_WRAPPER is counts for nothing in one target directory, as with stock, and for what all projects share only
// where it may change what is compiled: an editor without sccache finds all that the terminal has compiled with it.
func TestAnotherWrapper(t *testing.T) {
	t.Parallel()
	p := newPair(t)
	manifest := func(name string) string {
		return "[package]\nname = \"" + name + "\"\nversion = \"1.0.0\"\nedition = \"2021\"\n"
	}
	dep, err := cratekit.FromManifest(manifest("dep"), map[string]string{
		"build.rs":   "fn main() { println!(\"cargo::rerun-if-changed=build.rs\"); println!(\"cargo::rustc-env=SAID=1\") }\n",
		"src/lib.rs": "pub fn flags() -> &'static str { if cfg!(wrapped) { \"with\" } else { \"without\" } }\npub fn said() -> &'static str { env!(\"SAID\") }\n",
	})
	if err != nil {
		t.Fatal(err)
	}
	s := registryserver.Run(t, registryserver.Options{}, dep)
	p.write(filepath.Join(p.theirs.Home, "config.toml"), s.Replace())
	top := p.dir
	p.write("alone/Cargo.toml", manifest("alone"))
	p.write("alone/build.rs", "fn main() {}\n")
	p.write("alone/src/main.rs", "fn main() {}\n")
	for _, name := range []string{"one", "two"} {
		p.write(name+"/Cargo.toml", manifest(name)+"[lints.rust]\nunexpected_cfgs = \"allow\"\n[dependencies]\ndep = \"1\"\n")
		p.write(name+"/src/main.rs", "fn main() { println!(\"{} {}\", dep::flags(), dep::said()) }\n")
	}
	cache := "RUSTC_WRAPPER=" + p.write("sccache", "#!/bin/sh\nexec \"$@\"\n")
	other := "RUSTC_WRAPPER=" + p.write("other", "#!/bin/sh\nexec \"$@\"\n")
	adds := "RUSTC_WRAPPER=" + p.write("adds", "#!/bin/sh\nfor word; do case $word in dep) set -- \"$@\" --cfg wrapped ;; esac; done\nexec \"$@\"\n")
	for _, c := range []struct {
		dir, wrapper, line string
		compiles           bool
		stdout             string
	}{
		{"one", cache, "run -v", true, "without 1\n"},
		{"one", "", "run -v", false, "without 1\n"},
		{"one", cache, "check -v", true, ""},
		{"one", "", "check -v", false, ""},
		{"one", cache, "run -v", false, "without 1\n"},
		{"alone", other, "build -v", true, ""},
		{"alone", adds, "build -v", false, ""},
		{"alone", "", "build -v", false, ""},
		{"two", adds, "run -v", true, "with 1\n"},
		{"two", "", "run -v", true, "without 1\n"}, // the program itself, with the dependency of project one
		{"one", "", "run -v", false, "without 1\n"},
		{"two", adds, "run -v", false, "with 1\n"},
	} {
		p.dir = filepath.Join(top, c.dir)
		env := []string{c.wrapper}
		if c.wrapper == "" {
			env = nil
		}
		r := p.berth(env, strings.Fields(c.line)...)
		compiles := strings.Contains(r.Stderr, "--crate-name")
		if r.Code != 0 || compiles != c.compiles || r.Stdout != c.stdout {
			t.Errorf("in %s with %q: %s compiles: %v, expected %v\n%+v", c.dir, c.wrapper, c.line, compiles, c.compiles, r)
		}
	}
}

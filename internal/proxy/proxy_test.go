package proxy_test

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
)

func TestEnvironmentOfATool(t *testing.T) {
	w := newWorld(t)
	at := w.link("mine", "rustc", "cargo")
	env := w.must("rustc", "+mine", "--kit-env")
	for name, want := range map[string]string{
		"RUSTUP_TOOLCHAIN": "mine", "RUSTUP_TOOLCHAIN_SOURCE": "cli", "RUST_RECURSION_COUNT": "1",
		"RUSTUP_HOME": w.Rustup(), "CARGO_HOME": w.Cargo(), "LD_LIBRARY_PATH": filepath.Join(at, "lib"),
		"BERTH_TOOLCHAIN_TREE": "", "CARGO_BUILD_RUSTC": "",
	} {
		if got := variable(env, name); got != want {
			t.Errorf("%s is %q, want %q", name, got, want)
		}
	}
	if path := variable(env, "PATH"); !strings.HasPrefix(path, filepath.Join(w.Cargo(), "bin")+":") {
		t.Errorf("PATH is %s", path)
	}
	if self := w.must("rustc", "+mine", "--kit-self"); self != filepath.Join(at, "bin", "rustc") {
		t.Errorf("it runs as %s", self)
	}
}

// What is there is not put there again, and another toolchain's libraries stay
// behind.
func TestListsOfTheEnvironment(t *testing.T) {
	w := newWorld(t)
	at := w.link("mine", "rustc")
	bin := filepath.Join(w.Cargo(), "bin")
	r := w.run([]string{"PATH=/usr/bin:/bin:" + bin, "LD_LIBRARY_PATH=/x:" + filepath.Join(at, "lib"), "RUST_RECURSION_COUNT=7"}, "rustc", "+mine", "--kit-env")
	if got := variable(r.Output, "PATH"); got != "/usr/bin:/bin:"+bin {
		t.Errorf("PATH is %s", got)
	}
	if got := variable(r.Output, "LD_LIBRARY_PATH"); got != filepath.Join(at, "lib")+":/x" {
		t.Errorf("LD_LIBRARY_PATH is %s", got)
	}
	if got := variable(r.Output, "RUST_RECURSION_COUNT"); got != "8" {
		t.Errorf("RUST_RECURSION_COUNT is %s", got)
	}
}

func TestSources(t *testing.T) {
	w := newWorld(t)
	at := w.link("mine", "rustc")
	source := func(env ...string) string {
		return variable(w.run(env, "rustc", "--kit-env").Output, "RUSTUP_TOOLCHAIN_SOURCE")
	}
	if got := source("RUSTUP_TOOLCHAIN=mine"); got != "env" {
		t.Errorf("RUSTUP_TOOLCHAIN: %q", got)
	}
	if got := source("RUSTUP_TOOLCHAIN=" + at); got != "env" {
		t.Errorf("RUSTUP_TOOLCHAIN with a path: %q", got)
	}
	w.must("rustup", "default", "mine")
	if got := source(); got != "default" {
		t.Errorf("default: %q", got)
	}
	w.must("rustup", "override", "set", "mine")
	if got := source(); got != "path-override" {
		t.Errorf("override: %q", got)
	}
	w.must("rustup", "override", "unset")
	w.write("rust-toolchain.toml", "[toolchain]\npath = \""+at+"\"\n")
	if got := source(); got != "toolchain-file" {
		t.Errorf("file: %q", got)
	}
}

func TestPlusIsTheFirstArgumentOnly(t *testing.T) {
	w := newWorld(t)
	w.link("mine", "rustc", "cargo")
	if got := w.must("cargo", "+mine", "build", "+nightly"); got != "cargo: build +nightly" {
		t.Errorf("cargo got %q", got)
	}
	if got := w.run([]string{"RUSTUP_TOOLCHAIN=mine"}, "cargo", "--", "+x").Output; got != "cargo: -- +x\n" {
		t.Errorf("cargo got %q", got)
	}
}

func TestExitCodeIsTheTools(t *testing.T) {
	w := newWorld(t)
	w.link("mine", "rustc")
	if r := w.run(nil, "rustc", "+mine", "--kit-exit", "42"); r.Code != 42 {
		t.Error(r)
	}
}

func TestErrors(t *testing.T) {
	w := newWorld(t)
	w.link("mine", "rustc")
	off := "RUSTUP_AUTO_INSTALL=0"
	for _, c := range []struct {
		env   []string
		words string
		want  string
	}{
		{nil, "rustc --version", "error: rustup could not choose a version of rustc to run"},
		{nil, "rustc --version", "rustup default stable"},
		{[]string{off}, "rustc +stable", "error: toolchain 'stable-x86_64-unknown-linux-gnu' is not installed\nhelp: run `rustup toolchain install stable-x86_64-unknown-linux-gnu` to install it"},
		{nil, "rustc +other", "error: toolchain 'other' is not installed"},
		{[]string{off, "RUSTUP_TOOLCHAIN=beta"}, "rustc", "override toolchain 'beta-x86_64-unknown-linux-gnu' is not installed: the RUSTUP_TOOLCHAIN environment variable specifies"},
		{[]string{"RUSTUP_TOOLCHAIN=other"}, "rustc", "override toolchain 'other' is not installed: the RUSTUP_TOOLCHAIN"},
		{nil, "rustc +", "error: invalid toolchain name ''"},
		{nil, "rustc +a/b", "error: relative path toolchain 'a/b'"},
		{nil, "rustc +/nowhere/at/all", "error: invalid toolchain: the path '/nowhere/at/all' has no bin/ directory"},
		{[]string{"RUST_RECURSION_COUNT=21"}, "rustc +mine", "error: infinite recursion detected"},
		{nil, "rls +mine", "error: 'rls' is not installed for the custom toolchain 'mine'."},
		{nil, "nonsense", "error: unknown proxy name: 'nonsense'; valid proxy names are 'rustc', 'rustdoc', 'cargo', 'rust-lldb'"},
		{nil, "rustup-init -y", "berth setup"},
	} {
		r := w.run(append([]string{"RUSTUP_OVERRIDE_HOST_TRIPLE=x86_64-unknown-linux-gnu", "PATH=/usr/bin:/bin:" + w.Program.Dir}, c.env...), strings.Fields(c.words)...)
		if r.Code != 1 {
			t.Errorf("%s: exit %d", c.words, r.Code)
		}
		contains(t, r.Output, c.want)
	}
	if r := w.run([]string{"RUST_RECURSION_COUNT=20"}, "rustc", "+mine", "--version"); r.Code != 0 {
		t.Error(r)
	}
}

func TestMissingTools(t *testing.T) {
	w := newWorld(t)
	w.must("rustup", "toolchain", "install", "stable", "--profile", "minimal")
	w.must("rustup", "toolchain", "install", "1.95.0", "--profile", "minimal")
	for words, want := range map[string]string{
		"rustfmt --version":           "run `rustup component add rustfmt` to install it",
		"cargo-fmt +1.95.0 --version": "run `rustup component add --toolchain 1.95.0-",
		"cargo-miri":                  "the 'miri' component which provides the command 'cargo-miri' is not available for the 'stable-",
		"rust-analyzer":               "unknown binary 'rust-analyzer' in official toolchain 'stable-",
	} {
		r := w.run(nil, strings.Fields(words)...)
		if r.Code != 1 {
			t.Errorf("%s: exit %d", words, r.Code)
		}
		contains(t, r.Output, want)
	}
	if err := os.Remove(filepath.Join(w.tree("stable"), "bin", "rustdoc")); err != nil {
		t.Fatal(err)
	}
	contains(t, w.run(nil, "rustdoc").Output, "the 'rustdoc' binary, normally provided by the 'rustc' component, is not applicable to the 'stable-")
}

// tree is where the pointer of a channel leads.
func (w *world) tree(channel string) string {
	w.Helper()
	found, err := filepath.Glob(filepath.Join(w.Rustup(), "toolchains", channel+"-*"))
	if err != nil || len(found) != 1 {
		w.Fatalf("toolchain %s: %v, %v", channel, found, err)
	}
	real, err := filepath.EvalSymlinks(found[0])
	if err != nil {
		w.Fatal(err)
	}
	return real
}

func TestFallbacks(t *testing.T) {
	w := newWorld(t)
	w.must("rustup", "toolchain", "install", "stable", "--profile", "minimal")
	w.link("mine", "rustc")
	r := w.run(nil, "cargo", "+mine", "--kit-env")
	contains(t, r.Output, "info: `cargo` is unavailable for the active toolchain", "info: falling back to", "RUSTUP_TOOLCHAIN=mine\n")
	contains(t, w.run(nil, "cargo", "+mine", "--kit-self").Output, filepath.Join(w.tree("stable"), "bin", "cargo"))

	w.write("own/rust-analyzer", "#!/bin/sh\necho my own\n")
	r = w.run([]string{"PATH=" + w.Program.Dir + ":" + filepath.Join(w.Dir(), "own") + ":/usr/bin:/bin"}, "rust-analyzer")
	contains(t, r.Output, "falling back to", "my own")

	// A tool of the system stands in where it comes before the proxy, never behind it.
	w.write("own/rustfmt", "#!/bin/sh\necho my rustfmt\n")
	own := filepath.Join(w.Dir(), "own")
	r = w.run([]string{"PATH=" + w.Program.Dir + ":" + own + ":/usr/bin:/bin"}, "rustfmt", "+mine")
	contains(t, r.Output, "error: 'rustfmt' is not installed for the custom toolchain 'mine'.")
	r = w.run([]string{"PATH=" + own + ":" + w.Program.Dir + ":/usr/bin:/bin"}, "rustfmt", "+mine")
	contains(t, r.Output, "my rustfmt")
}

func TestCargoVariableThatNamesAProxy(t *testing.T) {
	w := newWorld(t)
	at := w.link("mine", "rustc", "cargo")
	proxied := "CARGO=" + filepath.Join(w.Program.Dir, "cargo")
	if got := variable(w.run([]string{proxied}, "cargo", "+mine", "--kit-env").Output, "CARGO"); got != filepath.Join(at, "bin", "cargo") {
		t.Errorf("CARGO is %s", got)
	}
	if got := variable(w.run([]string{"CARGO=/usr/bin/env"}, "cargo", "+mine", "--kit-env").Output, "CARGO"); got != "/usr/bin/env" {
		t.Errorf("CARGO is %s", got)
	}
	if got := "CARGO=" + variable(w.run([]string{proxied}, "rustc", "+mine", "--kit-env").Output, "CARGO"); got != proxied {
		t.Errorf("for rustc %s", got)
	}
}

// A berth without links puts some on its children's PATH; what it was built from
// may vanish.
func TestChildrenOfABerthWithoutLinks(t *testing.T) {
	w := newWorld(t)
	w.link("mine", "rustc", "cargo")
	data, err := os.ReadFile(filepath.Join(w.Program.Dir, "berth"))
	if err != nil {
		t.Fatal(err)
	}
	w.write("build/berth", string(data))
	berth := filepath.Join(w.Dir(), "build", "berth")
	cmd := w.Command(t.Context(), w.Homes, []string{"PATH=/usr/bin:/bin"}, "berth", "cargo", "+mine", "--kit-exec", "sh", "-ec", "rm "+berth+"; command -v rustc; rustc --kit-self; cargo --kit-env")
	cmd.Path, cmd.Args[0] = berth, berth
	out, err := cmd.CombinedOutput()
	if err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
	contains(t, string(out), filepath.Join(w.Rustup(), "berth", "v1", "bin"), filepath.Join(w.Dir(), "mine", "bin", "rustc")+"\n", "RUST_RECURSION_COUNT=2")
	left, _ := os.ReadDir(filepath.Join(w.Rustup(), "berth", "v1", "staging"))
	if len(left) > 0 {
		t.Errorf("left in staging: %v", left)
	}
}

// Where cargo alone is a link to berth, the toolchain's cargo finds a compiler all the same.
func TestChildrenOfACargoLinkedAlone(t *testing.T) {
	w := newWorld(t)
	w.link("mine", "rustc", "cargo")
	cargo := filepath.Join(w.Dir(), "alone", "cargo")
	if err := os.Mkdir(filepath.Dir(cargo), 0o755); err != nil {
		t.Fatal(err)
	}
	if err := os.Symlink(filepath.Join(w.Program.Dir, "berth"), cargo); err != nil {
		t.Fatal(err)
	}
	cmd := w.Command(t.Context(), w.Homes, []string{"PATH=" + filepath.Dir(cargo) + ":/usr/bin:/bin"}, "cargo", "+mine", "--kit-exec", "rustc", "--kit-self")
	cmd.Path, cmd.Args[0] = cargo, cargo
	out, err := cmd.CombinedOutput()
	if err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
	contains(t, string(out), filepath.Join(w.Dir(), "mine", "bin", "rustc")+"\n")
}

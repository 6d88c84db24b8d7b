//go:build linux

package calls

import (
	"os"
	"path/filepath"
	"testing"

	"berth/internal/testkit/cratekit"
)

const manyTargets = `[package]
name = "a-x"
version = "1.2.3-pre.1+build"
edition = "2021"
authors = ["A B <a@b>", "C"]
description = """two
lines"""
homepage = "https://example.com/?a=b&c"
license = "MIT"
rust-version = "1.78"
readme = "README.md"
[features]
default = ["f-1"]
f-1 = []
g = ["dep:opt"]
[dependencies]
bren = { package = "b", path = "../b" }
pm = { path = "../pm" }
dy = { path = "../dy" }
sys = { path = "../sys" }
opt = { path = "../opt", optional = true }
outer = "1"
[dev-dependencies]
cdy-lib = { path = "../cd" }
[build-dependencies]
script-dep = { path = "../script-dep" }
[lints]
workspace = true
[[example]]
name = "ex-lib"
crate-type = ["staticlib", "cdylib"]
[[test]]
name = "plain"
harness = false
[[bin]]
name = "needs"
required-features = ["g"]
`

const workspaceTable = `[workspace]
members = ["a", "b", "pm", "dy", "cd", "st", "sys", "script-dep"]
resolver = "2"
[workspace.lints.rust]
unused = "warn"
unsafe_code = { level = "deny", priority = -1 }
unexpected_cfgs = { level = "warn", check-cfg = ['cfg(foo, values("x"))'] }
[workspace.lints.clippy]
all = "warn"
[workspace.lints.rustdoc]
broken_intra_doc_links = "warn"
[profile.release]
lto = "thin"
codegen-units = 3
[profile.slim]
inherits = "release"
lto = true
panic = "abort"
strip = "symbols"
opt-level = "z"
rpath = true
[profile.odd]
inherits = "dev"
debug = "line-tables-only"
split-debuginfo = "packed"
debug-assertions = false
overflow-checks = true
incremental = false
lto = "off"
[profile.odd.build-override]
opt-level = 1
debug = 1
[profile.odd.package.b]
opt-level = 2
debug-assertions = true
overflow-checks = false
`

// manyKinds is a workspace with targets of all kinds, scripts that say all that scripts can say, and vendored packages.
func manyKinds(t *testing.T) *world {
	t.Helper()
	w := newWorld(t)
	w.write("Cargo.toml", workspaceTable)
	w.write("a/Cargo.toml", manyTargets)
	for _, name := range []string{"src/lib.rs", "src/main.rs", "src/bin/two.rs", "src/bin/needs.rs", "examples/ex-1.rs", "examples/ex-lib.rs", "tests/it-1.rs", "tests/plain.rs", "benches/be.rs", "build.rs", "README.md"} {
		w.write("a/"+name, "")
	}
	w.write("a/script.said", "cargo:rerun-if-changed=build.rs\ncargo::rustc-cfg=foo=\"x\"\ncargo::rustc-env=ENVX=1 2\ncargo::rustc-link-arg-bins=-Wl,--as-needed\n"+
		"cargo::rustc-link-arg-bin=two=-Wl,two\ncargo::rustc-link-arg-tests=-Wl,tests\ncargo::rustc-link-arg-benches=-Wl,benches\ncargo::rustc-link-arg-examples=-Wl,examples\n"+
		"cargo::rustc-link-arg=-Wl,all\ncargo::rustc-link-arg-cdylib=-Wl,cdylib\ncargo::rustc-check-cfg=cfg(bar)\ncargo::warning=look\nplain talk\n")
	library := func(dir, name, rest string) {
		w.write(dir+"/Cargo.toml", "[package]\nname = \""+name+"\"\nversion = \"0.1.0\"\n"+rest)
		w.write(dir+"/src/lib.rs", "")
	}
	library("b", "b", "edition = \"2018\"\n")
	library("opt", "opt", "edition = \"2018\"\n")
	library("pm", "pm", "edition = \"2018\"\n[lib]\nproc-macro = true\n[dependencies]\nb = { path = \"../b\" }\nsys = { path = \"../sys\" }\n")
	library("dy", "dy", "[lib]\ncrate-type = [\"dylib\"]\n")
	library("cd", "cdy-lib", "edition = \"2024\"\n[lib]\ncrate-type = [\"cdylib\", \"rlib\"]\n[dependencies]\nb = { path = \"../b\" }\nsys = { path = \"../sys\" }\n")
	library("st", "st", "edition = \"2024\"\n[lib]\nname = \"stat\"\ncrate-type = [\"staticlib\"]\n[dependencies]\nb = { path = \"../b\" }\n")
	library("script-dep", "script-dep", "edition = \"2024\"\n[dependencies]\nouter = \"1\"\n")
	library("sys", "sys", "edition = \"2021\"\nlinks = \"s-ys\"\n")
	w.write("sys/build.rs", "")
	// Stock sorts them as they are, and what lies below the temporary directory has another name here: one that comes last, wherever that is.
	w.write("sys/script.said", "cargo:rustc-link-search=/~/lib\ncargo:rustc-link-search=native=$OUT_DIR\ncargo:rustc-flags=-l m -L$OUT_DIR/deep\ncargo:rustc-link-lib=static=z\n"+
		"cargo:root=$OUT_DIR\ncargo::metadata=k-1=v w\ncargo:warning=look\ncargo::rustc-link-arg-cdylib=-Wl,far\n")
	outer := cratekit.New("outer", "1.0.0", "inner 2")
	inner := cratekit.New("inner", "2.1.0")
	if err := cratekit.Vendor(filepath.Join(w.root, "vendor"), outer, inner); err != nil {
		t.Fatal(err)
	}
	w.config("")
	w.cargo.Run(w.root, "generate-lockfile", "--offline")
	return w
}

// config writes .cargo/config.toml, and that packages are the vendored ones.
func (w *world) config(text string) {
	w.write(".cargo/config.toml", text+"\n[source.crates-io]\nreplace-with = \"v\"\n[source.v]\ndirectory = \"vendor\"\n")
}

func TestCallsAsStock(t *testing.T) {
	w := manyKinds(t)
	const host = "x86_64-unknown-linux-gnu"
	for _, c := range []commandLine{
		{line: "build --workspace --all-targets"},
		{line: "build -p a-x --all-targets --profile slim"}, // not cdy_lib: made twice with one name, as tests unwind, stock looks at either
		{line: "build --workspace --profile odd --all-features"},
		{line: "check --workspace --all-targets"},
		{line: "test --workspace --no-run"},
		{line: "test -p a-x --doc"},
		{line: "doc --workspace"},
		{line: "doc -p a-x --no-deps --document-private-items"},
		{line: "build --workspace --all-targets --target " + host},
		{line: "build -p a-x --release --target " + host, env: []string{"RUSTFLAGS=-C target-cpu=native --cfg  x"}},
		{line: "build -p a-x", env: []string{"RUSTFLAGS=-C target-cpu=native --cfg  x"}},
		{line: "test -p a-x --no-run", env: []string{"CARGO_ENCODED_RUSTFLAGS=--cfg\x1fa=\"b c\"", "RUSTFLAGS=--cfg no"}},
		{line: "doc -p a-x", env: []string{"RUSTDOCFLAGS=--cfg doc --crate-version 7"}},
		{line: "build -p a-x", env: []string{"CARGO_INCREMENTAL=0", "CARGO_PROFILE_DEV_DEBUG=0"}},
	} {
		w.compare(c)
	}
}

func TestConfigurationAsStock(t *testing.T) {
	w := manyKinds(t)
	const host = "x86_64-unknown-linux-gnu"
	wrapper := w.wrapper("wrap")
	for _, c := range []struct {
		config string
		line   commandLine
	}{
		{"[target." + host + "]\nlinker = \"my/linker\"\nrustflags = [\"--cfg\", \"t\"]\nrunner = \"run -x\"\n[target.'cfg(unix)']\nrustflags = \"--cfg u\"\n[target.'cfg(t)']\nrustflags = [\"--cfg=tt\"]\n[target.'cfg(windows)']\nlinker = \"no\"\n[build]\nrustflags = [\"--cfg\", \"b\"]\n",
			commandLine{line: "build -p a-x"}},
		{"[target.'cfg(unix)']\nlinker = \"cfg-linker\"\nrunner = [\"cfg-run\", \"-a\"]\n[build]\nrustdocflags = [\"--cfg\", \"d\"]\n", commandLine{line: "test -p a-x --doc --target " + host}},
		{"[env]\nPLAIN = \"1\"\nCARGO_PKG_NAME = \"no\"\nTARGET = \"no\"\nENVX = { value = \"no\", force = true }\nHOME = \"no\"\nREL = { value = \"sub\", relative = true }\n", commandLine{line: "build -p a-x"}},
		{"[build]\ntarget = \"" + host + "\"\nrustflags = [\"-Cdebuginfo=1\"]\n", commandLine{line: "test -p pm --no-run"}},
		{"[target." + host + ".s-ys]\nrustc-link-lib = [\"q\", \"r\"]\nrustc-link-search = [\"native=/opt/q\"]\nrustc-flags = \"-L /opt/r -lr\"\nrustc-cfg = [\"over\"]\nrustc-check-cfg = [\"cfg(over)\"]\nrustc-link-arg-cdylib = [\"-Wl,o\"]\nroot = \"/opt\"\n[target." + host + ".s-ys.rustc-env]\nOVER = \"1\"\n",
			commandLine{line: "build --workspace --all-targets"}},
		{"[build]\nrustc-wrapper = \"" + wrapper + "\"\nrustc-workspace-wrapper = \"" + w.wrapper("inner") + "\"\n", commandLine{line: "check -p a-x"}},
		{"", commandLine{line: "build -p a-x", env: []string{"RUSTC_WRAPPER=" + wrapper}}},
		{"[profile.dev]\nsplit-debuginfo = \"unpacked\"\npanic = \"abort\"\n[profile.dev.build-override]\ndebug = true\n", commandLine{line: "build -p a-x --lib"}},
	} {
		w.config(c.config)
		w.compare(c.line)
	}
}

// wrapper is a program that runs another.
func (w *world) wrapper(name string) string {
	w.Helper()
	path := filepath.Join(filepath.Dir(w.root), name)
	if err := os.WriteFile(path, []byte("#!/bin/sh\nexport WRAPPED_BY_"+name+"=1\nexec \"$@\"\n"), 0o755); err != nil {
		w.Fatal(err)
	}
	return path
}

package disttree

import (
	"fmt"
	"runtime"
)

// Tiny describes a toolchain as small as one can be that has all the kinds of things a real one has. The zero value is useful.
type Tiny struct {
	Channels []string // default: stable
	Date     string   // default: 2026-04-16
	Version  string   // default: 1.95.0 (59807616e 2026-04-14)
	Host     string   // default: this machine's
	Targets  []string // further targets of rust-std; default: wasm32-unknown-unknown
	Docs     int      // number of pages in rust-docs; default: 3
	Ballast  int      // incompressible bytes in rustc, for tests that interrupt a download
	Formats  []Format // default: xz
}

// hosts knows the systems that berth is compiled for.
func hosts() map[string]string {
	return map[string]string{
		"linux/amd64":   "x86_64-unknown-linux-gnu",
		"linux/arm64":   "aarch64-unknown-linux-gnu",
		"darwin/amd64":  "x86_64-apple-darwin",
		"darwin/arm64":  "aarch64-apple-darwin",
		"windows/amd64": "x86_64-pc-windows-msvc",
		"windows/arm64": "aarch64-pc-windows-msvc",
	}
}

// Host is the target triple of this machine, as stock rustup names it.
func Host() string { return hosts()[runtime.GOOS+"/"+runtime.GOARCH] }

func (t Tiny) withDefaults() Tiny {
	if len(t.Channels) == 0 {
		t.Channels = []string{"stable"}
	}
	if t.Date == "" {
		t.Date = "2026-04-16"
	}
	if t.Version == "" {
		t.Version = "1.95.0 (59807616e 2026-04-14)"
	}
	if t.Host == "" {
		t.Host = Host()
	}
	if t.Targets == nil {
		t.Targets = []string{"wasm32-unknown-unknown"}
	}
	if t.Docs == 0 {
		t.Docs = 3
	}
	if len(t.Formats) == 0 {
		t.Formats = []Format{XZ}
	}
	return t
}

// Toolchain spells the description out: rustc, cargo, rust-std and rust-docs as components; rustfmt, clippy, rust-analyzer, rust-src
// and the further targets' rust-std as extensions; the three profiles and the renames.
func (t Tiny) Toolchain() Toolchain {
	t = t.withDefaults()
	tc := Toolchain{
		Channels: t.Channels, Date: t.Date, Version: t.Version, Hosts: []string{t.Host}, Formats: t.Formats,
		Renames: map[string]string{
			"clippy": "clippy-preview", "rustfmt": "rustfmt-preview", "rust-analyzer": "rust-analyzer-preview",
		},
		Profiles: map[string][]string{
			// rust-mingw is no component of most hosts: a client has to pass over it.
			"minimal":  {"rustc", "cargo", "rust-std", "rust-mingw"},
			"default":  {"rustc", "cargo", "rust-std", "rust-mingw", "rust-docs", "rustfmt-preview", "clippy-preview"},
			"complete": {"rustc", "cargo", "rust-std", "rust-mingw", "rust-docs", "rustfmt-preview", "clippy-preview", "rust-analyzer-preview", "rust-src"},
		},
	}
	tc.Components = append(t.required(), t.extensions()...)
	return tc
}

func (t Tiny) tool(name string) File { return Tool(name, t.Version, t.Host, "") }

func (t Tiny) required() []Component {
	rustc := []File{
		t.tool("rustc"), t.tool("rustdoc"),
		Text("lib/librustc_driver-kit.so", "the compiler of "+t.Version+"\n"),
		Text("share/doc/rust/README.md", "a compiler made of shell\n"),
	}
	if t.Ballast > 0 {
		rustc = append(rustc, Noise("lib/ballast.bin", t.Ballast))
	}
	return []Component{
		{Name: "rustc", Target: t.Host, Files: rustc},
		{Name: "rust-std", Target: t.Host, Files: t.std(t.Host)},
		{Name: "cargo", Target: t.Host, Files: []File{
			t.tool("cargo"), Text("share/man/man1/cargo.1", ".TH CARGO 1\n"), Text("etc/bash_completion.d/cargo", "complete -W build cargo\n"),
		}},
		{Name: "rust-docs", Target: t.Host, Files: t.docs(), Dirs: []string{docFolder}},
	}
}

func (t Tiny) extensions() []Component {
	more := []Component{
		{Name: "rustfmt-preview", Target: t.Host, Extension: true, Files: []File{t.tool("rustfmt"), t.tool("cargo-fmt")}},
		{Name: "clippy-preview", Target: t.Host, Extension: true, Files: []File{t.tool("clippy-driver"), t.tool("cargo-clippy")}},
		{Name: "rust-analyzer-preview", Target: t.Host, Extension: true, Files: []File{t.tool("rust-analyzer")}},
		{Name: "rust-src", Target: AnyTarget, Extension: true, Dirs: []string{"lib/rustlib/src/rust"}, Files: []File{
			Text("lib/rustlib/src/rust/library/core/src/lib.rs", "#![no_core]\n"),
			Text("lib/rustlib/src/rust/library/Cargo.lock", "version = 4\n"),
		}},
	}
	for _, target := range t.Targets {
		more = append(more, Component{Name: "rust-std", Target: target, Extension: true, Files: t.std(target)})
	}
	return more
}

func (t Tiny) std(target string) []File {
	lib := "lib/rustlib/" + target + "/lib/"
	return []File{
		Text(lib+"libcore-kit.rlib", "core of "+t.Version+" for "+target+"\n"),
		Text(lib+"libstd-kit.rlib", "std of "+t.Version+" for "+target+"\n"),
	}
}

const docFolder = "share/doc/rust/html"

func (t Tiny) docs() []File {
	pages := []File{Text(docFolder+"/index.html", "<title>"+t.Version+"</title>\n")}
	for i := 1; i < t.Docs; i++ {
		pages = append(pages, Text(fmt.Sprintf("%s/std/page%05d.html", docFolder, i), fmt.Sprintf("<title>page %d</title>\n", i)))
	}
	return pages
}

package rustup_test

import (
	"strings"
	"testing"
)

// withDocs gives both sides a linked toolchain `docs`, whose documentation has one
// page of each kind.
func withDocs(t *testing.T) *pair {
	t.Helper()
	p := newSituations(t)
	for _, s := range []*side{p.stock, p.berth} {
		s.write("docs/bin/rustc", "#!/bin/sh\n")
		s.write("docs/lib/x", "")
		for _, page := range []string{
			"index.html", "releases.html", "std/index.html", "core/index.html", "alloc/index.html", "test/index.html", "book/index.html", "book/ch01.html",
			"std/keyword.fn.html", "std/primitive.fn.html", "std/primitive.usize.html", "std/macro.vec!.html", "std/keyword.x.html", "std/primitive.x.html", "std/macro.x.html",
			"std/fs/index.html", "std/fs/fn.read.html", "std/fs/struct.read.html", "std/fs/struct.File.html", "std/io/trait.Read.html", "std/io/enum.Kind.html",
			"std/io/error/type.Result.html", "std/f64/constant.PI.html", "std/m/union.U.html", "core/arch/index.html", "core/macro.assert!.html",
			"reference/destructors.html", "reference/attributes/index.html", "reference/attributes.html", "error_codes/E0308.html",
			"rustdoc/lints.html", "std/sync/static.S.html", "proc_macro/struct.TokenStream.html",
		} {
			s.write("docs/share/doc/rust/html/"+page, "")
		}
		s.write("docs/share/man/man1/x.1", "")
		if r := s.in(situation{line: "toolchain link docs @/docs"}); r.Code != 0 {
			t.Fatal(r.Stderr)
		}
	}
	return p
}

func TestDocBesideStock(t *testing.T) {
	t.Parallel()
	p := withDocs(t)
	for _, topic := range []string{
		"", "std", "core", "alloc", "test", "book", "fn", "usize", "vec!", "x", "std::vec!", "std::fs", "std::fs::", "::std::fs", "std::", "std::fs::read",
		"std::fs::File", "std::io::Read", "std::io::Kind", "std::io::error::Result", "std::f64::PI", "std::m::U", "std::fn", "core::arch", "core::assert!",
		"keyword:fn", "primitive:x", "macro:vec!", "macro:fn", "fn:", ":fn", "std::keyword:fn", "nothing", "std::nothing", "std/fs", "../std", "a::b::c::d",
		"--alloc", "--book", "--cargo", "--clippy", "--core", "--edition-guide", "--embedded-book", "--error-codes", "--nomicon", "--proc_macro", "--reference",
		"--releases", "--rust-by-example", "--rustc", "--rustc-docs", "--rustdoc", "--std", "--style-guide", "--test", "--unstable-book",
		"--std fs", "--std index", "--std index.html", "--book ch01", "--book nothing", "--reference destructors",
		"--rustdoc lints", "--rustdoc lints::bare_urls", "--rustdoc lints::x::y", "--reference attributes", "--error-codes E0308", "--releases fn", "--releases nothing", "--std std::fs",
		"--book --std", "--nonsense --nonsense", "a b",
	} {
		equal := toTheByte
		if strings.HasPrefix(topic, "--nonsense") || topic == "a b" {
			equal = func(string, string) bool { return true } // usage, in words of our own
		}
		p.same(t, situation{line: "+docs doc --path " + topic}, equal)
	}
	for _, line := range []string{
		"doc --path", "docs --path --std", "doc --toolchain stable --path", // minimal: no rust-docs
		"doc --toolchain mine --path", "+mine doc --path", "doc --toolchain beta --path --book",
	} {
		p.same(t, situation{line: line, env: "RUSTUP_AUTO_INSTALL=0"}, toTheByte)
	}
}

// TestDocFindsMoreThanStock: topics that stock gives up on.
func TestDocFindsMoreThanStock(t *testing.T) {
	t.Parallel()
	p := withDocs(t)
	for topic, page := range map[string]string{
		"std::sync::S": "std/sync/static.S.html", "proc_macro::TokenStream": "proc_macro/struct.TokenStream.html", "--std fs::File": "std/fs/struct.File.html", "--std fs::read": "std/fs/fn.read.html",
		"--std fn": "std/keyword.fn.html",
	} {
		r := p.berth.in(situation{line: "+docs doc --path " + topic})
		if !strings.HasSuffix(r.Stdout, "/docs/share/doc/rust/html/"+page+"\n") {
			t.Errorf("%s: %q, want %s (%s)", topic, r.Stdout, page, r.Stderr)
		}
	}
}

func TestDocWithoutABrowser(t *testing.T) {
	t.Parallel()
	p := withDocs(t)
	for _, env := range []string{"BROWSER=/nonexistent", "PATH=/nonexistent"} {
		r := p.berth.run([]string{env}, "+docs", "doc")
		if r.Code != 1 || !strings.Contains(r.Stderr, "help: ") {
			t.Errorf("%s: %+v", env, r)
		}
	}
}

// TestMan has a man that prints where it looks.
func TestMan(t *testing.T) {
	t.Parallel()
	p := withDocs(t)
	for _, s := range []*side{p.stock, p.berth} {
		s.write("bin/man", "#!/bin/sh\necho \"$* $MANPATH\"\nexit 16\n")
	}
	// The tree and the pointer to it are the same to man.
	equal := func(theirs, ours string) bool {
		return strings.ReplaceAll(theirs, "/rustup/toolchains/docs/", "/docs/") == ours
	}
	const path = "PATH=@/bin:/usr/bin:/bin"
	for _, sit := range []situation{
		{line: "+docs man cargo-add", env: path},
		{line: "+docs man cargo-add", env: path + " MANPATH=/one:/two"},
		{line: "+docs man cargo-add", env: path + " MANPATH="},
		{line: "+docs man -- -k", env: path},
		{line: "+mine man cargo-add", env: path},
		{line: "man", env: path},
		{line: "man --toolchain mine x", env: path},
		{line: "man --toolchain beta x", env: path + " RUSTUP_AUTO_INSTALL=0"},
	} {
		p.same(t, sit, equal)
	}
	// Where stock panics.
	if r := p.berth.in(situation{line: "+docs man cargo-add", env: "PATH=/nonexistent"}); r.Code != 1 || !strings.Contains(r.Stderr, "could not run 'man'") {
		t.Errorf("without man: %+v", r)
	}
	r := p.berth.in(situation{line: "man cargo-add", env: path})
	if want := "/share/man:"; r.Code != 0 || !strings.Contains(r.Stdout, want) {
		t.Errorf("%+v, want MANPATH with %s", r, want)
	}
}

package cargo_test

import (
	"path/filepath"
	"strconv"
	"strings"
	"testing"

	"berth/internal/testkit/cratekit"
	"berth/internal/testkit/faulthttp"
	"berth/internal/testkit/gitkit"
	"berth/internal/testkit/registryserver"
)

// TestInfoBesideStock: the same packages, asked for from within workspaces and without one.
func TestInfoBesideStock(t *testing.T) {
	t.Parallel()
	p := newPair(t)
	told, err := cratekit.FromManifest(`[package]
name = "told-all"
version = "1.2.3"
edition = "2021"
rust-version = "1.60"
description = "Two\nlines  \n"
keywords = ["one", "two-x"]
license = "MIT"
homepage = "https://example.com/h"
repository = "https://example.com/r"
documentation = "https://example.com/d"
[features]
default = ["std"]
std = ["dep:plain", "long-name-of-feature"]
long-name-of-feature = []
off = ["plain?/x", "std"]
[dependencies]
plain = { version = "^1.0", optional = true }
other = { version = ">=1, <3", package = "plain", optional = true }
far = "*"
[target.'cfg(unix)'.dependencies]
exact = "=1.0.0"
[build-dependencies]
plain = "~1.0"
[dev-dependencies]
far = "1"
`, nil)
	if err != nil {
		t.Fatal(err)
	}
	many := cratekit.New("many", "1.0.0")
	on := cratekit.New("many-on", "1.0.0")
	many.Features, on.Features = map[string][]string{"default": {}}, map[string][]string{}
	for i := range 40 {
		name := "f" + strings.Repeat("x", i)
		many.Features[name] = []string{}
		on.Features[name] = []string{}
		on.Features["default"] = append(on.Features["default"], name)
	}
	rust := cratekit.New("rusty", "2.0.0")
	rust.RustVersion = "1.99"
	older := cratekit.New("rusty", "1.5.0")
	older.RustVersion = "1.40"
	plain := cratekit.New("plain", "1.0.0")
	plain.Features = map[string][]string{"x": {}}
	yanked := cratekit.New("plain", "9.0.0")
	yanked.Yanked = true
	crates := []cratekit.Crate{told, many, on, rust, older, cratekit.New("rusty", "1.0.0"), plain, cratekit.New("plain", "1.1.0"), yanked, cratekit.New("far", "1.0.0"), cratekit.New("exact", "1.0.0"),
		cratekit.New("pre", "2.0.0-rc.1"), cratekit.New("pre", "1.0.0"), cratekit.New("under_score", "1.0.0")}
	s := registryserver.Run(t, registryserver.Options{}, crates...)
	alt := registryserver.Run(t, registryserver.Options{}, append(crates, cratekit.New("alone", "0.1.0"))...)
	p.write(filepath.Join(p.theirs.Home, "config.toml"), s.Replace()+alt.Registry("alt"))
	repo := gitkit.NewRepo(t, filepath.Join(realDir(t), "repo"))
	repo.Commit(gitWorkspace())
	p.write("ws/Cargo.toml", "[workspace]\nresolver = \"2\"\nmembers = [\"a\", \"b\"]\n")
	p.write("ws/a/Cargo.toml", "[package]\nname = \"a\"\nversion = \"0.1.0\"\nedition = \"2021\"\nrust-version = \"1.50\"\n[dependencies]\nb = { path = \"../b\" }\nplain = \"=1.0.0\"\nrusty = \"1\"\n"+
		"alone = { version = \"0.1\", registry = \"alt\" }\nbeside = { git = \"file://"+repo.Dir+"\" }\n")
	p.write("ws/a/src/lib.rs", "")
	p.pkg("ws/b", "b", "0.2.0", "[features]\nx = []\n[build-dependencies]\nfar = \"1\"\n[dependencies]\na-dep = { path = \"dep\" }\n")
	p.pkg("ws/b/dep", "a-dep", "0.0.1", "")
	p.target("ws")
	top := p.dir
	for _, c := range []struct{ where, lines string }{
		{"", "told-all@1; --registry alt told-all; -v --registry alt told-all; -v --registry crates-io told-all; -q --registry alt told-all; --registry alt told-all@1.2.3; --registry alt told-all@9;" +
			"--registry alt many; --registry alt many -v; --registry alt many-on; -v --registry alt many-on; --registry alt rusty; --registry alt rusty@2; --registry crates-io rusty; --registry alt plain;" +
			"--registry alt plain@9; --registry alt plain@1.0.0; --registry alt pre; --registry alt pre@2.0.0-rc.1; --registry alt under-score; --registry alt told_all; --registry alt nothing; --registry alt --locked plain;" +
			"--registry alt --frozen plain; --registry alt a@b; --registry alt @; --registry no! plain; --registry nope plain; --index " + alt.Index() + " plain; --index nonsense plain; --color always -v --registry alt told-all;" +
			"--color always --registry alt many-on; --color always --registry alt many; --color always --registry alt plain@1.0.0; --offline --registry alt plain@1.0.0; --offline --registry alt exact"},
		{"ws", "a; b; b -v; a-dep; plain; --registry crates-io plain; --registry alt plain; rusty; --registry alt rusty; alone; --registry crates-io alone; beside; far; --locked b; --frozen b; --locked beside; nothing; --color always b; b@0.2; b@7"},
		{"ws/b", "b; a; a-dep -v; alone; plain; plain@1; --registry alt told-all; --registry alt rusty"},
		{"ws/b/dep", "b; a-dep"},
	} {
		p.dir = filepath.Join(top, c.where)
		for line := range strings.SplitSeq(c.lines, ";") {
			p.both(nil, "info "+strings.TrimSpace(line), neither)
		}
	}
	p.dir = top
	p.both([]string{"CARGO_REGISTRY_DEFAULT=alt"}, "info plain", neither)
	p.dir = filepath.Join(top, "ws", "b")
	p.both([]string{"CARGO_REGISTRY_DEFAULT=alt"}, "info plain", neither)
	p.both([]string{"CARGO_REGISTRY_DEFAULT=alt"}, "info b", neither)
}

// TestDeniedDownload: who is refused an archive is told how to get a token.
func TestDeniedDownload(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		token string
		code  int
		want  string
	}{{"secret", 401, "cargo login --registry alt"}, {"secret", 403, "cargo login --registry alt"}, {"", 403, "auth-required"}} {
		p := newPair(t)
		s := registryserver.Run(t, registryserver.Options{Token: c.token}, cratekit.New("x", "1.0.0"))
		s.Inject(faulthttp.Fault{Kind: faulthttp.Status, Status: c.code, Path: registryserver.CratePath("x", "1.0.0")})
		p.write(filepath.Join(p.theirs.Home, "config.toml"), s.Registry("alt"))
		var extra []string
		if c.token != "" {
			p.write(filepath.Join(p.theirs.Home, "config.toml"), s.Registry("alt")+"[registry]\nglobal-credential-providers = [\"cargo:token\"]\n")
			extra = append(extra, "CARGO_REGISTRIES_ALT_TOKEN="+c.token)
		}
		theirs, ours := p.stock(extra, "info", "--registry", "alt", "x"), p.berth(extra, "info", "--registry", "alt", "x")
		if theirs.Code != ours.Code || !strings.Contains(ours.Stderr, c.want) || !strings.Contains(ours.Stderr, strconv.Itoa(c.code)) || c.token != "" && strings.Contains(ours.Stderr, c.token) {
			t.Errorf("stock: %d %s\nberth: %d %s", theirs.Code, theirs.Stderr, ours.Code, ours.Stderr)
		}
	}
}

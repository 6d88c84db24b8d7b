package cargo_test

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"berth/internal/testkit/cratekit"
	"berth/internal/testkit/gitkit"
	"berth/internal/testkit/registryserver"
	"berth/internal/testkit/stock"
)

// sameWarnings: as many of them, whatever the words.
func sameWarnings(theirs, ours stock.Result) bool {
	return strings.Count(theirs.Stderr, "warning: ") != strings.Count(ours.Stderr, "warning: ")
}

// neverDiffer: where there is a Cargo.lock stock warns of every override whose package has dependencies, also if they are
// the same: it compares locked ones with others.
func neverDiffer(stock.Result, stock.Result) bool { return false }

// sourcesWorld is a package `a` that depends on plain, which depends on deep, both in a registry that stands in for the
// public one. Beside it are packages that can take their places.
func sourcesWorld(p *pair) {
	p.Helper()
	p.dir = filepath.Join(p.dir, "a")
	s := registryserver.Run(p.T, registryserver.Options{}, cratekit.New("plain", "1.0.0", "deep 1"), cratekit.New("plain", "1.1.0", "deep 1"), cratekit.New("deep", "1.0.0"), cratekit.New("other", "0.1.0"))
	p.write(filepath.Join(p.theirs.Home, "config.toml"), s.Replace())
	p.write("src/lib.rs", "")
	p.target(".")
	p.pkg("../plain", "plain", "1.0.0", "[dependencies]\ndeep = \"1\"\n")
	p.pkg("../newer", "plain", "1.2.0", "")
	p.pkg("../two", "plain", "2.0.0", "")
	p.pkg("../other", "other", "0.1.5", "")
	p.pkg("../more", "plain", "1.1.0", "[dependencies]\ndeep = \"1\"\nother = \"0.1\"\n")
	p.pkg("../odd", "plain", "1.1.0", "[dependencies]\ndeep = \"1\"\n[features]\nmore = []\n")
}

func (p *pair) remove(names ...string) {
	p.Helper()
	for _, name := range names {
		if err := os.RemoveAll(filepath.Join(p.dir, name)); err != nil {
			p.Fatal(err)
		}
	}
}

// TestOverridesBesideStock: [replace], [patch] in all its places, and `paths`: the same Cargo.lock, the same graph, and a
// warning where stock has one.
func TestOverridesBesideStock(t *testing.T) {
	t.Parallel()
	p := newPair(t)
	sourcesWorld(p)
	p.pkg("../all/deeper", "plain", "1.1.0", "[dependencies]\ndeep = \"1\"\n")
	const head = "[package]\nname = \"a\"\nversion = \"0.1.0\"\nedition = \"2021\"\n[dependencies]\nplain = \"1\"\n"
	for _, c := range []struct{ name, manifest, config, flags string }{
		{"replaced", "[replace]\n\"plain:1.1.0\" = { path = \"../odd\" }\n", "", ""},
		{"replaced by another version", "[replace]\n\"plain:1.1.0\" = { path = \"../newer\" }\n", "", ""},
		{"unused replacement", "[replace]\n\"plain:1.0.0\" = { path = \"../plain\" }\n", "", ""},
		{"unused replacement of nothing", "[replace]\n\"nothing:1.0.0\" = { path = \"../plain\" }\n", "", ""},
		{"two unused replacements", "[replace]\n\"other:0.1.0\" = { path = \"../other\" }\n\"plain:1.0.0\" = { path = \"../plain\" }\n", "", ""},
		{"patched", "[patch.crates-io]\nplain = { path = \"../newer\" }\n", "", ""},
		{"patch of an older version", "[patch.crates-io]\nplain = { path = \"../plain\" }\n", "", ""},
		{"unused patch", "[patch.crates-io]\nother = { path = \"../other\" }\n", "", ""},
		{"unused patch of another version", "[patch.crates-io]\nplain = { path = \"../two\" }\n", "", ""},
		{"two unused patches", "[patch.crates-io]\nplain = { path = \"../two\" }\nother = { path = \"../other\" }\n", "", ""},
		{"patch of a source that is not used", "[patch.\"https://example.com/x\"]\nplain = { path = \"../newer\" }\n", "", ""},
		{"patched by the configuration", "", "[patch.crates-io]\nplain = { path = \"../newer\" }\n", ""},
		{"unused patch of the configuration", "", "[patch.crates-io]\nother = { path = \"../other\" }\n", ""},
		{"patched by both", "[patch.crates-io]\nplain = { path = \"../newer\" }\n", "[patch.crates-io]\nplain = { path = \"../odd\" }\n", ""},
		{"patched by a flag", "", "", "--config patch.crates-io.plain.path=\"../newer\""},
		{"patched by a flag and a file", "", "[patch.crates-io]\nplain = { path = \"../odd\" }\n", "--config patch.crates-io.plain.path=\"../newer\""},
		{"unused patch of a flag", "", "", "--config patch.crates-io.other.path=\"../other\""},
		{"replacement with fields", "[replace]\n\"plain:1.1.0\" = { path = \"../odd\", features = [\"more\"], default-features = false }\n", "", ""},
		{"overridden: the same", "", "paths = [\"../odd\"]\n", ""},
		{"overridden: an older one", "", "paths = [\"../plain\"]\n", ""},
		{"overridden by what needs more", "", "paths = [\"../more\"]\n", ""},
		{"overridden by what needs less", "", "paths = [\"../newer\"]\n", ""},
		{"override of nothing", "", "paths = [\"../other\"]\n", ""},
		{"overrides that are not there", "", "paths = [\"../nowhere\"]\n", ""},
		{"overridden: below a directory", "", "paths = [\"../all\"]\n", ""},
		{"overridden: by a flag", "", "", "--config paths=[\"../plain\"]"},
	} {
		p.remove("Cargo.lock", ".cargo")
		p.write("Cargo.toml", head+c.manifest)
		if c.config != "" {
			p.write(".cargo/config.toml", c.config)
		}
		t.Log(c.name)
		for _, line := range []string{"generate-lockfile", "update"} {
			p.sameLock(line + " " + c.flags)
		}
		for _, line := range []string{"fetch", "tree", "metadata --format-version 1", "metadata --format-version 1 --offline --locked", "update -p plain", "pkgid plain"} {
			differ := sameWarnings
			if strings.HasPrefix(c.name, "overridden: ") {
				differ = neverDiffer
			}
			p.both(nil, line+" "+c.flags, differ)
		}
	}
}

// TestGitUpdateBesideStock: what becomes of a git dependency when its repository moves.
func TestGitUpdateBesideStock(t *testing.T) {
	t.Parallel()
	p := newPair(t)
	p.anySources = true // stock asks again for what a repository has, and berth for what an index has
	sourcesWorld(p)
	repo := gitkit.NewRepo(t, filepath.Join(realDir(t), "lib"))
	first := repo.Commit(gitkit.Package("", "lib", "1.0.0"))
	repo.Branch("dev")
	repo.Tag("v1", "")
	url := "file://" + repo.Dir
	for _, ref := range []string{"", `, branch = "dev"`, `, tag = "v1"`, `, rev = "` + first + `"`} {
		p.remove("Cargo.lock", ".cargo")
		p.write("Cargo.toml", "[package]\nname = \"a\"\nversion = \"0.1.0\"\nedition = \"2021\"\n[dependencies]\nplain = \"1\"\nlib = { git = \""+url+"\""+ref+" }\n")
		p.sameLock("generate-lockfile")
		second := repo.Commit(gitkit.Package("", "lib", "1.1.0"))
		repo.Git("update-ref", "refs/heads/dev", "HEAD")
		for _, line := range []string{
			"fetch --locked", "update plain", "update --dry-run", "update -p lib", "update lib --precise " + first, "fetch", "update lib --precise " + second[:10], "update --precise dev lib",
			"update lib --precise 0123456789012345678901234567890123456789", "update lib --precise nothing", "update --recursive lib", "update lib --precise " + first, "update", "update --offline", "update",
		} {
			p.sameLock(line)
		}
		p.both(nil, "metadata --format-version 1 --locked", stderr)
	}
}

package config

import (
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"berth/internal/testkit/stock"
)

// everyKey has all keys that we know, and in each section one that nobody knows.
const everyKey = `
[http]
proxy = ""
low-speed-limit = 1
timeout = 1
proxy-cainfo = "x"
check-revoke = true
user-agent = "x"
debug = false
multiplexing = true
ssl-version = "default"
zz = 1
[net]
retry = 0
offline = false
git-fetch-with-cli = false
ssh = { known-hosts = [], zz = 1 }
zz = 1
[term]
verbose = false
quiet = false
color = "never"
hyperlinks = true
unicode = true
progress = { when = "never", width = 1, term-integration = false, zz = 1 }
zz = 1
[build]
pipelining = true
dep-info-basedir = "x"
target-dir = "t"
build-dir = "b"
incremental = true
target = []
jobs = 1
rustflags = []
rustdocflags = []
rustc = "rustc"
rustdoc = "rustdoc"
warnings = "warn"
artifact-dir = "x"
sbom = false
analysis = { enabled = false, zz = 1 }
fingerprint = "mtime"
out-dir = "x"
zz = 1
[resolver]
incompatible-rust-versions = "allow"
incompatible-publish-age = "deny"
lockfile-path = "none/Cargo.lock"
feature-unification = "package"
zz = 1
[cargo-new]
name = "x"
email = "x"
vcs = "none"
zz = 1
[source.crates-io]
zz = 1
[source.other]
git = "http://127.0.0.1:1"
branch = "x"
zz = 1
[future-incompat-report]
frequency = "never"
zz = 1
[target.'cfg(all())']
linker = "cc"
runner = "x"
rustflags = []
rustdocflags = []
zz = 1
[target.none]
zz.x = "1"
[profile.dev]
opt-level = 0
lto = false
codegen-units = 1
debug = 1
split-debuginfo = "off"
debug-assertions = true
rpath = false
panic = "unwind"
overflow-checks = true
incremental = false
strip = false
zz = 1
build-override = { opt-level = 0, zz = 1 }
package = { x = { opt-level = 0, zz = 1 } }
[env]
X = { value = "1", zz = 1 }
[cache]
zz = 1
[doc]
zz = 1
[zz]
zz = 1
`

// TestUnusedKeysAsStock: what stock Cargo warns of is what we warn of.
func TestUnusedKeysAsStock(t *testing.T) {
	cargo := stock.NewCargo(t)
	dir := t.TempDir()
	for name, text := range map[string]string{".cargo/config.toml": everyKey, "src/lib.rs": "", "Cargo.toml": "[package]\nname='a'\nedition='2021'\n[lib]\nbench=false\n"} {
		path := filepath.Join(dir, filepath.FromSlash(name))
		if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, []byte(text), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	check, made := cargo.Try(dir, nil, "check"), cargo.Try(dir, nil, "new", "p")
	if check.Code != 0 || made.Code != 0 {
		t.Fatalf("stock cargo: %s%s", check.Stderr, made.Stderr)
	}
	want := unused(check.Stderr + made.Stderr)
	var warned string
	c, err := Load(Options{Dir: dir, Home: cargo.Home, Files: Disk{}, Release: cargo.Release(), Warn: func(m string) { warned += m + "\n" }})
	if err != nil {
		t.Fatal(err)
	}
	for name, read := range map[string]func() error{
		"http":     func() error { _, err := c.HTTP(); return err },
		"net":      func() error { _, err := c.Net(); return err },
		"term":     func() error { _, err := c.Term(); return err },
		"build":    func() error { _, err := c.Build(); return err },
		"resolver": func() error { _, err := c.Resolver(); return err },
		"new":      func() error { _, err := c.VCS(); return err },
		"source":   func() error { _, err := c.Sources(); return err },
		"future":   func() error { _, err := c.FutureIncompatFrequency(); return err },
		"cfg":      func() error { _, err := c.TargetCfgs(); return err },
		"target":   func() error { _, err := c.Target("none"); return err },
		"profile":  func() error { _, err := c.Profile("dev"); return err },
		"env":      func() error { _, err := c.Env(); return err },
	} {
		if err := read(); err != nil {
			t.Errorf("%s: %v", name, err)
		}
	}
	if got := unused(warned); len(want) < 15 || !slices.Equal(got, want) {
		t.Errorf("warned of %q\nstock:     %q", got, want)
	}
}

func unused(warnings string) []string {
	keys := map[string]bool{}
	for _, m := range regexp.MustCompile("unused (?:config )?key `([^`]*)`").FindAllStringSubmatch(warnings, -1) {
		keys[m[1]] = true
	}
	return slices.Sorted(maps.Keys(keys))
}

// TestWrongValuesAsStock: a value that stock Cargo refuses we refuse, and the other way round.
func TestWrongValuesAsStock(t *testing.T) {
	cargo := stock.NewCargo(t)
	dir := t.TempDir()
	for name, text := range map[string]string{"Cargo.toml": "[package]\nname='a'\nedition='2021'\n[lib]\npath='lib.rs'\n", "lib.rs": ""} {
		if err := os.WriteFile(filepath.Join(dir, name), []byte(text), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	for _, c := range []struct {
		arg  string
		read func(*Config) error
	}{
		// Only builds look at [term] again after the start, where nothing is an error.
		{"build.jobs='x'", readBuild}, {"build.jobs=true", readBuild}, {"build.jobs=2147483648", readBuild}, {"build.jobs=0", readBuild}, {"build.jobs=-1", readBuild},
		{"build.target=1", readBuild}, {"build.target=[1]", readBuild}, {"build.target=[['a']]", readBuild}, {"build.target='a'", readBuild},
		{"build.rustflags=1", readBuild}, {"build.rustflags=[1]", readBuild}, {"build.rustflags='a b'", readBuild}, {"build.rustc=['x']", readBuild}, {"build.incremental=1", readBuild},
		{"build.incremental='true'", readBuild}, {"build.target-dir=1", readBuild}, {"build.target-dir=''", readTarget}, {"build.warnings='x'", readBuild}, {"build.analysis=1", readBuild},
		{"build=1", readBuild}, {"build.target-dir='x'", readTarget},
		{"term.progress.when='always'", readTerm}, {"term.progress.when='x'", readTerm}, {"term.progress=1", readTerm}, {"term.unicode=1", readTerm}, {"term=1", readTerm}, {"term.color=1", readTerm},
		{"term.progress.width=-1", readTerm}, {"term.progress.width='x'", readTerm}, {"term.progress.when='never'", readTerm},
	} {
		verb := "metadata --no-deps --format-version=1"
		if strings.HasPrefix(c.arg, "term") {
			verb = "check"
		}
		want := cargo.Try(dir, nil, append([]string{"--config", c.arg}, strings.Fields(verb)...)...)
		loaded, err := Load(Options{Dir: dir, Home: cargo.Home, Args: []string{c.arg}, Files: Disk{}})
		if err == nil {
			err = c.read(loaded)
		}
		if (want.Code == 0) != (err == nil) {
			t.Errorf("--config %s: %v\nstock: %s", c.arg, err, want.Stderr)
		}
		if err != nil && fmt.Sprint(err) == "" {
			t.Errorf("--config %s: no message", c.arg)
		}
	}
}

func readBuild(c *Config) error  { _, err := c.Build(); return err }
func readTerm(c *Config) error   { _, err := c.Term(); return err }
func readTarget(c *Config) error { _, _, err := c.TargetDir(); return err }

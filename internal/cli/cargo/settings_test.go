package cargo_test

import (
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"berth/internal/testkit/cratekit"
	"berth/internal/testkit/disttree"
	"berth/internal/testkit/registryserver"
	"berth/internal/testkit/stock"
)

// Variables that carry what is unusual, or is no value of theirs: what works and what is refused is as with stock, whoever asks.
func TestUnusualSettingsBesideStock(t *testing.T) {
	t.Parallel()
	p := newPair(t)
	p.pkg(".", "p", "1.0.0", "")
	colored := func(r stock.Result) bool { return strings.Contains(r.Stderr, "\x1b[") }
	for _, variable := range []string{
		"RUSTC=rustc", "CARGO_BUILD_RUSTC=rustc", "RUSTC=no-such-compiler", "RUSTC=", "CARGO_BUILD_RUSTC=", "RUSTC_WRAPPER=", "RUSTDOC=no-such-rustdoc", "CARGO_NET_OFFLINE=1", "CARGO_TERM_QUIET=1", "CARGO_TERM_COLOR=", "CARGO_TERM_PROGRESS_WHEN=yes",
		"CARGO_BUILD_ANALYSIS=1", "CARGO_BUILD_ANALYSIS_X=1", "CLICOLOR_FORCE=1",
	} {
		for _, line := range []string{"check", "pkgid"} {
			if line == "check" || !strings.Contains(variable, "ANALYSIS") { // which stock looks at in each command
				p.both([]string{variable}, line, func(theirs, ours stock.Result) bool { return colored(theirs) != colored(ours) })
			}
		}
	}
}

// Settings of the network and of sources are read by who needs them, as by stock: some lines need packages, and none the network.
func TestSettingsOfTheNetworkBesideStock(t *testing.T) {
	t.Parallel()
	p := newPair(t)
	p.pkg(".", "p", "1.0.0", "")
	for _, value := range []string{
		"net.retry='x'", "net.git-fetch-with-cli=3", "net=5", "net.ssh.known-hosts=3", "http=5", "http.timeout='x'", "http.ssl-version='x'", "http.ssl-version.min='x'",
		"http.ssl-version=3", "source=5", "source.x={}", "registries=5", "patch=5", "patch.crates-io=5",
	} {
		for _, line := range []string{"tree", "locate-project", "read-manifest"} {
			p.both(nil, line+" --config "+value, neither)
		}
	}
}

// A runner that the kernel does not take for a program is the shell's to run where cargo becomes it, and refused where it is a child.
func TestRunnersBesideStock(t *testing.T) {
	t.Parallel()
	p := newPair(t)
	p.pkg(".", "p", "1.0.0", "")
	p.write("src/main.rs", "fn main() {}\n")
	p.write("script", "echo run \"$@\"\nexit 3\n")
	p.write(".cargo/config.toml", "[target.'cfg(all())']\nrunner = \"./script\"\n")
	p.both(nil, "run -q -- a b", neither) // not executable
	if err := os.Chmod(filepath.Join(p.dir, "script"), 0o777); err != nil {
		t.Fatal(err)
	}
	p.both(nil, "run -q -- a b", neither)
	p.both(nil, "test -q --lib", neither)
}

// A program is told that it is called what people see, and what stock calls it.
func TestNamesOfProgramsBesideStock(t *testing.T) {
	t.Parallel()
	p := newPair(t)
	p.pkg(".", "p", "1.0.0", "")
	p.write("src/main.rs", "fn main() { println!(\"{:?}\", std::env::args().next()) }\n")
	p.both(nil, "run -q", neither)
}

// A type of crate that there is not is refused before anything is compiled.
func TestCrateTypesBesideStock(t *testing.T) {
	t.Parallel()
	p := newPair(t)
	p.pkg(".", "p", "1.0.0", "")
	compiles := func(r stock.Result) bool { return strings.Contains(r.Stderr, "Compiling") }
	for _, line := range []string{"rustc --crate-type nope", "rustc --crate-type staticlib"} {
		p.both(nil, line, func(theirs, ours stock.Result) bool { return compiles(theirs) != compiles(ours) })
	}
}

// What has no effect on stable compilers, and what no compiler takes.
func TestSettingsWithoutEffectBesideStock(t *testing.T) {
	t.Parallel()
	p := newPair(t)
	p.pkg(".", "p", "1.0.0", "[hints]\nmostly-unused = true\n[profile.release]\ncodegen-units = 0\n[profile.dev.build-override]\ncodegen-units = 0\n")
	warnings := func(r stock.Result) int {
		return strings.Count(r.Stderr, "warning: p@1.0.0: ignoring 'hints.mostly-unused'")
	}
	for _, line := range []string{"check", "check", "doc", "build --release"} {
		p.both(nil, line, func(theirs, ours stock.Result) bool { return ours.Code == 0 && warnings(theirs) != warnings(ours) })
	}
	p.pkg(".", "p", "1.0.0", "[profile.dev]\nhint-mostly-unused = true\n[profile.release.package.p]\nhint-mostly-unused = false\n[hints]\nmostly-unused = true\n")
	p.write("src/lib.rs", "pub fn other() {}\n")
	all := func(r stock.Result) int { return strings.Count(r.Stderr, "warning: p@1.0.0: ignoring 'hint") }
	for _, line := range []string{"check", "doc", "build --all-targets", "build --release"} {
		p.both(nil, line, func(theirs, ours stock.Result) bool {
			return ours.Code == 0 && (warnings(theirs) != warnings(ours) || all(theirs) != all(ours))
		})
	}
}

// What a line may not ask for is refused before anything is said of the manifest.
func TestRefusedBeforeWarningsBesideStock(t *testing.T) {
	t.Parallel()
	p := newPair(t)
	p.pkg(".", "p", "1.0.0", "[profile.doc]\nopt-level = 1\n[[bin]]\nname = \"p\"\npath = \"main.rs\"\n")
	p.write("main.rs", "fn main() {}\n")
	warns := func(r stock.Result) bool { return strings.Contains(r.Stderr, "warning: ") }
	for _, line := range []string{"build --profile build", "check --profile cargo-x", "test --profile doc", "run --target a --target b"} {
		p.both(nil, line, func(theirs, ours stock.Result) bool { return ours.Code != 101 || warns(theirs) != warns(ours) })
	}
	shown := func(r stock.Result) bool { return strings.Contains(r.Stderr, "'a\uFFFD\uFFFDb'") }
	p.both(nil, "run -- a\xfe\xffb", func(theirs, ours stock.Result) bool { return shown(theirs) != shown(ours) })
}

// What a variable asks for that is not stable is left to the toolchain's cargo, where that listens.
func TestUnstableVariablesBesideStock(t *testing.T) {
	t.Parallel()
	p := newPair(t)
	p.pkg(".", "p", "1.0.0", "")
	p.write("src/main.rs", "fn main() { println!(\"{}\", cfg!(x)) }\n")
	env := []string{"CARGO_UNSTABLE_PROFILE_RUSTFLAGS=true", "CARGO_PROFILE_DEV_RUSTFLAGS=--cfg x"}
	prints := func(want string) func(theirs, ours stock.Result) bool {
		return func(theirs, _ stock.Result) bool { return theirs.Stdout != want+"\n" }
	}
	p.both(env[:1], "run", prints("false"))
	p.both(append(env, "RUSTC_BOOTSTRAP=1"), "run", prints("true"))
}

// Results that take each other's place are told, and the same is refused as by stock. What follows the first line is in words of our own.
func TestCollisionsBesideStock(t *testing.T) {
	t.Parallel()
	p := newPair(t)
	p.write("Cargo.toml", "[workspace]\nmembers = [\"a\", \"b\", \"c\"]\nresolver = \"2\"\n")
	for _, name := range []string{"a", "b", "c"} {
		p.pkg(name, name, "0.1.0", "")
		p.write(name+"/examples/same.rs", "fn main() {}\n")
	}
	p.write("a/src/bin/tool.rs", "fn main() {}\n")
	p.write("b/src/bin/tool.rs", "fn main() {}\n")
	p.write("b/src/bin/b.rs", "fn main() {}\n")
	p.pkg("c", "c", "0.1.0", "[lib]\nname = \"a\"\n")
	collisions := func(r stock.Result) (lines []string) {
		for line := range strings.Lines(r.Stderr) {
			if strings.Contains(line, "collision") {
				lines = append(lines, line)
			}
		}
		return lines
	}
	told := 0
	for _, line := range []string{"build --workspace --bins", "build --workspace --bins -q", "build --examples -p a -p b", "build", "check --workspace --all-targets", "doc -p a -p b --no-deps", "doc -p b --lib --bins", "doc --workspace"} {
		p.both(nil, line, func(theirs, ours stock.Result) bool {
			told += len(collisions(theirs))
			return !slices.Equal(collisions(theirs), collisions(ours))
		})
	}
	if told < 5 {
		t.Errorf("stock tells of %d collisions", told)
	}
}

// A verb for one package takes the one of the directory, not the default members, and where there is none it says so.
func TestOnePackageBesideStock(t *testing.T) {
	t.Parallel()
	p := newPair(t)
	p.write("only/Cargo.toml", "[workspace]\nmembers = [\"a\"]\nresolver = \"2\"\n")
	p.pkg("only/a", "a", "1.0.0", "")
	p.pkg("root", "p", "1.0.0", "[workspace]\nmembers = [\"b\"]\ndefault-members = [\"b\"]\n")
	p.pkg("root/b", "b", "1.0.0", "")
	for _, line := range []string{"rustc", "rustc --lib -- -Copt-level=1", "rustdoc", "rustdoc -p p"} {
		for _, dir := range []string{"only", "root"} {
			theirs, ours := p.apart(nil, line+" -v --manifest-path "+dir+"/Cargo.toml")
			if theirs.Code != ours.Code || !slices.Equal(remade(theirs), remade(ours)) {
				t.Errorf("%s: cargo %s\nstock: %d, %q\nberth: %d, %q\n%s", dir, line, theirs.Code, remade(theirs), ours.Code, remade(ours), ours.Stderr)
			}
		}
	}
}

// Flags of the user's set what dependencies hang on: for the target that is named, for the host where none is, and for who only looks.
func TestFlagsDecideAboutDependenciesBesideStock(t *testing.T) {
	t.Parallel()
	p := newPair(t)
	p.pkg(".", "p", "1.0.0", "[target.'cfg(with_b)'.dependencies]\nb.path = \"b\"\n[lints.rust]\nunexpected_cfgs = \"allow\"\n")
	p.pkg("b", "b", "1.0.0", "")
	p.write("src/lib.rs", "#[cfg(with_b)]\npub use b;\n")
	host := stockHost(p)
	for _, line := range []string{
		"check --target " + host, "check", "tree --target " + host, "tree", "tree --target all", "tree -e all --target host-tuple",
		"metadata --format-version 1 --filter-platform " + host,
	} {
		p.both([]string{"RUSTFLAGS=--cfg with_b"}, line, neither)
	}
}

// What the configuration sets for programs is set for the compiler that is asked about a target, too.
func TestVariablesOfTheConfigurationForQuestions(t *testing.T) {
	t.Parallel()
	p := newPair(t)
	p.pkg(".", "p", "1.0.0", "[target.'cfg(said)'.dependencies]\nb.path = \"b\"\n")
	p.pkg("b", "b", "1.0.0", "")
	wrapper := "RUSTC_WORKSPACE_WRAPPER=" + p.write("wrapper", "#!/bin/sh\nexec \"$@\" --cfg \"$SAYS\"\n")
	p.stock(nil, "generate-lockfile")
	for _, says := range []string{"said", "else", "said"} {
		p.write(".cargo/config.toml", "[env]\nSAYS = \""+says+"\"\n")
		p.both([]string{wrapper}, "tree", neither)
	}
	p.both([]string{wrapper, "SAYS=else"}, "tree", neither)
}

// Variables that look like the ones that count are told of, by who would read those.
func TestMisspelledFlagsBesideStock(t *testing.T) {
	t.Parallel()
	p := newPair(t)
	p.pkg(".", "p", "1.0.0", "")
	warnings := func(r stock.Result) int {
		return strings.Count(r.Stderr, "warning: ignoring environment variable `RUST")
	}
	for _, line := range []string{"check", "rustc", "test --no-run", "doc", "rustdoc", "tree"} {
		p.both([]string{"RUST_FLAGS=x", "RUSTDOC_FLAGS="}, line, func(theirs, ours stock.Result) bool { return warnings(theirs) != warnings(ours) })
	}
}

// A configuration in which a table is something else, or has a key that no Cargo reads any more, is refused by the verbs that stock refuses it
// in, whether they need anything of it or not.
func TestTablesThatAreNoneBesideStock(t *testing.T) {
	t.Parallel()
	p := newPair(t)
	for _, value := range []string{
		"registry.index='https://example.invalid'", "registry=5", "build=5", "target." + disttree.Host() + "=5", "env=5", "http=5", "resolver=5",
	} {
		for _, line := range []string{
			"metadata --format-version 1", "fetch", "generate-lockfile", "update", "read-manifest", "locate-project", "add --path below", "remove beside", "info below",
			"clean -p p", "package --list --allow-dirty", "new other", "install --path . --root installed",
		} {
			p.pkg("below", "below", "1.0.0", "")
			p.pkg("beside", "beside", "1.0.0", "")
			run := func(run func([]string, ...string) stock.Result) stock.Result {
				p.pkg(".", "p", "1.0.0", "[dependencies]\nbeside = { path = \"beside\" }\n[workspace]\n")
				for _, made := range []string{"Cargo.lock", "other", "vendor"} {
					if err := os.RemoveAll(filepath.Join(p.dir, made)); err != nil {
						t.Fatal(err)
					}
				}
				return run(nil, append(strings.Fields(line), "--offline", "--config", value)...)
			}
			if theirs, ours := run(p.stock), run(p.berth); theirs.Code != ours.Code {
				t.Errorf("cargo %s --config %s\nstock: exit %d, %s\nberth: exit %d, %s", line, value, theirs.Code, theirs.Stderr, ours.Code, ours.Stderr)
			}
		}
	}
}

// Settings of connections that cannot be are told before it is said that an index is updated.
func TestBadConnectionsBesideStock(t *testing.T) {
	t.Parallel()
	p := newPair(t)
	s := registryserver.Run(t, registryserver.Options{}, cratekit.New("a", "1.0.0"))
	p.write(".cargo/config.toml", s.Replace())
	p.pkg(".", "p", "1.0.0", "[dependencies]\na = \"1\"\n")
	p.both(nil, "generate-lockfile --config http.timeout='x'", func(theirs, ours stock.Result) bool {
		return strings.Contains(theirs.Stderr, "Updating") != strings.Contains(ours.Stderr, "Updating")
	})
}

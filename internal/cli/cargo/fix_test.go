package cargo_test

import (
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"berth/internal/testkit/stock"
)

// fixScene is a project that both tools fix, each its own copy.
type fixScene struct {
	name  string
	files map[string]string // texts without a name in front are manifests of package p
	git   string            // what is done in the project before, by a shell
	env   []string
	lines []string
}

func fixScenes() []fixScene {
	const unused = "use std::io;\npub fn f() -> i32 {\n    let mut x = 3;\n    x\n}\n"
	return []fixScene{
		{name: "all kinds of targets, which share a file", lines: []string{"fix --allow-no-vcs --all-targets", "fix --allow-no-vcs --all-targets"}, files: map[string]string{
			"Cargo.toml": packageOf("2021", ""), "src/lib.rs": unused + "mod shared;\npub fn g() -> i32 { shared::g() }\n#[test]\nfn t() { assert_eq!(1, shared::g()) }\n",
			"src/shared.rs": "use std::fmt;\npub fn g() -> i32 { let mut z = 1; z }\n", "src/main.rs": "mod shared;\nfn main() { let mut y = 3; println!(\"{y}\"); shared::g(); }\n",
			"tests/it.rs": "#[path = \"../src/shared.rs\"]\nmod shared;\n#[test]\nfn t() { use std::io; shared::g(); }\n", "examples/e.rs": "fn main() { let mut e = 1; println!(\"{}\", e) }\n",
			"build.rs": "use std::io;\nfn main() {}\n",
		}},
		{name: "the default is libraries and programs", lines: []string{"fix --allow-no-vcs --message-format=json", "fix --allow-no-vcs --lib --message-format=short", "fix --allow-no-vcs --tests", "fix --allow-no-vcs --bin none"}, files: map[string]string{
			"Cargo.toml": packageOf("2021", ""), "src/lib.rs": "#![deny(warnings)]\n" + unused, "tests/it.rs": "#[test]\nfn t() { use std::io; }\n",
		}},
		{name: "members of a workspace", lines: []string{"fix --allow-no-vcs --workspace --exclude c", "fix --allow-no-vcs -p c", "fix --allow-no-vcs -p nobody"}, files: map[string]string{
			"Cargo.toml":   "[workspace]\nmembers = [\"a\", \"b\", \"c\"]\nresolver = \"2\"\n",
			"a/Cargo.toml": strings.Replace(packageOf("2021", "[dependencies]\nb = { path = \"../b\" }\n"), "\"p\"", "\"a\"", 1), "a/src/lib.rs": unused + "pub use b::f as g;\n",
			"b/Cargo.toml": strings.Replace(packageOf("2021", ""), "\"p\"", "\"b\"", 1), "b/src/lib.rs": unused,
			"c/Cargo.toml": strings.Replace(packageOf("2021", ""), "\"p\"", "\"c\"", 1), "c/src/lib.rs": unused,
		}},
		{name: "from edition to edition", lines: []string{"fix --allow-no-vcs --edition", "=2018", "fix --allow-no-vcs --edition-idioms --lib", "fix --allow-no-vcs --edition", "=2021", "fix --allow-no-vcs --edition", "=2024", "fix --allow-no-vcs --edition --lib"}, files: map[string]string{
			"Cargo.toml": packageOf("2015", "[project]\n[lib]\ncrate_type = [\"rlib\"]\nname = \"p\"\n[dev_dependencies]\nd = { path = \"d\", default_features = false }\n"), "d/Cargo.toml": strings.Replace(packageOf("2015", ""), "\"p\"", "\"d\"", 1), "d/src/lib.rs": "",
			"src/lib.rs":  "mod a { pub fn g() {} }\npub fn f() { ::a::g(); let async = 3; let _ = async; }\npub trait T { fn x(u8); }\nstruct S<'a>(&'a u8);\npub fn dynamic(_: &::std::fmt::Debug) {}\n#[no_mangle]\npub fn gen() {}\n",
			"tests/it.rs": "extern crate p;\n#[test]\nfn t() { p::f(); for _ in [1].into_iter() {} }\n",
		}},
		{name: "features that another resolver drops", lines: []string{"fix --allow-no-vcs --edition", "fix --allow-no-vcs --edition --lib"}, files: map[string]string{
			"Cargo.toml": packageOf("2018", "[dependencies]\nc = { path = \"c\" }\n[build-dependencies]\nc = { path = \"c\", features = [\"f1\"] }\n[dev-dependencies]\nc = { path = \"c\", features = [\"f2\"] }\n"+
				"[target.'cfg(windows)'.dependencies]\nc = { path = \"c\", features = [\"f3\"] }\n"),
			"c/Cargo.toml": strings.Replace(packageOf("2018", "[features]\nf1 = []\nf2 = []\nf3 = []\n"), "\"p\"", "\"c\"", 1), "c/src/lib.rs": "", "src/lib.rs": "", "build.rs": "fn main() {}\n",
		}},
		{name: "a fix that does not compile is taken back", env: []string{"RUSTC=./rustc.sh"}, lines: []string{"fix --allow-no-vcs", "fix --allow-no-vcs --message-format=json", "fix --allow-no-vcs --broken-code", "fix --allow-no-vcs"}, files: map[string]string{
			"Cargo.toml": packageOf("2021", "[lints.rust]\nunexpected_cfgs = \"allow\"\n"), "src/lib.rs": "mod m;\n#[cfg(broken)]\ncompile_error!(\"broken now\");\n" + unused, "src/m.rs": "use std::fmt;\n",
			"rustc.sh": "#!/bin/sh\ncase \"$*\" in *'crate-name p '*) grep -q 'let mut' src/lib.rs || set -- \"$@\" --cfg broken ;; esac\nexec rustc \"$@\"\n",
		}},
		{name: "code that does not compile", lines: []string{"fix --allow-no-vcs", "fix --allow-no-vcs --broken-code --keep-going"}, files: map[string]string{
			"Cargo.toml": packageOf("2021", ""), "src/lib.rs": unused + "pub fn g() -> u8 { None }\n", "src/main.rs": "use std::io;\nfn main() {}\n",
		}},
		{name: "nonsense of a compiler", env: []string{"RUSTC=./rustc.sh"}, lines: []string{"fix --allow-no-vcs"}, files: map[string]string{
			"Cargo.toml": packageOf("2021", ""), "src/lib.rs": "pub fn f() {}\n", "rustc.sh": nonsense(),
		}},
		{name: "nothing committed", git: "git init -q", lines: []string{"fix", "fix --allow-staged", "fix --allow-dirty"}, files: map[string]string{"Cargo.toml": packageOf("2021", ""), "src/lib.rs": unused}},
		{name: "some of it committed", git: "git init -q && git add Cargo.toml src .gitignore && git commit -qm m && git mv src/a.rs src/b.rs && echo >>src/lib.rs && git add src/lib.rs && echo >>src/lib.rs && echo >>src/c.rs && git add src/c.rs && rm src/d.rs && mkdir new && touch new/file",
			lines: []string{"fix", "fix --allow-staged", "fix --allow-no-vcs --lib"}, files: map[string]string{
				"Cargo.toml": packageOf("2021", ""), "src/lib.rs": unused, "src/a.rs": "", "src/c.rs": "", "src/d.rs": "", ".gitignore": "target\nignored\n", "ignored": ""}},
		{name: "all of it committed", git: "git init -q && git add -A && git commit -qm m", lines: []string{"fix", "fix"}, files: map[string]string{
			"Cargo.toml": packageOf("2021", ""), "Cargo.lock": "# This file is automatically @generated by Cargo.\n# It is not intended for manual editing.\nversion = 4\n\n[[package]]\nname = \"p\"\nversion = \"0.1.0\"\n", "src/lib.rs": unused, ".gitignore": "target\n"}},
		{name: "no version control", lines: []string{"fix"}, files: map[string]string{"Cargo.toml": packageOf("2021", ""), "src/lib.rs": unused}},
		{name: "by clippy", lines: []string{"clippy --fix --allow-no-vcs", "clippy --fix --allow-no-vcs -- -W clippy::pedantic"}, files: map[string]string{
			"Cargo.toml": packageOf("2021", ""), "src/lib.rs": "use std::io;\npub fn f(x: &String) -> bool { let y = x.len() == 0; return y; }\npub fn g(n: u32) -> String { format!(\"{}\", n) }\n"}},
	}
}

func packageOf(edition, more string) string {
	return "[package]\nname = \"p\"\nversion = \"0.1.0\"\nedition = \"" + edition + "\"\n" + more
}

// nonsense is a compiler whose suggestions lie outside of the file, or in each other's way.
func nonsense() string {
	suggest := func(start, end, with string) string {
		return `printf '%s\n' '{"$message_type":"diagnostic","message":"m` + start + `","code":null,"level":"warning","spans":[],"children":[{"message":"c","code":null,"level":"help","children":[],"rendered":null,"spans":[{"file_name":"src/lib.rs","byte_start":` +
			start + `,"byte_end":` + end + `,"line_start":1,"line_end":1,"column_start":1,"column_end":2,"is_primary":true,"text":[],"label":null,"suggested_replacement":"` + with +
			`","suggestion_applicability":"MachineApplicable","expansion":null}]}],"rendered":"warning: m` + start + `\n\n"}' >&2` + "\n"
	}
	return "#!/bin/sh\ncase \"$*\" in *'crate-name p '*)\n" + suggest("7", "8", "g") + suggest("7", "12", "h() {") + suggest("0", "100", "x") + suggest("9", "3", "x") + ";; esac\nexec rustc \"$@\"\n"
}

// TestFixAsStock: the same is said, and the same comes out. It takes its time: what is compared is what real compilers suggest.
func TestFixAsStock(t *testing.T) {
	t.Parallel()
	for _, scene := range fixScenes() {
		t.Run(strings.ReplaceAll(scene.name, " ", "_"), func(t *testing.T) {
			t.Parallel()
			newPair(t).fixBoth(scene)
		})
	}
}

func (p *pair) fixBoth(s fixScene) {
	p.Helper()
	top := p.dir
	for _, side := range []string{"stock", "berth"} {
		p.dir = filepath.Join(top, side)
		for name, text := range s.files {
			p.write(name, text)
		}
		if s.git != "" {
			cmd := exec.CommandContext(p.Context(), "sh", "-c", s.git)
			cmd.Dir = p.dir
			cmd.Env = p.theirs.Env("GIT_AUTHOR_NAME=a", "GIT_AUTHOR_EMAIL=a@b", "GIT_COMMITTER_NAME=a", "GIT_COMMITTER_EMAIL=a@b", "GIT_CONFIG_GLOBAL=/dev/null")
			if out, err := cmd.CombinedOutput(); err != nil {
				p.Fatalf("%v\n%s", err, out)
			}
		}
	}
	for _, line := range s.lines {
		if edition, ok := strings.CutPrefix(line, "="); ok {
			for _, side := range []string{"stock", "berth"} {
				path := filepath.Join(top, side, "Cargo.toml")
				text, err := os.ReadFile(path)
				if err != nil {
					p.Fatal(err)
				}
				p.write(path, regexp.MustCompile(`edition = "\d+"`).ReplaceAllString(string(text), `edition = "`+edition+`"`))
			}
			continue
		}
		run := func(side string, run func([]string, ...string) stock.Result) (stock.Result, map[string]string) {
			p.dir = filepath.Join(top, side)
			env := make([]string, len(s.env))
			for i, e := range s.env {
				env[i] = strings.ReplaceAll(e, "./", p.dir+"/")
			}
			r := run(append(env, "GIT_CONFIG_GLOBAL=/dev/null", "CARGO_NET_OFFLINE=true"), strings.Fields(line)...)
			r.Stdout, r.Stderr = p.plainFix(r.Stdout), p.plainFix(r.Stderr)
			return r, sourcesBelow(p.T, p.dir)
		}
		theirs, left := run("stock", p.stock)
		ours, ourLeft := run("berth", p.berth)
		if theirs.Code != ours.Code || said(theirs.Stderr) != said(ours.Stderr) || said(theirs.Stdout) != said(ours.Stdout) {
			p.Errorf("cargo %s: stock exit %d, berth exit %d (-stock +berth):\n%s%s", line, theirs.Code, ours.Code, cmp.Diff(said(theirs.Stderr), said(ours.Stderr)), cmp.Diff(said(theirs.Stdout), said(ours.Stdout)))
		}
		if d := cmp.Diff(left, ourLeft); d != "" {
			p.Errorf("cargo %s (-stock +berth):\n%s", line, d)
		}
	}
}

// plainFix takes out what differs between the two, or is said in words of our own.
func (p *pair) plainFix(text string) string {
	text = strings.ReplaceAll(text, p.dir, "<dir>")
	for _, own := range [][2]string{
		{`(?s)(This likely indicates|A suggestion of the compiler).*?--broken-code. flag\.?\n`, "<advice>\n"},
		{`help: (to report this as a bug|a suggestion of the compiler is wrong).*`, "help: <report>"},
		{`help: (to possibly apply|what else can be fixed).*`, "help: <more>"},
		{`note: (original diagnostics|what the compiler said).*`, "note: <before>"},
		{`(?s)\n(If you are trying to migrate|To come from).*?(existing-project-to-a-new-edition.html|edition-guide/editions/)\n`, "\n<advice>\n"},
		{`(?s)(resolver in Cargo\.\n).*?no longer be used:\n`, "$1<advice>\n"},
		{`warning: .*(deprecated|old spelling|no .?edition).*\n(\(in the .*\n)?`, ""}, // of manifests
		{`lib(\w+)-[0-9a-f]{16}`, "lib$1-<hash>"},
		{`"<dir>/[^"]*/lib`, `"<dir>/lib`},
	} {
		text = regexp.MustCompile(own[0]).ReplaceAllString(text, own[1])
	}
	return text
}

// sourcesBelow are all files of a project but what was built.
func sourcesBelow(t *testing.T, dir string) map[string]string {
	t.Helper()
	files := map[string]string{}
	err := filepath.WalkDir(dir, func(path string, d fs.DirEntry, err error) error {
		if err == nil && d.IsDir() && (d.Name() == "target" || d.Name() == ".git") {
			return filepath.SkipDir
		}
		if err != nil || d.IsDir() {
			return err
		}
		text, err := os.ReadFile(path)
		below, _ := filepath.Rel(dir, path)
		files[below] = string(text)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return files
}

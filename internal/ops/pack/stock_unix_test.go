//go:build unix

package pack_test

import (
	"errors"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"berth/internal/ops/pack"
	"berth/internal/testkit/stock"
	"berth/internal/workspace"
	"berth/internal/worktree"
)

// situation is a script that makes a directory, and what is asked of it.
type situation struct {
	name, script string
	flags        string
	dir          string // where it is asked
}

const (
	pkg    = `mkdir -p src; printf '[package]\nname = "p"\nversion = "0.1.0"\nedition = "2021"\n' > Cargo.toml; echo > src/lib.rs; `
	more   = `mkdir -p a/b .h target/debug; echo > a/x.rs; echo > a/b/y.txt; echo > .dot; echo > .h/z; echo > target/debug/out; echo > README.md; `
	git0   = `git init -q -b main .; `
	commit = `git add -A; git commit -q -m x; `
)

func with(lines string) string {
	return `printf '` + lines + `\n' >> Cargo.toml; `
}

// member is a workspace of two packages, b depending on a.
const members = `mkdir -p a/src b/src; printf '[workspace]\nmembers = ["a", "b"]\nresolver = "2"\n' > Cargo.toml; echo > a/src/lib.rs; echo > b/src/lib.rs; ` +
	`printf '[package]\nname = "zz"\nversion = "0.1.0"\nedition = "2021"\n' > a/Cargo.toml; ` +
	`printf '[package]\nname = "bb"\nversion = "0.1.0"\nedition = "2021"\n[dependencies]\nzz = { path = "../a", version = "0.1" }\n' > b/Cargo.toml; `

func situations() []situation {
	return []situation{
		{"nothing", pkg, "", ""},
		{"no lock file", pkg, "--exclude-lockfile", ""},
		{"with a lock file", pkg + `printf 'version = 4\n\n[[package]]\nname = "p"\nversion = "0.1.0"\n' > Cargo.lock`, "", ""},
		{"many files", pkg + more, "", ""},
		{"exclude", pkg + more + with(`exclude = ["a/b", "*.md"]`), "", ""},
		{"exclude anchored", pkg + more + with(`exclude = ["/x.rs", "/a/x.rs"]`), "", ""},
		{"exclude all but", pkg + more + with(`exclude = ["a/**", "!a/x.rs"]`), "", ""},
		{"exclude a directory only", pkg + more + with(`exclude = ["b/", "x.rs/"]`), "", ""},
		{"exclude the manifest", pkg + more + with(`exclude = ["Cargo.toml", "Cargo.lock"]`), "", ""},
		{"exclude braces", pkg + more + with(`exclude = ["*.{md,txt}"]`), "", ""},
		{"exclude half a class", pkg + `echo > '[a'; ` + with(`exclude = ["[a"]`), "", ""},
		{"exclude a mistake", pkg + with(`exclude = ["{a"]`), "", ""},
		{"exclude another mistake", pkg + with(`exclude = ["[z-a]"]`), "", ""},
		{"include", pkg + more + with(`include = ["src/**"]`), "", ""},
		{"include one", pkg + more + with(`include = ["/src/lib.rs", "a/"]`), "", ""},
		{"include names anywhere", pkg + more + with(`include = ["*.rs"]`), "", ""},
		{"include hidden", pkg + more + with(`include = ["*", "!a"]`), "", ""},
		{"include everything", pkg + more + with(`include = ["**"]`), "", ""},
		{"include and exclude", pkg + more + with(`include = ["src"]\nexclude = ["src"]`), "", ""},
		{"include nothing", pkg + more + with(`include = ["none"]`), "", ""},
		{"order", pkg + `mkdir -p a; echo > a/b; echo > a-b; echo > a.b; echo > A; echo > B`, "", ""},
		{"license and readme", pkg + more + with(`license-file = "a/x.rs"\nreadme = "a/b/y.txt"`), "", ""},
		{"readme is left out", pkg + more + with(`readme = "README.md"\nexclude = ["README.md"]`), "", ""},
		{"readme is missing", pkg + with(`readme = "none.md"`), "", ""},
		{"license is missing", pkg + with(`license-file = "../none"`), "", ""},
		{"license outside", `echo > LICENSE; mkdir d; cd d; ` + pkg + with(`license-file = "../LICENSE"`), "", "d"},
		{"license outside and inside", `echo > LICENSE; mkdir d; cd d; ` + pkg + `echo x > LICENSE; ` + with(`license-file = "../LICENSE"`), "", "d"},
		{"reserved name", pkg + `echo > Cargo.toml.orig`, "", ""},
		{"reserved vcs info", pkg + `echo > .cargo_vcs_info.json; ` + with(`include = ["*"]`), "", ""},
		{"bad name", pkg + `echo > 'a:b'`, "", ""},
		{"windows name", pkg + `echo > src/aux.rs`, "", ""},
		{"nested package", pkg + more + `mkdir -p n/src; printf '[package]\nname = "n"\nversion = "0.1.0"\n[workspace]\n' > n/Cargo.toml; echo > n/src/lib.rs`, "", ""},
		{"links", pkg + more + `ln -s a/x.rs link.rs; ln -s a linked; ln -s nowhere broken`, "", ""},
		{"link in a loop", pkg + `ln -s .. src/up`, "", ""},
		{"broken link excluded", pkg + `ln -s nowhere broken; ` + with(`exclude = ["broken"]`), "", ""},
		{"build script", pkg + `echo 'fn main() {}' > build.rs`, "", ""},
		{"build script outside", `echo 'fn main() {}' > build.rs; mkdir d; cd d; ` + pkg + with(`build = "../build.rs"`), "", "d"},
		{"target in a folder", pkg + `mkdir -p a/target; echo > a/target/x`, "", ""},

		{"git, nothing committed", pkg + more + git0, "", ""},
		{"git, nothing committed, dirty", pkg + more + git0, "--allow-dirty", ""},
		{"git, added only", pkg + more + git0 + `git add -A`, "--allow-dirty", ""},
		{"git, added only, refused", pkg + more + git0 + `git add -A`, "", ""},
		{"git, clean", pkg + more + git0 + commit, "", ""},
		{"git, clean, ignored", pkg + more + `printf 'target\n*.md\n' > .gitignore; ` + git0 + commit, "", ""},
		{"git, untracked", pkg + git0 + commit + more, "", ""},
		{"git, untracked, dirty", pkg + git0 + commit + more, "--allow-dirty", ""},
		{"git, untracked lock file", pkg + git0 + commit + `printf 'version = 4\n\n[[package]]\nname = "p"\nversion = "0.1.0"\n' > Cargo.lock`, "", ""},
		{"git, changed", pkg + git0 + commit + `echo x > src/lib.rs`, "", ""},
		{"git, changed, dirty", pkg + git0 + commit + `echo x > src/lib.rs`, "--allow-dirty", ""},
		{"git, staged", pkg + git0 + commit + `echo x > src/lib.rs; git add -A`, "", ""},
		{"git, removed", pkg + more + git0 + commit + `rm a/x.rs`, "", ""},
		{"git, only touched", pkg + more + git0 + commit + `touch -d '2001-01-01' src/lib.rs`, "", ""},
		{"git, mode changed", pkg + more + git0 + commit + `chmod +x src/lib.rs`, "", ""},
		{"git, changed but excluded", pkg + more + with(`exclude = ["a"]`) + git0 + commit + `echo x > a/x.rs`, "", ""},
		{"git, ignored but included", pkg + more + with(`include = ["src", "a"]`) + `echo a > .gitignore; ` + git0 + commit, "", ""},
		{"git, tracked though ignored", pkg + more + git0 + commit + `printf 'a\ntarget\n' > .gitignore; git add .gitignore; git commit -qm y; echo > a/new`, "", ""},
		{"git, tracked target", pkg + more + git0 + commit, "", ""},
		{"git, ignore files below", pkg + more + `printf '*\n!y.txt\n' > a/b/.gitignore; echo > a/b/w; echo target > .gitignore; ` + git0 + commit, "", ""},
		{"git, private excludes", pkg + more + git0 + `echo 'a/b' >> .git/info/exclude; ` + commit, "", ""},
		{"git, global excludes", pkg + more + git0 + `echo '*.txt' > ../global; git config core.excludesFile "$PWD/../global"; ` + commit, "", ""},
		{"git, in a folder", `mkdir d; cd d; ` + pkg + more + `cd ..; echo > outside; ` + git0 + commit + `echo > new`, "", "d"},
		{"git, in a folder, dirty", `mkdir d; cd d; ` + pkg + more + `cd ..; ` + git0 + commit + `echo > d/new`, "", "d"},
		{"git, manifest ignored", `mkdir d; cd d; ` + pkg + more + `cd ..; echo d > .gitignore; ` + git0 + commit, "", "d"},
		{"git, manifest untracked", git0 + `git commit -q --allow-empty -m x; ` + pkg + more, "", ""},
		{"git, links", pkg + more + `ln -s a/x.rs link.rs; ln -s a linked; ln -s nowhere broken; ` + git0 + commit, "", ""},
		{"git, link outside changed", `echo > out; mkdir d; cd d; ` + pkg + `ln -s ../out in; cd ..; ` + git0 + commit + `echo x > out`, "", "d"},
		{"git, license outside changed", `echo > LICENSE; mkdir d; cd d; ` + pkg + with(`license-file = "../LICENSE"`) + `cd ..; ` + git0 + commit + `echo x > LICENSE`, "", "d"},
		{"git, license outside changed, at the root", `echo > LICENSE; mkdir d; cd d; ` + pkg + with(`license-file = "../LICENSE"`) + `cd ..; printf '[workspace]\nmembers = ["d"]\n' > Cargo.toml; ` + git0 + commit + `echo x > LICENSE`, "-p p", ""},
		{"git, link outside changed, at the root", `echo > out; mkdir d; cd d; ` + pkg + `ln -s ../out in; cd ..; printf '[workspace]\nmembers = ["d"]\n' > Cargo.toml; ` + git0 + commit + `echo x > out`, "-p p", ""},
		{"git, nested repository", pkg + git0 + commit + `git init -q n; echo > n/file; git -C n add -A; git -C n commit -qm x; echo > n/loose`, "--allow-dirty", ""},
		{"git, submodule", pkg + git0 + `git init -q ../sub; echo > ../sub/file; git -C ../sub add -A; git -C ../sub commit -qm x; git submodule --quiet add ../sub m; ` + commit, "", ""},
		{"git, submodule changed", pkg + git0 + `git init -q ../sub; echo > ../sub/file; git -C ../sub add -A; git -C ../sub commit -qm x; git submodule --quiet add ../sub m; ` + commit + `echo x > m/file`, "", ""},
		{"git, line ends", `git config --global core.autocrlf true 2>/dev/null; ` + pkg + `printf '* text=auto eol=crlf\n' > .gitattributes; ` + git0 + commit + `rm src/lib.rs; git checkout -q -- src/lib.rs`, "", ""},
		{"git, nested package", pkg + more + `mkdir -p n/src; printf '[package]\nname = "n"\nversion = "0.1.0"\n[workspace]\n' > n/Cargo.toml; echo > n/src/lib.rs; ` + git0 + commit, "", ""},
		{"git, work tree", pkg + more + git0 + commit + `git worktree add -q ../other; `, "", "../other"},

		{"workspace, all", members, "--workspace", ""},
		{"workspace, default", members, "", ""},
		{"workspace, in a member", members, "", "b"},
		{"workspace, one", members, "-p zz", ""},
		{"workspace, without one", members, "--workspace --exclude zz", ""},
		{"workspace, none such", members, "-p none", ""},
		{"workspace, manifest changed", members + git0 + commit + `printf '# x\n' >> Cargo.toml`, "--workspace", ""},
		{"workspace, other member changed", members + git0 + commit + `echo x > a/src/lib.rs`, "-p bb", ""},
		{"workspace, clean", members + git0 + commit, "--workspace", ""},
	}
}

func TestListsAsStock(t *testing.T) {
	cargo := stock.NewCargo(t)
	for _, s := range situations() {
		t.Run(s.name, func(t *testing.T) {
			dir := filepath.Join(t.TempDir(), "d")
			if err := os.Mkdir(dir, 0o755); err != nil {
				t.Fatal(err)
			}
			env := cargo.Env("GIT_AUTHOR_NAME=t", "GIT_AUTHOR_EMAIL=t@localhost", "GIT_COMMITTER_NAME=t", "GIT_COMMITTER_EMAIL=t@localhost",
				"GIT_CONFIG_COUNT=1", "GIT_CONFIG_KEY_0=protocol.file.allow", "GIT_CONFIG_VALUE_0=always")
			made := exec.Command("sh", "-ec", s.script)
			made.Dir, made.Env = dir, env
			if out, err := made.CombinedOutput(); err != nil {
				t.Fatalf("%v: %s", err, out)
			}
			cwd := filepath.Join(dir, s.dir)
			flags := strings.Fields(s.flags)
			want := cargo.Try(cwd, nil, append([]string{"package", "--list"}, flags...)...)
			with := os.Getenv("PATH")
			for _, path := range []string{with, withoutGit(t)} {
				t.Setenv("PATH", path)
				out, said, err := ours(t, cwd, flags, cargo.Env())
				if errors.Is(err, worktree.ErrNoGit) && path != with {
					continue // the caller has another cargo do it
				}
				if (err != nil) != (want.Code != 0) || out != want.Stdout {
					t.Errorf("PATH=%s: %v\n%s\nstock: %d\n%s%s", path, err, out, want.Code, want.Stdout, want.Stderr)
				}
				if err == nil && strings.HasPrefix(s.name, "workspace") {
					sameJSON(t, cargo, cwd, flags)
				}
				if err != nil && strings.Contains(want.Stderr, "to proceed despite this") {
					if !strings.Contains(want.Stderr, err.Error()) {
						t.Errorf("ours %s\nstock %s", err, want.Stderr)
					}
				}
				if n := strings.Count(want.Stderr, "warning: "); n != len(said) {
					t.Errorf("warnings %q, stock %s", said, want.Stderr)
				}
			}
		})
	}
}

// sameJSON compares the other format, which is not stable yet.
func sameJSON(t *testing.T, cargo *stock.Cargo, cwd string, flags []string) {
	t.Helper()
	want := cargo.Try(cwd, []string{"__CARGO_TEST_CHANNEL_OVERRIDE_DO_NOT_USE_THIS=nightly"},
		append([]string{"package", "--list", "-Zunstable-options", "--message-format", "json"}, flags...)...)
	out, _, err := list(t, cwd, flags, cargo.Env(), func(l pack.Listing) string { return string(l.JSON()) })
	if out != want.Stdout || err != nil {
		t.Errorf("%v\n%s\nstock\n%s%s", err, out, want.Stdout, want.Stderr)
	}
}

// withoutGit is a PATH without a git command.
func withoutGit(t *testing.T) string { return t.TempDir() }

type voice struct{ warnings []string }

func (v *voice) Warn(text string) { v.warnings = append(v.warnings, text) }
func (v *voice) Note(string)      {}

func ours(t *testing.T, cwd string, flags, env []string) (string, []string, error) {
	t.Helper()
	return list(t, cwd, flags, env, pack.Listing.Lines)
}

func list(t *testing.T, cwd string, flags, env []string, show func(pack.Listing) string) (string, []string, error) {
	t.Helper()
	v := &voice{}
	o := pack.Options{Cwd: cwd, Environ: env, Voice: v}
	for i := 0; i < len(flags); i++ {
		switch flags[i] {
		case "--allow-dirty":
			o.AllowDirty = true
		case "--exclude-lockfile":
			o.ExcludeLockfile = true
		case "--workspace":
			o.Selection.All = true
		case "-p":
			i++
			o.Selection.Names = append(o.Selection.Names, flags[i])
		case "--exclude":
			i++
			o.Selection.Exclude = append(o.Selection.Exclude, flags[i])
		default:
			t.Fatalf("flag %s", flags[i])
		}
	}
	path, err := workspace.FindManifest(cwd, nil)
	if err != nil {
		return "", nil, err
	}
	ws, err := workspace.Load(path, workspace.Options{Home: t.TempDir(), Cwd: cwd})
	if err != nil {
		return "", nil, err
	}
	warnings, err := ws.ManifestWarnings()
	v.warnings = append(slices.Clone(ws.Warnings), warnings...)
	if err != nil {
		return "", v.warnings, err
	}
	var out strings.Builder
	err = pack.List(t.Context(), ws, o, func(l pack.Listing) error {
		out.WriteString(show(l))
		return nil
	})
	return out.String(), v.warnings, err
}

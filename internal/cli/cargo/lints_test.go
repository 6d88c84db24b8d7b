package cargo_test

import (
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"sync"
	"testing"

	"berth/internal/dialect"
	"berth/internal/testkit/stock"
)

// lintScene is something that Cargo's own lints have to do with.
type lintScene struct {
	name  string
	files map[string]string
	lines []string
}

const (
	oddHomepage   = "homepage = \"https://example.org/\"\nrepository = \"https://example.org/\"\n"
	virtual       = "[workspace]\nmembers = [\"a\"]\nresolver = \"2\"\n"
	member        = "[package]\nname = \"a\"\nversion = \"1.0.0\"\nedition = \"2021\"\n"
	turned        = "description = \"a \u202ed\u202a\" # \u202btricky\u202c comment\n"
	allThereIs    = "[lints.cargo]\npedantic = \"warn\"\nrestriction = \"warn\"\n"
	dependsOnNone = "[build-dependencies]\nb = { path = \"b\", features = [\n  \"f\",\n\n] }\n"
)

func lintScenes() []lintScene {
	one := func(rest string) map[string]string { return map[string]string{"Cargo.toml": onePackage + rest} }
	all := map[string]string{"Cargo.toml": strings.Replace(onePackage, `"p"`, `"p_Q"`, 1) + oddHomepage + "readme = \"README.md\"\nodd = 1\n[features]\nA_b = []\nc-d = []\n" + dependsOnNone + allThereIs,
		"README.md": "", "src/main.rs": "fn main() {}", "src/bin/x_y.rs": "fn main() {}", "b/Cargo.toml": strings.Replace(member, `"a"`, `"b"`, 1) + "[features]\nf = []\n", "b/src/lib.rs": ""}
	ofWorkspace := func(root, rest string) map[string]string {
		return map[string]string{"Cargo.toml": virtual + root, "a/Cargo.toml": member + rest, "a/src/lib.rs": ""}
	}
	return []lintScene{
		{"homepage", one(oddHomepage), []string{"fetch --offline", "check", "check", "check -q", "doc", "metadata --format-version 1 --no-deps", "tree", "generate-lockfile"}},
		{"homepage, denied", one(oddHomepage + "[lints.cargo]\nstyle = \"deny\"\n"), []string{"fetch --offline", "check", "check -q", "run", "update", "tree"}},
		{"homepage, forbidden", one(oddHomepage + "[lints.cargo]\nstyle = \"forbid\"\nredundant_homepage = { level = \"allow\", priority = 1 }\n"), []string{"fetch --offline"}},
		{"homepage, allowed", one(oddHomepage + "[lints.cargo]\ndefault = \"allow\"\nstyle = \"deny\"\n"), []string{"fetch --offline"}},
		{"homepage, for an old Rust", map[string]string{"Cargo.toml": member + "rust-version = \"1.78\"\n" + oddHomepage}, []string{"fetch --offline"}},
		{"all", all, []string{"fetch --offline", "check --lib"}},
		{"unknown", one("[lints.cargo]\nodd = \"warn\"\nunused-dependencies = \"warn\"\nunused_dependencies = \"warn\"\n[lints.rust]\nunsafe-code = \"allow\"\n"), []string{"fetch --offline"}},
		{"unstable", one("[lints.cargo]\nim_a_teapot = \"warn\"\nodd = \"warn\"\n"), []string{"fetch --offline", "check"}},
		{"turned", one(turned), []string{"fetch --offline", "check"}},
		{"turned, allowed", one(turned + "[lints.cargo]\ncorrectness = \"warn\"\n"), []string{"fetch --offline"}},
		{"turned, over lines", one("description = '''a \u202ed\n\u202a'''\n[package.metadata]\n\"k\u202ay\" = 1\n"), []string{"fetch --offline"}},
		{"workspace", ofWorkspace("[workspace.package]\nlicense = \"MIT\"\n[workspace.dependencies]\nz = \"1\"\n[workspace.lints.cargo]\nodd = \"warn\"\n", ""), []string{"fetch --offline", "check", "check -p a"}},
		{"workspace, denied", ofWorkspace("[workspace.package]\nlicense = \"MIT\"\n[workspace.lints.cargo]\nsuspicious = \"deny\"\n", "[lints]\nworkspace = true\n"), []string{"fetch --offline"}},
		{"inherited", ofWorkspace("[workspace.lints.odd]\nx = \"allow\"\n[workspace.lints.rust]\nunsafe-code = \"allow\"\n", "[lints]\nworkspace = true\n"), []string{"fetch --offline"}},
		{"inherited of itself", one("[workspace.lints.odd]\nx = \"allow\"\n[lints]\nworkspace = true\n"), []string{"fetch --offline"}},
		{"project", map[string]string{"Cargo.toml": "[project]\nname = \"a_b\"\nversion = \"1.0.0\"\nedition = \"2021\"\n" + oddHomepage + allThereIs}, []string{"fetch --offline"}},
		{"optional dependency", map[string]string{"Cargo.toml": onePackage + "[dependencies]\nb_c = { path = \"b\", optional = true }\n[lints.cargo]\nnon_kebab_case_features = \"warn\"\n",
			"b/Cargo.toml": strings.Replace(member, `"a"`, `"b_c"`, 1), "b/src/lib.rs": ""}, []string{"fetch --offline"}},
		{"package above", map[string]string{"Cargo.toml": onePackage + oddHomepage, "in/Cargo.toml": strings.Replace(member, `"a"`, `"in"`, 1), "in/src/lib.rs": ""}, []string{"check --manifest-path in/Cargo.toml"}},
		{"path dependency of one alone", map[string]string{"Cargo.toml": onePackage + "[dependencies]\na = { path = \"a\" }\n", "a/Cargo.toml": member + oddHomepage, "a/src/lib.rs": "", "src/lib.rs": "use a as _;"}, []string{"check"}},
	}
}

// inTurn writes a scene and runs its commands one after the other.
func (s lintScene) inTurn(p *pair, run func(extra []string, words ...string) stock.Result, env []string) (answers []string) {
	p.Helper()
	for _, made := range []string{"target", "Cargo.lock"} {
		if err := os.RemoveAll(filepath.Join(p.dir, made)); err != nil {
			p.Fatal(err)
		}
	}
	for name, text := range s.files {
		p.write(name, text)
	}
	if s.files["src/main.rs"] == "" && s.files["src/lib.rs"] == "" {
		p.write("src/main.rs", "fn main() {}")
	}
	for _, line := range s.lines {
		r := run(env, strings.Fields(line)...)
		answers = append(answers, fmt.Sprint(r.Code, "\n", regexp.MustCompile(`in \d+\.\d\ds`).ReplaceAllString(r.Stderr, "in TIME")))
	}
	return answers
}

// TestLintsAsStock: what Cargo's own lints say, and when, to the letter.
func TestLintsAsStock(t *testing.T) {
	t.Parallel()
	p := newPair(t)
	if !p.theirs.Release().OwnLints() {
		return // who would be the oracle has none; see releases
	}
	for _, env := range [][]string{nil, {"CARGO_BUILD_WARNINGS=deny"}, {"CARGO_BUILD_WARNINGS=allow"}, {"CARGO_TERM_COLOR=always"}} {
		for _, scene := range lintScenes() {
			p.dir = realDir(t)
			theirs, ours := scene.inTurn(p, p.stock, env), scene.inTurn(p, p.berth, env)
			for i, line := range scene.lines {
				if theirs[i] != ours[i] {
					t.Errorf("%s: cargo %s, %s\n%s\nstock\n%s", scene.name, line, env, ours[i], theirs[i])
				}
			}
		}
	}
}

// TestLintsAreToldAgain: who finds out that there is nothing to do tells of lints as who plans, and so does each of several at
// once; a file that a lint looks for counts.
func TestLintsAreToldAgain(t *testing.T) {
	t.Parallel()
	p := newPair(t)
	p.followed("last", dialect.Last)
	p.pkg(".", "p", "0.1.0", oddHomepage+"readme = \"README.md\"\n[lints.cargo]\nmanual_readme = \"warn\"\n")
	readme := p.write("README.md", "")
	const want = "warning: `p` (manifest) generated 2 warnings\n"
	var running sync.WaitGroup
	for range 4 {
		running.Go(func() {
			if r := p.berth(nil, "+last", "check"); r.Code != 0 || strings.Count(r.Stderr, want) != 1 {
				t.Errorf("one of several: %+v", r)
			}
		})
	}
	running.Wait()
	if said := settle(p, nil, "+last", "check"); strings.Count(said, want) != 1 || !strings.Contains(said, "is redundant with") {
		t.Errorf("nothing to do:\n%s", said)
	}
	if said := settle(p, nil, "+last", "check", "-q"); strings.Contains(said, want) || !strings.Contains(said, "is redundant with") {
		t.Errorf("nothing to do, quietly:\n%s", said)
	}
	if err := os.Remove(readme); err != nil {
		t.Fatal(err)
	}
	plans(p, "the readme is gone", nil, "+last", "check")
	for _, env := range []string{"CARGO_BUILD_WARNINGS=deny", "CARGO_BUILD_WARNINGS=deny"} {
		if r := p.berth([]string{env}, "+last", "check"); r.Code != 101 || !strings.HasSuffix(r.Stderr, "error: warnings are denied by `build.warnings` configuration\n") {
			t.Errorf("denied: %+v", r)
		}
	}
}

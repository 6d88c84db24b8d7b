package ops_test

import (
	"fmt"
	"math/rand/v2"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

// randomTargets is a workspace of packages with targets, build scripts, macros, features and dependencies of all kinds, and
// profiles with settings for some of them.
func randomTargets(t *testing.T, seed uint64) string {
	t.Helper()
	w := &targetsWorld{T: t, r: rand.New(rand.NewPCG(seed, 11)), root: filepath.Join(t.TempDir(), "w")}
	var m strings.Builder
	fmt.Fprintf(&m, "[workspace]\nmembers = [\"m/*\"]\ndefault-members = [\"m/p0\", \"m/p1\"]\nresolver = \"%d\"\n", 1+seed%3)
	w.profiles(&m)
	write(t, w.root, "Cargo.toml", m.String())
	for i := range worldSize {
		w.pkg(i)
	}
	return w.root
}

// worldSize is how many packages there are; those from memberCount on lie beside the workspace.
const worldSize, memberCount = 14, 8

type targetsWorld struct {
	*testing.T
	r    *rand.Rand
	root string
}

func (w *targetsWorld) chance(percent int) bool { return w.r.IntN(100) < percent }

func (w *targetsWorld) dir(i int) string {
	if i < memberCount {
		return fmt.Sprint("m/p", i)
	}
	return fmt.Sprint("../beside/p", i)
}

// profiles are settings that change one another.
func (w *targetsWorld) profiles(m *strings.Builder) {
	settings := []string{"debug = 1", "debug = \"line-tables-only\"", "opt-level = 1", "opt-level = \"s\"", "codegen-units = 3", "strip = true", "strip = \"debuginfo\"",
		"debug-assertions = false", "overflow-checks = true", "incremental = true", "split-debuginfo = \"packed\"", "debug = 0"}
	whole := append(slices.Clone(settings), "panic = \"abort\"", "lto = \"thin\"", "lto = true", "lto = \"off\"", "rpath = true")
	some := func(of []string) {
		keys := map[string]bool{}
		for range w.r.IntN(4) {
			line := of[w.r.IntN(len(of))]
			if key, _, _ := strings.Cut(line, " "); !keys[key] {
				keys[key] = true
				fmt.Fprintln(m, line)
			}
		}
	}
	for _, name := range []string{"dev", "release", "test", "bench", "custom"} {
		if name != "custom" && w.chance(50) {
			continue
		}
		fmt.Fprintf(m, "[profile.%s]\n", name)
		if name == "custom" {
			fmt.Fprintln(m, "inherits = \"release\"")
		}
		some(whole)
		for _, part := range []string{"build-override", "package.\"*\"", "package.p5", "package.p9"} {
			if w.chance(40) {
				fmt.Fprintf(m, "[profile.%s.%s]\n", name, part)
				some(settings)
			}
		}
	}
}

func (w *targetsWorld) pkg(i int) {
	var m strings.Builder
	fmt.Fprintf(&m, "[package]\nname = \"p%d\"\nversion = \"0.1.%d\"\nedition = %q\nlicense = \"MIT\"\n", i, i, []string{"2018", "2021", "2024"}[w.r.IntN(3)])
	script := w.chance(40)
	if script && w.chance(60) {
		fmt.Fprintf(&m, "links = \"native%d\"\n", i)
	}
	macro := i > 2 && w.chance(20)
	switch {
	case macro:
		m.WriteString("[lib]\nproc-macro = true\n")
	case w.chance(10):
		m.WriteString("[lib]\ncrate-type = [\"cdylib\", \"rlib\"]\n")
	case w.chance(10):
		m.WriteString("[lib]\ntest = false\ndoctest = false\n")
	case w.chance(10):
		m.WriteString("[lib]\ndoc = false\n")
	}
	optional := w.dependencies(&m, i)
	w.features(&m, optional)
	w.targets(&m, i, script)
	write(w.T, filepath.Join(w.root, w.dir(i)), "Cargo.toml", m.String())
}

// dependencies lead to later packages, those for development anywhere; one package is called the same in all tables.
func (w *targetsWorld) dependencies(m *strings.Builder, i int) (optional []string) {
	names := map[int]string{}
	for _, table := range []string{"dependencies", "build-dependencies", "dev-dependencies", `target.'cfg(unix)'.dependencies`, `target.'cfg(windows)'.dependencies`, `target.'cfg(unix)'.build-dependencies`} {
		fmt.Fprintf(m, "[%s]\n", table)
		seen := map[int]bool{}
		for range w.r.IntN(4) {
			to := w.reachable(i, table)
			if to < 0 || seen[to] {
				continue
			}
			seen[to] = true
			if names[to] == "" {
				names[to] = fmt.Sprint("p", to)
				if w.chance(30) {
					names[to] = fmt.Sprint("renamed-", to)
				}
			}
			isOptional := table != "dev-dependencies" && w.chance(30)
			if isOptional && !slices.Contains(optional, names[to]) {
				optional = append(optional, names[to])
			}
			rel, _ := filepath.Rel(w.dir(i), w.dir(to))
			fmt.Fprintf(m, "%s = { package = \"p%d\", path = %q, optional = %v, default-features = %v, features = [%s] }\n",
				names[to], to, filepath.ToSlash(rel), isOptional, w.chance(50), strings.Join([]string{`"f0"`, `"f1"`}[:w.r.IntN(3)], ", "))
		}
	}
	return optional
}

func (w *targetsWorld) reachable(from int, table string) int {
	if table == "dev-dependencies" && w.chance(40) && from < memberCount {
		if to := w.r.IntN(memberCount); to != from {
			return to // may be a circle
		}
	}
	if from+1 >= worldSize {
		return -1
	}
	return from + 1 + w.r.IntN(worldSize-from-1)
}

func (w *targetsWorld) features(m *strings.Builder, optional []string) {
	m.WriteString("[features]\ndefault = [\"f1\"]\n")
	f0 := []string{`"f2"`}
	for _, key := range optional {
		f0 = append(f0, []string{`"` + key + `/f1"`, `"` + key + `?/f0"`, `"` + key + `"`, `"f1"`}[w.r.IntN(4)])
	}
	fmt.Fprintf(m, "f0 = [%s]\nf1 = []\nf2 = [\"f1\"]\n", strings.Join(f0, ", "))
}

func (w *targetsWorld) targets(m *strings.Builder, i int, script bool) {
	dir := filepath.Join(w.root, w.dir(i))
	write(w.T, dir, "src/lib.rs", "")
	if script {
		write(w.T, dir, "build.rs", "fn main() {}")
	}
	if w.chance(50) {
		write(w.T, dir, "src/main.rs", "fn main() {}")
	}
	for _, t := range []struct{ table, file string }{{"bin", "src/bin/tool.rs"}, {"example", "examples/show.rs"}, {"test", "tests/all.rs"}, {"bench", "benches/fast.rs"}, {"example", "examples/lib.rs"}} {
		if !w.chance(50) {
			continue
		}
		write(w.T, dir, t.file, "fn main() {}")
		if w.chance(60) {
			continue
		}
		name := strings.TrimSuffix(filepath.Base(t.file), ".rs")
		fmt.Fprintf(m, "[[%s]]\nname = %q\npath = %q\n%s\n", t.table, name, t.file,
			[]string{`required-features = ["f0"]`, `required-features = ["f1"]`, "test = true", "harness = false", "bench = true", "doc = true"}[w.r.IntN(6)])
		if name == "lib" {
			fmt.Fprintln(m, `crate-type = ["staticlib"]`)
		}
	}
}

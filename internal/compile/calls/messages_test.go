//go:build linux

package calls

import (
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"berth/internal/buildmsg"
	"berth/internal/unit"
)

// recorder is a wrapper that keeps what rustc writes to its standard error, under the name of the unit.
const recorder = `#!/bin/sh
case "$*" in *--print*|*-vV*) exec "$@";; esac
for arg; do case $arg in extra-filename=*) name=${arg#extra-filename=};; esac; done
"$@" 2>"$RECORD/$name.part"; code=$?
mv "$RECORD/$name.part" "$RECORD/$name"
cat "$RECORD/$name" >&2
exit $code
`

func talking(t *testing.T) (w *world, record string) {
	w = newWorld(t)
	w.env = slices.DeleteFunc(w.env, func(entry string) bool { return strings.HasPrefix(entry, "RUSTC=") })
	record = t.TempDir()
	path := filepath.Join(filepath.Dir(w.root), "recorder")
	if err := os.WriteFile(path, []byte(recorder), 0o755); err != nil {
		t.Fatal(err)
	}
	w.env = append(w.env, "RUSTC_WRAPPER="+path, "RECORD="+record)
	w.write("Cargo.toml", "[workspace]\nmembers = [\"warns\", \"fails\", \"quiet\"]\nresolver = \"2\"\n")
	for _, name := range []string{"warns", "fails", "quiet"} {
		w.write(name+"/Cargo.toml", "[package]\nname = \""+name+"\"\nversion = \"0.1.0\"\nedition = \"2021\"\n")
	}
	w.write("warns/src/lib.rs", "use std::fs;\nuse std::io;\nfn dead() { let mut x = 1; }\npub fn f() { let s = \"ü \\\"<&>\u2028\"; #[deprecated] fn old() {} old() }\n")
	w.write("warns/src/main.rs", "fn main() { let unused = 1; }\n#[test] fn t() { let mut y = 2; }\n")
	w.write("warns/tests/it.rs", "use std::fs;\n#[test] fn t() {}\n")
	w.write("fails/src/lib.rs", "use std::fs;\npub fn f() -> u8 { \"no\" }\npub fn g() { nothing(); }\n")
	w.write("quiet/src/lib.rs", "pub fn f() -> u8 { 1 + }\n")
	return w, record
}

// TestWordsAsStock: what compilers say becomes what stock makes of it, in each format.
func TestWordsAsStock(t *testing.T) {
	w, record := talking(t)
	for _, format := range []string{"human", "short", "json", "json-diagnostic-short", "json-diagnostic-rendered-ansi", "json-render-diagnostics", "json-diagnostic-short,json-render-diagnostics"} {
		w.words(record, "check -p warns --all-targets", format)
	}
	for _, line := range []string{"check -p warns --lib", "build -p fails", "build -p quiet"} {
		w.words(record, line, "human")
		w.words(record, line, "json")
	}
}

func (w *world) words(record, line, format string) {
	w.Helper()
	for _, dir := range []string{record, filepath.Join(w.root, "target")} {
		entries, _ := os.ReadDir(dir)
		for _, e := range entries {
			if err := os.RemoveAll(filepath.Join(dir, e.Name())); err != nil {
				w.Fatal(err)
			}
		}
	}
	words := strings.Fields(line)
	got := w.cargo.Try(w.root, w.env, slices.Concat(words[:1], []string{"--offline", "-j1", "--message-format", format}, words[1:])...)
	m := w.plan(words, w.env)
	f, err := buildmsg.ParseFormat([]string{format})
	if err != nil {
		w.Fatal(err)
	}
	stdout, stderr := m.say(record, f)
	if len(stdout)+len(stderr) == 0 {
		w.Errorf("%s %s: nothing was said", line, format)
	}
	same(w.T, line+" "+format+": stdout", stdout, w.stockWords(got.Stdout))
	same(w.T, line+" "+format+": stderr", stderr, w.stockWords(got.Stderr))
}

// say reads what was recorded, in the order in which compilers ended.
func (m *made) say(record string, f buildmsg.Format) (stdout, stderr []string) {
	seen := map[string]bool{}
	for _, name := range byTime(m.T, record) {
		u := m.recorded(record, name)
		r := &buildmsg.Reader{Unit: u, Format: f, Show: true}
		var count buildmsg.Count
		data, err := os.ReadFile(filepath.Join(record, name))
		if err != nil {
			m.Fatal(err)
		}
		for line := range strings.Lines(string(data)) {
			e := r.Read(strings.TrimSuffix(line, "\n"))
			if e.Stdout != "" {
				stdout = append(stdout, m.neutral(e.Stdout))
			}
			if d := e.Diagnostic; d != nil {
				count.Add(u, d, !seen[d.Rendered])
				if !seen[d.Rendered] {
					stderr = append(stderr, strings.Split(m.neutral(buildmsg.StripANSI(d.Rendered)), "\n")...)
				}
				seen[d.Rendered] = true
			}
		}
		if text := count.Summary(u, buildmsg.Clippy{}); text != "" {
			stderr = append(stderr, "warning: "+text)
		}
		if r.Errors > 0 {
			stderr = append(stderr, "error: "+r.Failed())
		}
	}
	return stdout, stderr
}

func byTime(t *testing.T, dir string) []string {
	entries, err := os.ReadDir(dir)
	if err != nil {
		t.Fatal(err)
	}
	slices.SortFunc(entries, func(x, y os.DirEntry) int {
		a, errA := x.Info()
		b, errB := y.Info()
		if errA != nil || errB != nil {
			t.Fatal(errA, errB)
		}
		return a.ModTime().Compare(b.ModTime())
	})
	var names []string
	for _, e := range entries {
		names = append(names, e.Name())
	}
	return names
}

// recorded is the unit that a record is of: the file has the hash of stock, and what was said names the source.
func (m *made) recorded(record, name string) *unit.Unit {
	var fits []*unit.Unit
	for _, u := range m.compiler.Graph.Units {
		if u.Mode != unit.RunBuildScript {
			fits = append(fits, u)
		}
	}
	files, _ := filepath.Glob(filepath.Join(m.root, "target", "*", "deps", "*"+name+".*"))
	files2, _ := filepath.Glob(filepath.Join(m.root, "target", "*", ".fingerprint", "*"+name, "*"))
	files3, _ := filepath.Glob(filepath.Join(m.root, "target", "*", "build", "*", strings.TrimPrefix(name, "-"), "fingerprint", "*")) // since 1.100
	files = slices.Concat(files, files2, files3)
	for _, u := range fits {
		for _, file := range files {
			base := strings.TrimPrefix(filepath.Base(file), "output-")
			kind := map[bool]string{true: "test-", false: ""}[u.IsTest()]
			if strings.HasPrefix(base, kind+u.Target.Kinds()[0]+"-"+u.Target.Name) || strings.HasPrefix(base, kind+"integration-test-"+u.Target.Name) && u.Target.Kinds()[0] == "test" {
				return u
			}
		}
	}
	m.Fatalf("no unit fits %s: %v", name, files)
	return nil
}

func (w *world) stockWords(text string) []string {
	other := regexp.MustCompile(`^ *(Compiling|Checking|Finished|Running|Executable) |"reason":"(compiler-artifact|build-finished)"`)
	var lines []string
	for line := range strings.SplitSeq(strings.TrimSuffix(text, "\n"), "\n") {
		if !other.MatchString(line) {
			lines = append(lines, w.neutral(line))
		}
	}
	if len(lines) == 1 && lines[0] == "" {
		return nil
	}
	return lines
}

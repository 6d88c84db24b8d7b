package dist

import (
	"bytes"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// The pairs in testdata/manifest were made by rustup 1.29.0: it installed a channel from the first file and kept the
// second. (Then the server's name was replaced in both.)
func TestMarshalAsRustup(t *testing.T) {
	for _, name := range []string{"rich", "bare", "spelled"} {
		t.Run(name, func(t *testing.T) {
			m := parseFile(t, "testdata/manifest/"+name+".toml")
			stored := readFile(t, "testdata/manifest/"+name+".stored.toml")
			sameBytes(t, m.Marshal(), stored)
			again, err := ParseManifest(stored)
			if err != nil {
				t.Fatal(err)
			}
			sameBytes(t, again.Marshal(), stored)
			if !again.Equal(m) || !m.Equal(again) {
				t.Error("the stored manifest is not equal to the one it was made from")
			}
		})
	}
}

// Every toolchain that rustup installed on the machine that runs the test is one more pair.
func TestMarshalInstalled(t *testing.T) {
	for _, file := range installedFiles(t, ManifestFile) {
		doc := readFile(t, file)
		m, err := ParseManifest(doc)
		if err != nil {
			t.Errorf("%s: %v", file, err)
			continue
		}
		sameBytes(t, m.Marshal(), doc)
		summary, err := Summarize(doc)
		version, _ := m.Version()
		if err != nil || summary != (Summary{m.Date, version}) {
			t.Errorf("%s: summary %v, %v", file, summary, err)
		}
	}
}

func installedFiles(t testing.TB, name string) []string {
	t.Helper()
	home := os.Getenv("RUSTUP_HOME")
	if home == "" {
		user, err := os.UserHomeDir()
		if err != nil {
			t.Fatal(err)
		}
		home = filepath.Join(user, ".rustup")
	}
	files, err := filepath.Glob(filepath.Join(home, "toolchains", "*", "lib", "rustlib", name))
	if err != nil {
		t.Fatal(err)
	}
	t.Logf("%d installed files %s", len(files), name)
	return files
}

func parseFile(t testing.TB, file string) *Manifest {
	t.Helper()
	m, err := ParseManifest(readFile(t, file))
	if err != nil {
		t.Fatal(err)
	}
	return m
}

func readFile(t testing.TB, file string) []byte {
	t.Helper()
	doc, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	return doc
}

// sameBytes shows the first line that differs.
func sameBytes(t *testing.T, got, want []byte) {
	t.Helper()
	if bytes.Equal(got, want) {
		return
	}
	gotLines, wantLines := strings.Split(string(got), "\n"), strings.Split(string(want), "\n")
	for i := range min(len(gotLines), len(wantLines)) {
		if gotLines[i] != wantLines[i] {
			t.Fatalf("line %d: got %q, want %q", i+1, gotLines[i], wantLines[i])
		}
	}
	t.Fatalf("got %d lines, want %d", len(gotLines), len(wantLines))
}

func BenchmarkParseManifest(b *testing.B) {
	doc := bigManifest()
	b.SetBytes(int64(len(doc)))
	b.ReportAllocs()
	for b.Loop() {
		if _, err := ParseManifest(doc); err != nil {
			b.Fatal(err)
		}
	}
}

func BenchmarkSummarize(b *testing.B) {
	doc := bigManifest()
	for b.Loop() {
		if _, err := Summarize(doc); err != nil {
			b.Fatal(err)
		}
	}
}

func BenchmarkMarshalManifest(b *testing.B) {
	m, err := ParseManifest(bigManifest())
	if err != nil {
		b.Fatal(err)
	}
	b.ReportAllocs()
	for b.Loop() {
		m.Marshal()
	}
}

// bigManifest has the size and shape of a real channel's: 20 packages, 45 targets, 5,000 components.
func bigManifest() []byte {
	m := &Manifest{Date: "2026-01-02", Packages: map[string]*Package{}}
	targets := strings.Fields(targetList)[:50]
	hash := strings.Repeat("0123456789abcdef", 4)
	var components []Component
	for i := range 20 {
		name := "package-" + string(rune('a'+i))
		p := &Package{Version: "1.99.0 (0123456789 2026-01-01)", Targets: map[string]*Build{}}
		for _, target := range targets {
			url := DefaultRoot() + "/dist/2026-01-02/" + name + "-" + target + ".tar."
			p.Targets[target] = &Build{Archives: []Archive{{url + "xz", hash, XZ}, {url + "gz", hash, Gzip}}}
			if i%10 == 0 {
				components = append(components, Component{name, target, i > 5})
			}
		}
		m.Packages[name] = p
	}
	rust := &Package{Version: "1.99.0 (0123456789 2026-01-01)", Targets: map[string]*Build{}}
	for _, target := range targets {
		rust.Targets[target] = &Build{Components: components}
	}
	m.Packages["rust"] = rust
	return m.Marshal()
}

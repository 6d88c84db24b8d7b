package cargolock

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"berth/internal/semver"
)

// roundTrip parses by both ways, which must agree, and writes.
func roundTrip(t *testing.T, text string) (*Lock, string) {
	t.Helper()
	lock, err := Parse("Cargo.lock", []byte(text))
	if err != nil {
		t.Fatalf("%s\n%v", text, err)
	}
	r := reader{name: "Cargo.lock", text: text}
	slow, err := r.read([]byte(text))
	if err != nil {
		t.Fatalf("only the scanner takes\n%s\n%v", text, err)
	}
	if diff := cmp.Diff(normal(slow), normal(lock)); diff != "" {
		t.Fatalf("the two ways of reading differ: %s", diff)
	}
	return lock, string(lock.Append(nil, text))
}

// normal has nil for every empty list.
func normal(l *Lock) Lock {
	c := *l
	c.Packages = append([]Package(nil), l.Packages...)
	for i := range c.Packages {
		c.Packages[i].Dependencies = append([]Ref(nil), c.Packages[i].Dependencies...)
	}
	c.Unused = append([]Package(nil), l.Unused...)
	c.Metadata = append([]Entry(nil), l.Metadata...)
	return c
}

const head = generated + "\n" + notByHand + "\n"

func canonical() map[string]string {
	return map[string]string{
		"empty":  head + "version = 4\n",
		"one":    head + "version = 3\n\n[[package]]\nname = \"a\"\nversion = \"0.1.0\"\n",
		"v2":     head + "\n[[package]]\nname = \"a\"\nversion = \"0.1.0\"\n",
		"nobody": head + "# kept\n# too\nversion = 4\n\n[[package]]\nname = \"a\"\nversion = \"0.1.0\"\n",
		"v1": head + `[[package]]
name = "a"
version = "0.1.0"
dependencies = [
 "b 1.0.0 (registry+http://127.0.0.1/index)",
]

[[package]]
name = "b"
version = "1.0.0"
source = "registry+http://127.0.0.1/index"

[metadata]
"checksum b 1.0.0 (registry+http://127.0.0.1/index)" = "00"
other = "x"
`,
		"v1 bare": head + "[[package]]\nname = \"a\"\nversion = \"0.1.0\"\n\n",
		"v4": head + `version = 4

[[package]]
name = "a"
version = "0.1.0"
dependencies = [
 "b 1.0.0",
 "b 2.0.0",
 "c",
 "d 1.0.0 (git+http://127.0.0.1/d?branch=x%2Fy)",
 "d 1.0.0 (registry+http://127.0.0.1/index)",
]

[[package]]
name = "b"
version = "1.0.0"
source = "sparse+http://127.0.0.1/index/"
checksum = "00"

[[package]]
name = "b"
version = "2.0.0"
source = "sparse+http://127.0.0.1/index/"
replace = "b 2.0.0 (git+http://127.0.0.1/b)"

[[patch.unused]]
name = "z"
version = "1.0.0"

[[patch.unused]]
name = "z"
version = "2.0.0"
source = "git+http://127.0.0.1/z#0123456789012345678901234567890123456789"

[metadata]
"dotted.key" = "'single'"
'we"ird' = """
a"b'c
d"""
`,
	}
}

func TestRoundTrip(t *testing.T) {
	for name, text := range canonical() {
		if name == "v2" {
			text = strings.Replace(text, notByHand+"\n\n", notByHand+"\n", 1)
		}
		_, got := roundTrip(t, text)
		if diff := cmp.Diff(text, got); diff != "" {
			t.Errorf("%s: %s", name, diff)
		}
	}
}

// TestStockFiles: locks that Cargo wrote in its 12 years, from published crates.
func TestStockFiles(t *testing.T) {
	files, err := filepath.Glob("testdata/*.lock")
	if err != nil || len(files) < 4 {
		t.Fatalf("%d files, %v", len(files), err)
	}
	for _, file := range files {
		data, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		if s := (scanner{rest: string(data)}); !s.scan() {
			t.Errorf("%s: not read line by line", file)
		}
		if _, got := roundTrip(t, string(data)); got != string(data) {
			t.Errorf("%s: %s", file, cmp.Diff(string(data), got))
		}
	}
}

func TestFormats(t *testing.T) {
	for name, want := range map[string]Format{"one": V3, "v2": V2, "v1": V1, "v1 bare": V1, "v4": V4, "empty": V4} {
		if lock, _ := roundTrip(t, canonical()[name]); lock.Format != want {
			t.Errorf("%s: format %d, expected %d", name, lock.Format, want)
		}
	}
	for version, want := range map[string]Format{"": V4, "1.83": V4, "1.82.9": V3, "1.53": V3, "1.52": V2, "1.41.0": V2, "1.40": V1, "1": V1, "2": V4} {
		var p semver.Partial
		if version != "" {
			p, _ = semver.ParsePartial(version)
		}
		if got := FormatFor(p); got != want {
			t.Errorf("rust-version %q: format %d, expected %d", version, got, want)
		}
	}
}

func TestHeader(t *testing.T) {
	lock, err := Parse("", []byte("version = 4\n"))
	if err != nil {
		t.Fatal(err)
	}
	for before, want := range map[string]string{
		"":                           head,
		head:                         head,
		"# mine\n" + head + "x":      head + "# mine\n" + head,
		generated + "\r\n# mine\r\n": head + "# mine\n",
		head + "# a\r\n#\n\n# no":    head + "# a\n#\n",
	} {
		if got := string(lock.Append(nil, before)); got != want+"version = 4\n" {
			t.Errorf("%q\n%s", before, got)
		}
	}
}

func TestSameLines(t *testing.T) {
	for _, c := range []struct {
		a, b string
		want bool
	}{
		{"", "", true}, {"a\n", "a", true}, {"a\r\nb\r\n", "a\nb", true}, {"a\n\n", "a\n", false}, {"a", "b", false}, {"a\n", "a\nb", false},
	} {
		if got := SameLines(c.a, c.b); got != c.want {
			t.Errorf("%q, %q: %v", c.a, c.b, got)
		}
	}
}

// TestOtherTOML: what stock accepts though it would never write it.
func TestOtherTOML(t *testing.T) {
	lock, _ := roundTrip(t, "\xef\xbb\xbf"+`package = [ { name = 'a', version = "1.\u0030.0", dependencies = ["b"], other = [1] } ] # x
unknown = 1979-05-27
[root]
name = "r"
"version" = '1.0.0'
[patch]
x.y = 1
`)
	want := []Package{{Name: "r", Version: "1.0.0"}, {Name: "a", Version: "1.0.0", Dependencies: []Ref{{Name: "b"}}}}
	if diff := cmp.Diff(want, normal(lock).Packages); diff != "" {
		t.Error(diff)
	}
}

func TestErrors(t *testing.T) {
	const a = "[[package]]\nname = \"a\"\nversion = \"1.0.0\"\n"
	for _, c := range []struct{ text, line, message string }{
		{"version = 4\n<<<<<<< HEAD\n" + a, ":2:", "middle of a merge"},
		{a + "=======\r\n" + a, ":4:", "middle of a merge"},
		{"version = 5\n", ":1:", "version `5` was found"},
		{"version = 2\n", ":1:", "version `2` was found"},
		{"\nversion = \"4\"\n", ":2:", "expected a whole number, found a string"},
		{"version = 4\nversion = 4\n", ":2:", "version"},
		{a + a, ":4:", "there twice"},
		{"[[package]]\nname = \"b\"\nversion = \"1.0.0\"\n" + a + a, ":7:", "there twice"},
		{a + "[[package]]\nname = \"b\"\n", ":4:", "no `version`"},
		{"[[package]]\nversion = \"1.0.0\"\n", ":1:", "no `name`"},
		{a + "source = \"x\"\n", ":1:", "`x` is not one"},
		{"[[package]]\nname = \"b\"\nversion = \"1\"\nsource = \"registry+https://x/y\"\n", ":1:", "has the version `1`, which is none"},
		{a + "source = \"local-registry+file:///x\"\n", ":1:", "is not one"},
		{a + "dependencies = [\n \"a b c\",\n]\n", ":5:", "expected `name`"},
		{a + "dependencies = [\n 3,\n]\n", ":5:", "expected a string, found an integer"},
		{a + "dependencies = \"b\"\n", ":4:", "expected an array"},
		{a + "dependencies = [\"b\"]\nreplace = \"b\"\n", ":1:", "is replaced"},
		{a + "checksum = 1\n", ":4:", "expected a string"},
		{"package = 3\n", ":1:", "expected an array of tables"},
		{"package = [3]\n", ":1:", "expected a table"},
		{"[metadata]\nx = 3\n", ":2:", "expected a string"},
		{"[metadata]\nx = \"\"\n[metadata]\n", ":3:", "metadata"},
		{"[[patch.unused]]\nname = \"x\"\n", ":1:", "no `version`"},
		{a + "x = \xff\n", ":4:", "not UTF-8"},
		{a + "name = \"b\"\n", ":4:", "name"},
		{"[[package]\n", ":1:", ""},
	} {
		_, err := Parse("Cargo.lock", []byte(c.text))
		if err == nil || !strings.Contains(err.Error(), c.message) || !strings.Contains(err.Error(), "Cargo.lock"+c.line) || !strings.Contains(err.Error(), "help:") {
			t.Errorf("%q: expected %q at %s, found:\n%v", c.text, c.message, c.line, err)
		}
	}
}

// FuzzParse: what is read is read alike by both ways, and what is written is read as the same.
func FuzzParse(f *testing.F) {
	for _, text := range canonical() {
		f.Add(text)
	}
	f.Add("[root]\nname = \"r\"\nversion = \"1.0.0\"\n[metadata]\n\"checksum r 1.0.0 (x+y:z)\" = \"<none>\"\n")
	f.Fuzz(func(t *testing.T, text string) {
		lock, err := Parse("x", []byte(text))
		if err != nil {
			if err.Error() == "" {
				t.Fatal("an error without words")
			}
			return
		}
		_, out := roundTrip(t, text)
		again, twice := roundTrip(t, out)
		if twice != out {
			t.Fatalf("written\n%s\nand then\n%s", out, twice)
		}
		a, b := normal(lock), normal(again)
		a.Format, b.Format = 0, 0 // a lock without any sign of its format
		if diff := cmp.Diff(a, b); diff != "" {
			t.Fatal(diff)
		}
	})
}

func BenchmarkParse(b *testing.B) {
	data := large(900)
	b.SetBytes(int64(len(data)))
	for b.Loop() {
		if _, err := Parse("", data); err != nil {
			b.Fatal(err)
		}
	}
}

func BenchmarkAppend(b *testing.B) {
	data := large(900)
	lock, err := Parse("", data)
	if err != nil {
		b.Fatal(err)
	}
	buf := make([]byte, 0, 2*len(data))
	for b.Loop() {
		lock.Append(buf, string(data))
	}
}

// large is a lock of so many packages, as large as real ones.
func large(n int) []byte {
	lock := Lock{Format: V4}
	for i := range n {
		p := Package{
			Name: fmt.Sprintf("package-%04d", i), Version: "1.2.3", Source: "registry+https://127.0.0.1/some/registry-index",
			Checksum: strings.Repeat("0123456789abcdef", 4),
		}
		for j := range 4 {
			p.Dependencies = append(p.Dependencies, Ref{Name: fmt.Sprintf("package-%04d", (i*7+j*13)%n)})
		}
		lock.Packages = append(lock.Packages, p)
	}
	return lock.Append(nil, "")
}

package depinfo

import (
	"os"
	"path/filepath"
	"reflect"
	"slices"
	"strings"
	"testing"

	"berth/internal/testkit/stock"
)

func TestParse(t *testing.T) {
	for _, c := range []struct {
		text  string
		files []string
		env   []Env
		err   string
	}{
		{"out/x.d: src/main.rs src/a\\ b.rs src/main.rs\n\nsrc/main.rs:\nsrc/a\\ b.rs:\n", []string{"src/main.rs", "src/a b.rs"}, nil, ""},
		{"x.d: a\\ \\ b\n", []string{"a  b"}, nil, ""},
		{"x.d: a\r\ny.d: never\r\n", []string{"a"}, nil, ""},
		{"# env-dep:A=1=2\n# env-dep:B\n# env-dep:C=\n# env-dep:D=a\\nb\\r\\\\\n", nil, []Env{{"A", "1=2", true}, {"B", "", false}, {"C", "", true}, {"D", "a\nb\r\\", true}}, ""},
		{"C:\\x.d: C:\\a.rs\n", []string{`C:\a.rs`}, nil, ""},
		{"# a comment: with words\nx: y\n", []string{"y"}, nil, ""},
		{"", nil, nil, ""},
		{"x: a\\\n", nil, nil, `line 1: there is nothing after`},
		{"x: a\n# env-dep:A=\\t\n", nil, nil, "line 2: unknown escape"},
		{"# env-dep:A=\\\n", nil, nil, "middle of an escape"},
		{"\xff", nil, nil, "UTF-8"},
	} {
		info, err := Parse([]byte(c.text))
		if c.err != "" {
			if err == nil || !strings.Contains(err.Error(), c.err) {
				t.Errorf("%q: %v, expected %q", c.text, err, c.err)
			}
			continue
		}
		if err != nil || !slices.Equal(info.Files, c.files) || !reflect.DeepEqual(info.Env, c.env) {
			t.Errorf("%q: %+v, %v", c.text, info, err)
		}
	}
}

func TestBeside(t *testing.T) {
	for _, c := range []struct{ output, base, want string }{
		{"/w/target/x", "", "/w/target/x: /w/a/b /w/a-b /w/s\\ p\n"},
		{"/w/target/x", "/w/", "target/x: a/b a-b s\\ p\n"},
		{"/w/target/x", "/w/target", "x: /w/a/b /w/a-b /w/s\\ p\n"},
		{"/w/target/x", "/v/../w/.", "target/x: a/b a-b s\\ p\n"},
	} {
		if got := Beside(c.output, []string{"/w/s p", "/w/a-b", "/w/a/./b", "/w/a/b"}[:4], c.base); strings.ReplaceAll(got, "/./", "/") != c.want {
			t.Errorf("%s below %q: %q, expected %q", c.output, c.base, got, c.want)
		}
	}
}

// TestBesideAsStock: from what rustc wrote comes what stock wrote.
func TestBesideAsStock(t *testing.T) {
	cargo := stock.NewCargo(t)
	root, err := filepath.EvalSymlinks(t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	for name, text := range map[string]string{
		"Cargo.toml":         "[package]\nname = \"x\"\nversion = \"0.1.0\"\nedition = \"2021\"\n[dependencies]\ndep = { path = \"s p/dep\" }\n",
		"src/main.rs":        "mod a; mod inner; fn main() { dep::f(env!(\"CARGO_PKG_NAME\"), option_env!(\"NOBODY\"), include_str!(\"with space.txt\")) }",
		"src/a.rs":           "",
		"src/inner/mod.rs":   "",
		"src/with space.txt": "",
		"build.rs":           "fn main() { println!(\"cargo:rerun-if-changed=watched dir/file\"); println!(\"cargo:rerun-if-changed=\"); }",
		"s p/dep/Cargo.toml": "[package]\nname = \"dep\"\nversion = \"0.1.0\"\nedition = \"2021\"\n",
		"s p/dep/src/lib.rs": "pub fn f(_: &str, _: Option<&str>, _: &str) {}",
	} {
		path := filepath.Join(root, name)
		if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, []byte(text), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	cargo.Run(root, "build", "--offline")
	files := []string{filepath.Join(root, "watched dir/file"), root}
	written, err := filepath.Glob(filepath.Join(root, "target/debug/*/*.d"))
	scripts, err2 := filepath.Glob(filepath.Join(root, "target/debug/build/*/*.d"))
	if err != nil || err2 != nil || len(written)+len(scripts) != 3 {
		t.Fatal(written, scripts, err, err2)
	}
	for _, path := range append(written, scripts...) {
		data, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		info, err := Parse(data)
		if err != nil {
			t.Fatal(path, err)
		}
		for _, file := range info.Files {
			files = append(files, filepath.Join(root, file))
		}
		if strings.Contains(path, "/deps/x-") && !reflect.DeepEqual(info.Env, []Env{{"CARGO_PKG_NAME", "x", true}, {"NOBODY", "", false}}) {
			t.Errorf("%s: %+v", path, info.Env)
		}
	}
	want, err := os.ReadFile(filepath.Join(root, "target/debug/x.d"))
	if err != nil {
		t.Fatal(err)
	}
	if got := Beside(filepath.Join(root, "target/debug/x"), files, ""); got != string(want) {
		t.Errorf("%s\nstock:\n%s", got, want)
	}
}

func FuzzParse(f *testing.F) {
	f.Add("x.d: a b\\ c\n# env-dep:A=\\n\n")
	f.Add("# env-dep:A\nx: \\\n")
	f.Fuzz(func(t *testing.T, text string) {
		info, err := Parse([]byte(text))
		if err != nil {
			return
		}
		again, err := Parse([]byte(Beside("out", info.Files, "")))
		if err != nil || len(again.Files) > len(info.Files) {
			t.Errorf("%q: %+v: %v", info.Files, again, err)
		}
		if !slices.Equal(again.Files, Sorted(again.Files)) {
			t.Errorf("not sorted: %q", again.Files)
		}
	})
}

func TestMoved(t *testing.T) {
	text := "/store/u/foo.d: src/lib.rs /x/libfoo.so\n\n/store/u/libfoo.so: src/lib.rs\n\nsrc/lib.rs:\n# env-dep:P=/store/libfoo.so:\n"
	expected := "/t/deps/foo.d: src/lib.rs /x/libfoo.so\n\n/t/deps/libfoo.so: src/lib.rs\n\nsrc/lib.rs:\n# env-dep:P=/store/libfoo.so:\n"
	if moved := string(Moved([]byte(text), []string{"libfoo.so", "foo.d"}, "/t/deps")); moved != expected {
		t.Errorf("%s", moved)
	}
}

//go:build linux

package calls

import (
	"fmt"
	"path/filepath"
	"strings"
	"testing"

	"berth/internal/buildscript"
	"berth/internal/testkit/fakerustc"
)

// TestScriptsAsStock: each text is taken or refused as by stock, and means the same to the compiler.
func TestScriptsAsStock(t *testing.T) {
	w := newWorld(t)
	for _, p := range []struct{ name, rest, said string }{
		{"old", "rust-version = \"1.76\"\n", "cargo::rustc-cfg=x"},
		{"older", "rust-version = \"1\"\n", "cargo::metadata=a=b"},
		{"oldest", "rust-version = \"1.76.9\"\n", "cargo::nonsense"},
		{"young", "rust-version = \"1.77\"\n", "cargo::rustc-cfg=x"},
		{"none1", "", "cargo::rustc-cfg"},
		{"none2", "", "cargo::metadata=a"},
		{"none3", "", "cargo:a"},
		{"none4", "", "cargo:rustc-cfg"},
		{"unknown", "", "cargo::what=ever"},
		{"free", "", "cargo:what=ever=it is  \ncargo:rustc-what=x\ncargo:error=free\ncargo: sp = v "},
		{"spaces", "", "  cargo:rustc-cfg=a=\"b c\"  \n\tcargo::rustc-cfg= d\t\r\n cargo:rustc-env=A= v \ncargo:rustc-env=B=\ncargo:rustc-env=C=x=y"},
		{"flags", "", "cargo:rustc-flags=-l a -lb -L /x -L/y\t-L  native=/z"},
		{"flags1", "", "cargo:rustc-flags=-l"},
		{"flags2", "", "cargo:rustc-flags=-l a -C opt-level=3"},
		{"flags3", "", "cargo:rustc-flags="},
		{"env1", "", "cargo:rustc-env=A"},
		{"boot1", "", "cargo:rustc-env=RUSTC_BOOTSTRAP=1"},
		{"bins", "", "cargo:rustc-link-arg-bins=x"},
		{"bin1", "", "cargo:rustc-link-arg-bin=x"},
		{"bin2", "", "cargo:rustc-link-arg-bin=x=y"},
		{"tests", "", "cargo::rustc-link-arg-tests=x"},
		{"benches", "", "cargo::rustc-link-arg-benches=x"},
		{"examples", "", "cargo::rustc-link-arg-examples=x"},
		{"cdylib", "", "cargo::rustc-cdylib-link-arg=x\ncargo:rustc-link-arg-cdylib=y"},
		{"bytes", "", "\xff\xfe\ncargo:rustc-cfg=\xff\ncargo:rustc-cfg=ok\n"},
		{"errors", "", "cargo::warning=w\ncargo::error=e"},
		{"late", "", " cargo::error=e"},
		{"search", "", "cargo:rustc-link-search=/usr\ncargo:rustc-link-search=native=$OUT_DIR/x\ncargo:rustc-link-search=all=$OUT_DIR-not\ncargo:rustc-link-search=bad=$OUT_DIR\ncargo:rustc-link-search=$OUT_DIR"},
	} {
		dir := "p/" + p.name
		w.write(dir+"/Cargo.toml", "[package]\nname = \""+p.name+"\"\nversion = \"0.1.0\"\nedition = \"2015\"\n"+p.rest+"[lib]\n[features]\n")
		w.write(dir+"/src/lib.rs", "")
		w.write(dir+"/build.rs", "")
		w.write(dir+"/"+fakerustc.SaidFile, p.said)
		w.write("Cargo.toml", "[workspace]\nresolver = \"2\"\nmembers = [\""+dir+"\"]\n")
		refusal := w.refusal(dir, p.said)
		if refusal == "" {
			w.compare(commandLine{line: "build -p " + p.name})
			continue
		}
		got := w.cargo.Try(w.root, w.env, "build", "--offline", "-p", p.name)
		if _, err := w.fake.Calls(); err != nil {
			t.Fatal(err)
		}
		first, _, _ := strings.Cut(refusal, "\n")
		first = strings.TrimSuffix(first, "-l") // stock leaves out which flag it was
		if got.Code != 101 || !strings.Contains(got.Stderr, "error: "+first) {
			t.Errorf("%s: we say %q, stock (exit %d)\n%s", p.name, refusal, got.Code, got.Stderr)
		}
	}
}

// refusal is what we say of a text that is not taken, empty where it is.
func (w *world) refusal(dir, said string) string {
	w.Helper()
	if messages, failed := buildscript.Logged([]byte(said)); failed {
		last := messages[len(messages)-1]
		return fmt.Sprintf("%s@0.1.0: %s", filepath.Base(dir), last.Text)
	}
	m := w.plan([]string{"build", "-p", filepath.Base(dir)}, w.env)
	if _, err := buildscript.Parse([]byte(said), buildscript.Script{Package: m.compiler.Graph.Roots[0].Package, OutDir: "/out"}); err != nil {
		return err.Error()
	}
	return ""
}

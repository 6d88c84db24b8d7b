package cfgexpr

import (
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"berth/internal/testkit/stock"
)

// accepted and refused are compared with stock Cargo: what it prints for each, and that it refuses.
func accepted() []string {
	return []string{
		"x86_64-unknown-linux-gnu", "thumbv8m.base-none-eabi", "a_b", "日本", "²", "foo.json", "cfg", "cfg-x",
		"cfg(unix)", "cfg( unix )", `cfg(target_os="linux")`, `cfg(target_os = "")`, `cfg(x = "a b'c\n")`, `cfg(x="日本")`,
		"cfg(all())", "cfg(any())", "cfg(all(a))", "cfg(all(a,))", "cfg(all(a , b,c ))", "cfg(any(a, all(b, not(c))))", "cfg(not(not(a)))",
		"cfg(true)", "cfg(false)", "cfg(not(true))", "cfg(r#true)", "cfg(r#false)", `cfg(true = "x")`, `cfg(r#true = "x")`,
		"cfg(r#all)", "cfg(r#unix)", `cfg(r#x="y")`, "cfg(r)", "cfg(rx)", `cfg(r = "x")`, "cfg(_)", "cfg(_9)", "cfg(allx)", "cfg(nota)",
		`cfg(feature = "x")`, "cfg(test)", "cfg(debug_assertions)",
	}
}

func refused() []string {
	return []string{
		"a b", "a/b", "!a", "any(cfg(unix), cfg(windows))", "cfg (unix)", " cfg(unix)", "cfg(unix) ", "cfg(unix",
		"cfg()", "cfg( )", "cfg(\tunix)", "cfg(7)", "cfg(=)", "cfg(,)", "cfg(()", "cfg(a b)", "cfg(a,)", "cfg(a, b)", "cfg(a = )", "cfg(a = b)", `cfg(a = ")`, `cfg("a")`,
		"cfg(all)", "cfg(all(a)", "cfg(all(,))", "cfg(all(a,,))", "cfg(all(a b))", "cfg(not)", "cfg(not())", "cfg(not(a, b))", "cfg(not(a,))", "cfg(foo(a))", `cfg(all = "x")`,
		"cfg(r#)", "cfg(r# a)", "cfg(r #a)", `cfg(r#"a")`, "cfg(a-b)", "cfg(a.b)", "cfg(ä)", "cfg(unix))", "cfg(cfg(unix))", "cfg(a = 'x')",
	}
}

func TestStockPrintsTheSame(t *testing.T) {
	cargo := stock.NewCargo(t)
	dir := t.TempDir()
	printed := metadataTargets(t, cargo, dir, accepted())
	for i, text := range accepted() {
		p, err := Parse(text)
		if err != nil {
			t.Errorf("%v, and stock reads it as %s", err, printed[i])
			continue
		}
		if p.String() != printed[i] {
			t.Errorf("%s is printed as %s, by stock as %s", text, p, printed[i])
		}
	}
}

func TestStockRefusesTheSame(t *testing.T) {
	cargo := stock.NewCargo(t)
	dir := t.TempDir()
	for _, text := range refused() {
		writeManifest(t, dir, []string{text})
		if r := cargo.Try(dir, nil, "metadata", "--no-deps", "--format-version=1", "--offline"); r.Code == 0 {
			t.Errorf("stock accepts %s", text)
		}
		if p, err := Parse(text); err == nil {
			t.Errorf("%s is read as %s", text, p)
		}
	}
}

// metadataTargets has stock Cargo read each text as the key of a target table, and returns how it prints them.
func metadataTargets(t *testing.T, cargo *stock.Cargo, dir string, texts []string) []string {
	t.Helper()
	writeManifest(t, dir, texts)
	var metadata struct {
		Packages []struct {
			Dependencies []struct{ Name, Target string }
		}
	}
	if err := json.Unmarshal([]byte(cargo.Run(dir, "metadata", "--no-deps", "--format-version=1", "--offline")), &metadata); err != nil {
		t.Fatal(err)
	}
	printed := make([]string, len(texts))
	for _, d := range metadata.Packages[0].Dependencies {
		var i int
		if _, err := fmt.Sscanf(d.Name, "d%d", &i); err != nil {
			t.Fatal(err)
		}
		printed[i] = d.Target
	}
	return printed
}

func writeManifest(t *testing.T, dir string, texts []string) {
	t.Helper()
	var b strings.Builder
	b.WriteString("[package]\nname = \"a\"\nversion = \"0.1.0\"\nedition = \"2021\"\n[lib]\npath = \"lib.rs\"\n")
	for i, text := range texts {
		key, err := json.Marshal(text) // a basic string of TOML has the same escapes
		if err != nil {
			t.Fatal(err)
		}
		fmt.Fprintf(&b, "[target.%s.dependencies]\nd%d = \"1\"\n", key, i)
	}
	for name, text := range map[string]string{"Cargo.toml": b.String(), "lib.rs": ""} {
		if err := os.WriteFile(filepath.Join(dir, name), []byte(text), 0o644); err != nil {
			t.Fatal(err)
		}
	}
}

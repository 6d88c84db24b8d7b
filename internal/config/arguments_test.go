package config

import (
	"strings"
	"testing"

	"berth/internal/testkit/stock"
)

// TestArgumentsAsStock: what --config takes and what it refuses.
func TestArgumentsAsStock(t *testing.T) {
	cargo := stock.NewCargo(t)
	dir := t.TempDir()
	for _, arg := range []string{
		"a=1", " a . b = 1 ", "a.\"b\".'c'=true", "a.\"=\".'='=true", "a.\"#\"=1", "a='#'", "a=[1, # c\n2]", "a=[{b=1}]", "\na=1", "a=1\n", "a=1\n\n# c", "a=1\r\n", "a=\"\"\"\nx\"\"\"",
		"a=1 # c", "# c\na=1", "# c\na.b=1", "a=1\nb=2", "a.b=1\na.c=2", "[a]\nb=1", "[a.b]\nc=1", "[[a]]\nb=1", "[[a.b]]\nc=1", "[a]", "[a.b]", "[[a]]", "a={}", "a={b=1}", "a.b={c=1}",
		"", " ", "# c", "a", "a=", "=1", "a=b", "a.=1", "a=1.5", "a=1979-05-27", "a=[1.5]", "gone.toml",
		"registry.token='x'", "registry.secret-key='x'", "registries.a.token='x'", "registries.a.secret-key='x'", "registries.a.index='x'", "registry.tokens='x'",
		"registry='x'", "registries=1", "registries.token='x'",
	} {
		want := cargo.Try(dir, []string{"RUSTC_BOOTSTRAP=1"}, "-Zunstable-options", "--config", arg, "config", "get")
		_, err := Load(Options{Dir: dir, Home: cargo.Home, Args: []string{arg}, Files: Disk{}})
		if (want.Code == 0) != (err == nil) {
			t.Errorf("--config %q: %v\nstock: %s", arg, err, want.Stderr)
		}
		if err != nil && strings.Contains(arg, "'x'") && strings.Contains(err.Error(), "'x'") {
			t.Errorf("--config %q: the secret is in %v", arg, err)
		}
	}
}

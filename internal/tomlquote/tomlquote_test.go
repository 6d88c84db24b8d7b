package tomlquote

import (
	"testing"

	"github.com/pelletier/go-toml/v2"
)

// TestForms: each form where it is the first that fits. The expected text is what stock Cargo 1.95 made of such values.
func TestForms(t *testing.T) {
	for _, c := range []struct{ text, key, value string }{
		{"", `""`, `""`},
		{"plain-1_", "plain-1_", `"plain-1_"`},
		{"a.b", `"a.b"`, `"a.b"`},
		{"'single'", `"'single'"`, `"'single'"`},
		{`x\y`, `'x\y'`, `'x\y'`},
		{`we"ird`, `'we"ird'`, `'we"ird'`},
		{`a'"b`, `"a'\"b"`, `"""a'"b"""`},
		{"a\"b'c\nd", `"a\"b'c\nd"`, "\"\"\"\na\"b'c\nd\"\"\""},
		{"é\x01", "\"é\\u0001\"", "\"é\\u0001\""},
	} {
		if got := string(AppendKey(nil, c.text)); got != c.key {
			t.Errorf("key %q: %s, expected %s", c.text, got, c.key)
		}
		if got := string(AppendValue(nil, c.text)); got != c.value {
			t.Errorf("value %q: %s, expected %s", c.text, got, c.value)
		}
	}
}

// FuzzReadBack: whatever the form, a TOML parser reads the same text.
func FuzzReadBack(f *testing.F) {
	for _, s := range []string{"", "a b", `x\y"`, "n\nx'''\"\"\"", "\r\n", "\"\"\"\"", "a\x00b", "\n\\\"\"\""} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		doc := append(AppendValue(append(AppendKey(nil, s), " = "...), s), '\n')
		var back map[string]string
		if err := toml.Unmarshal(doc, &back); err != nil {
			if string([]rune(s)) != s {
				return // not UTF-8
			}
			t.Fatalf("%q: %v", doc, err)
		}
		if len(back) != 1 || back[s] != s {
			t.Fatalf("%q is read as %q", s, back)
		}
	})
}

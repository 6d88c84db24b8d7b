package glob

import (
	"strings"
	"testing"
)

func TestPatterns(t *testing.T) {
	for _, c := range []struct {
		pattern, name string
		want          bool
	}{
		{"*", "", true}, {"*", ".x", true}, {"a*c", "abbc", true}, {"a*c", "abbd", false}, {"?", "é", true}, {"?", "", false},
		{"[ab]", "b", true}, {"[!ab]", "b", false}, {"[a-c]x", "bx", true}, {"[]]", "]", true}, {"[-a]", "-", true}, {"a[*]", "a*", true},
		{"é*", "éa", true}, {"a", "ab", false}, {"**", "x", true},
		{"*ab", "aab", true}, {"*a*b", "xaxbxb", true}, {"*[!b]", "ab", false}, {"", "", true}, {"", "a", false}, {"a*", "a", true},
		{strings.Repeat("a*", 30) + "b", strings.Repeat("a", 1000), false}, // not each way to share the characters is tried
	} {
		if got := Fits(c.pattern, c.name); got != c.want {
			t.Errorf("%q fits %q: %v", c.pattern, c.name, got)
		}
	}
}

func FuzzPatterns(f *testing.F) {
	f.Add("a*[b-d]?", "axcd")
	f.Fuzz(func(t *testing.T, pattern, name string) {
		if Check(pattern) != nil {
			return
		}
		Fits(pattern, name)
		if !strings.ContainsAny(pattern, "*?[") && Fits(pattern, name) != (pattern == name) {
			t.Fatalf("%q and %q", pattern, name)
		}
	})
}

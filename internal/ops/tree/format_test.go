package tree

import (
	"testing"
)

func FuzzFormat(f *testing.F) {
	for _, seed := range []string{"{p}", "{p} {f}{{}}", "{", "}", "{p", "{é1}", "\xff{\xff}"} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, format string) {
		chunks, err := parseFormat(format)
		if err != nil && chunks != nil {
			t.Errorf("%q: chunks and an error", format)
		}
	})
}

func TestParseDepth(t *testing.T) {
	for text, want := range map[string]int{"": -1, "0": 0, "3": 3, "workspace": -1} {
		if got, _, err := ParseDepth(text); got != want || err != nil {
			t.Errorf("%q is %d (%v), expected %d", text, got, err, want)
		}
	}
	for _, text := range []string{"-1", "x", "99999999999"} {
		if _, _, err := ParseDepth(text); err == nil {
			t.Errorf("%q passes", text)
		}
	}
}

package ui

import (
	"strings"
	"testing"
)

// FuzzClean: no control character gets through, nothing else is changed.
func FuzzClean(f *testing.F) {
	for _, seed := range []string{"plain", "\x1b[31mred\x1b[0m", "\x1b[", "\x1b[1;", "\r\n\r", "\xff\x9b\u009b", "\x1b\x1b[m"} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, text string) {
		got := clean(text)
		if strings.ContainsFunc(got, isControl) {
			t.Errorf("%q became %q", text, got)
		}
		if !strings.ContainsFunc(text, isControl) && got != text {
			t.Errorf("%q was changed to %q", text, got)
		}
		if painted := (pen{on: true}).filter(text); clean(painted) != got {
			t.Errorf("%q: with colours %q, without %q", text, painted, got)
		}
	})
}

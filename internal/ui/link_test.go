package ui

import (
	"bytes"
	"strings"
	"testing"
)

func TestStatusLink(t *testing.T) {
	yes, no := true, false
	for _, c := range []struct {
		env    string
		wanted *bool
		links  bool
	}{
		{"TERM=xterm", nil, false}, {"TERM=xterm", &yes, true}, {"TERM_PROGRAM=WezTerm", &no, false},
		{"TERM_PROGRAM=WezTerm", nil, true}, {"TERM_PROGRAM=iTerm.app", nil, false}, {"TERM=alacritty", nil, true},
		{"VTE_VERSION=5000", nil, true}, {"VTE_VERSION=4999", nil, false}, {"KONSOLE_VERSION=", nil, true},
		{"FORCE_HYPERLINK=", nil, true}, {"FORCE_HYPERLINK=0 ", nil, false},
	} {
		for color, coloured := range map[string]bool{"always": true, "never": false} {
			var out bytes.Buffer
			name, value, _ := strings.Cut(c.env, "=")
			u := New(Config{Stderr: &out, Style: Cargo, Color: color, Links: c.wanted, Getenv: func(n string) (string, bool) { return value, n == name }})
			u.StatusLink("Saved", "to ", Link{"a\x1bb", "file://host/a"}, "!")
			plain := "to a?b!\n"
			if c.links && coloured {
				plain = "to \x1b]8;;file://host/a\x1b\\a?b\x1b]8;;\x1b\\!\n"
			}
			if got := out.String(); !strings.HasSuffix(got, plain) {
				t.Errorf("%s, %s: %q", c.env, color, got)
			}
		}
	}
	if to := FileLink("/a b/c%"); to.Text != "/a b/c%" || !strings.HasPrefix(to.Address, "file://") || !strings.HasSuffix(to.Address, "/a%20b/c%25") {
		t.Errorf("%q", to)
	}
}

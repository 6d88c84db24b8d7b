package ui

import (
	"bytes"
	"strings"
	"testing"
	"time"
)

// told is a terminal that is heard only.
type told struct{ bytes.Buffer }

func (*told) TerminalSize() (columns, rows int) { return 80, 24 }

// tabs are the states that a tab was told.
func (s *told) tabs() (states []string) {
	for _, part := range strings.Split(s.String(), "\x1b]9;4;")[1:] {
		state, _, _ := strings.Cut(part, "\x1b\\")
		states = append(states, state)
	}
	return states
}

func TestTab(t *testing.T) {
	yes, no := true, false
	for _, c := range []struct {
		env    string
		wanted *bool
		want   string
	}{
		{"TERM_PROGRAM=ghostty", nil, "1;0 1;25 2;50 0;0"},
		{"TERM_PROGRAM=WezTerm", nil, "1;0 1;25 2;50 0;0"},
		{"WT_SESSION=1", nil, "1;0 1;25 2;50 0;0"},
		{"ConEmuANSI=ON", nil, "1;0 1;25 2;50 0;0"},
		{"ConEmuANSI=OFF", nil, ""},
		{"TERM_PROGRAM=vscode", nil, ""},
		{"TERM_PROGRAM=vscode", &yes, "1;0 1;25 2;50 0;0"},
		{"TERM_PROGRAM=ghostty", &no, ""},
	} {
		s, clock := &told{}, newClock()
		u := New(Config{Stderr: s, Style: Cargo, Getenv: environment(c.env, "TERM=xterm"), Tab: c.wanted, clock: clock})
		b := u.Bar("Building")
		draw := func() {
			clock.pass(time.Second)
			u.frame()
		}
		b.Set(0, 4, false, "a")
		draw()
		draw()
		b.Set(1, 4, false, "b")
		draw()
		b.Set(2, 4, true, "b")
		draw()
		b.Done()
		if got := strings.Join(s.tabs(), " "); got != c.want {
			t.Errorf("%s: %q, expected %q", c.env, got, c.want)
		}
		_ = u.Close()
	}
}

func TestTabOfITerm(t *testing.T) {
	for features, want := range map[string]bool{"MBT2ScP": true, "P": true, "PM": true, "MPo": false, "PoP": true, "MBT2Sc": false, "P2": false, "": false} {
		env := environ{lookup: environment("TERM_PROGRAM=iTerm.app", "TERM_FEATURES="+features)}
		if got := env.showsTab(nil, true); got != want {
			t.Errorf("%q: %v", features, got)
		}
	}
}

package ui

import (
	"errors"
	"fmt"
	"strings"
	"testing"
)

type hinted struct{ text, hint string }

func (h hinted) Error() string { return h.text }
func (h hinted) Hint() string  { return h.hint }

type headed struct {
	text  string
	cause error
}

func (h headed) Error() string    { return h.text + ": " + h.cause.Error() }
func (h headed) Headline() string { return h.text }
func (h headed) Unwrap() error    { return h.cause }

func TestReport(t *testing.T) {
	install := hinted{"toolchain 'x' is not installed", "run `rustup toolchain install x` to install it"}
	both := errors.Join(errors.New("a: no route"), errors.New("b: refused"))
	tests := []struct {
		name  string
		style Style
		err   error
		want  string
	}{
		{"nothing", Rustup, nil, ""},
		{"chain", Rustup, fmt.Errorf("could not update: %w", errors.New("no route")), "error: could not update: no route\n"},
		{"hint", Rustup, fmt.Errorf("cannot run: %w", install),
			"error: cannot run: toolchain 'x' is not installed\nhelp: run `rustup toolchain install x` to install it\n"},
		{"hint of Cargo", Cargo, install,
			"error: toolchain 'x' is not installed\n\nhelp: run `rustup toolchain install x` to install it\n"},
		{"hints once", Rustup, errors.Join(install, fmt.Errorf("again: %w", install)),
			"error: toolchain 'x' is not installed\nerror: again: toolchain 'x' is not installed\n" +
				"help: run `rustup toolchain install x` to install it\n"},
		{"hint in the message", Rustup, fmt.Errorf("a: %w; %s", install, install.hint),
			"error: a: toolchain 'x' is not installed; run `rustup toolchain install x` to install it\n"},
		{"a file of zeros", Rustup, fmt.Errorf("line 1: name '%s'; correct it", make([]byte, 1<<20)),
			"error: line 1: name '" + strings.Repeat("?", 1<<10-len("line 1: name '")) + " [… 1047067 bytes …] " + strings.Repeat("?", 512-len("'; correct it")) + "'; correct it\n"},
		{"note", Rustup, hinted{"no", "note: this is a custom toolchain\nbuild it again"},
			"error: no\nnote: this is a custom toolchain\nhelp: build it again\n"},
		{"empty hint", Rustup, hinted{"no", ""}, "error: no\n"},
		{"joined", Rustup, fmt.Errorf("could not update: %w", both),
			"error: could not update\n\nCaused by:\n    0: a: no route\n    1: b: refused\n"},
		{"joined deep down", Rustup, fmt.Errorf("x: %w", fmt.Errorf("y: %w", errors.Join(fmt.Errorf("z: %w", both), errors.New("two\nlines")))),
			"error: x: y\n\nCaused by:\n    0: z\n       0: a: no route\n       1: b: refused\n    1: two\n       lines\n"},
		{"join of one", Rustup, fmt.Errorf("x: %w", errors.Join(install)),
			"error: x: toolchain 'x' is not installed\nhelp: run `rustup toolchain install x` to install it\n"},
		{"sentence of two", Rustup, fmt.Errorf("%w, and so %w", errors.New("a"), errors.New("b")), "error: a, and so b\n"},
		{"joined in mid-sentence", Rustup, fmt.Errorf("x (%w) failed", both), "error: x (a: no route\nb: refused) failed\n"},
		{"causes", Cargo, fmt.Errorf("so: %w", headed{"a\nb", headed{"c", fmt.Errorf("d: %w", install)}}),
			"error: so: a\nb\n\nCaused by:\n  c\n\nCaused by:\n  d: toolchain 'x' is not installed\n\nhelp: run `rustup toolchain install x` to install it\n"},
		{"a cause of two lines", Rustup, headed{"a", errors.New("b\nc")}, "error: a\n\nCaused by:\n  b\n  c\n"},
		{"a cause with an empty line", Rustup, headed{"a", errors.New("b\n\nc")}, "error: a\n\nCaused by:\n  b\n\n  c\n"},
		{"causes that were joined", Rustup, headed{"a", fmt.Errorf("b: %w", both)}, "error: a: b\n\nCaused by:\n    0: a: no route\n    1: b: refused\n"},
		{"a cause in mid-sentence", Rustup, fmt.Errorf("%w, so it ends", headed{"a", errors.New("b")}), "error: a: b, so it ends\n"},
		{"credentials", Rustup, hinted{"get https://u:p@h/", "open https://u:p@h/?token=1"}, "error: get https://h/\nhelp: open https://h/?token=***\n"},
	}
	for _, test := range tests {
		if got := speak(t, Config{Style: test.style, Quiet: true}, func(u *UI) { u.Report(test.err) }); got != test.want {
			t.Errorf("%s:\n%s\nwant\n%s", test.name, got, test.want)
		}
	}
}

func TestReportIsNeverHidden(t *testing.T) {
	got := speak(t, Config{Getenv: environment("RUSTUP_LOG=off")}, func(u *UI) { u.Report(errors.New("no")) })
	if want := "2026-03-05T12:00:00.000000Z ERROR berth: no\n"; got != want {
		t.Errorf("got %q, want %q", got, want)
	}
}

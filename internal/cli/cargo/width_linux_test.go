package cargo_test

import (
	"os/exec"
	"regexp"
	"slices"
	"strings"
	"testing"

	"berth/internal/testkit/pty"
)

// Compilers are told how wide the terminal is, as by stock; who has a terminal of another width makes nothing anew.
func TestCompilersKnowTheWidth(t *testing.T) {
	t.Parallel()
	p := newPair(t)
	p.pkg(".", "p", "0.1.0", "")
	p.write("src/lib.rs", "#![no_std]\n") // less for rustdoc
	width := regexp.MustCompile(`--diagnostic-width=\d+`)
	calls := func(cmd *exec.Cmd, columns int) []string {
		terminal := pty.New(t, columns)
		cmd.Stderr = terminal.File
		if err := cmd.Run(); err != nil {
			t.Fatal(err, terminal.Shown())
		}
		var found []string
		for line := range strings.Lines(terminal.Shown()) {
			if strings.Contains(line, "Running") {
				found = append(found, width.FindString(line))
			}
		}
		return found
	}
	theirs := exec.CommandContext(t.Context(), p.theirs.Path(), "doc", "-v")
	theirs.Dir, theirs.Env = p.dir, p.theirs.Env(p.asRustup([]string{"CARGO_TARGET_DIR=" + p.dir + "/theirs"})...)
	want := calls(theirs, 97)
	if got := calls(p.command("cargo", nil, "doc", "-v"), 97); !slices.Equal(got, want) || !slices.Equal(want, []string{"--diagnostic-width=97"}) {
		t.Errorf("%q, stock %q", got, want)
	}
	for _, c := range []struct {
		columns int
		want    []string
	}{{60, []string{"--diagnostic-width=60"}}, {80, nil}, {0, nil}} {
		if got := calls(p.command("cargo", nil, "build", "-v"), c.columns); !slices.Equal(got, c.want) {
			t.Errorf("%d columns: %q, expected %q", c.columns, got, c.want)
		}
	}
	r := p.berth(nil, "check", "-v")
	if r.Code != 0 || !strings.Contains(r.Stderr, "--crate-name p") || width.MatchString(r.Stderr) {
		t.Errorf("without a terminal: %+v", r)
	}
}

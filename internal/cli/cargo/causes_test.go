package cargo_test

import (
	"fmt"
	"regexp"
	"strings"
	"testing"

	"berth/internal/testkit/stock"
)

// A compiler that fails is shown with its call where what it said does not tell why: it named no error, or crashed.
func TestCausesOfFailuresBesideStock(t *testing.T) {
	t.Parallel()
	p := newPair(t)
	p.pkg(".", "p", "0.1.0", "")
	failing := func(code int, says string) string {
		return p.write(fmt.Sprintf("ends%d%d", code, len(says)), fmt.Sprintf("#!/bin/sh\ncase \"$*\" in *'crate-name p '*) echo '%s' >&2; exit %d ;; esac\nexec \"$@\"\n", says, code))
	}
	const diagnostic = `{"$message_type":"diagnostic","message":"m","code":null,"level":"error","spans":[],"children":[],"rendered":"error: m"}`
	call := regexp.MustCompile("`[^`]*`")
	words := func(r stock.Result) (lines []string) {
		for line := range strings.Lines(r.Stderr) {
			lines = append(lines, call.ReplaceAllString(line, "``"))
		}
		return lines
	}
	rustdoc := "RUSTDOC=" + p.write("rustdoc", "#!/bin/sh\ncase \"$*\" in *'crate-name p '*) exit 1 ;; esac\nexec rustdoc \"$@\"\n")
	theirs, ours := p.stock([]string{rustdoc}, "doc"), p.berth([]string{rustdoc}, "doc")
	if want, got := strings.Join(words(theirs), ""), strings.Join(words(ours), ""); want != got || theirs.Code != 101 {
		t.Errorf("rustdoc that says nothing\nstock: %s\nberth: %s", want, got)
	}
	for _, says := range []string{"", "plain text", diagnostic} {
		for _, code := range []int{1, 101, 127, 128} {
			wrapper := "RUSTC_WRAPPER=" + failing(code, says)
			theirs, ours := p.stock([]string{wrapper}, "check"), p.berth([]string{wrapper}, "check")
			if want, got := strings.Join(words(theirs), ""), strings.Join(words(ours), ""); want != got || theirs.Code != ours.Code {
				t.Errorf("a compiler that says %q and ends with %d\nstock: %s\nberth: %s", says, code, want, got)
			}
		}
	}
}

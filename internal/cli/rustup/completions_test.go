package rustup_test

import (
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
)

// TestCompletionsParse: every shell that is on this machine takes its script.
func TestCompletionsParse(t *testing.T) {
	t.Parallel()
	p := newPair(t)
	for shell, check := range map[string][]string{
		"bash": {"-n"}, "zsh": {"-f", "-n"}, "fish": {"-n"}, "elvish": {"-compileonly"}, "powershell": nil,
	} {
		r := p.berth.run(nil, "completions", shell)
		if r.Code != 0 || !strings.Contains(r.Stdout, "active-toolchain") {
			t.Errorf("%s: %+v", shell, r)
		}
		if _, err := exec.LookPath(shell); err != nil || check == nil || shell == "elvish" {
			continue // elvish compiles what speaks of its editor on a terminal only
		}
		script := filepath.Join(t.TempDir(), "script")
		if err := os.WriteFile(script, []byte(r.Stdout), 0o644); err != nil {
			t.Fatal(err)
		}
		if out, err := exec.Command(shell, append(check, script)...).CombinedOutput(); err != nil {
			t.Errorf("%s: %v\n%s", shell, err, out)
		}
	}
}

func TestCompletionsBesideStock(t *testing.T) {
	t.Parallel()
	p := newPair(t)
	for _, line := range []string{
		"completions bash cargo", "completions zsh cargo", "completions fish cargo", "completions powershell cargo", "completions elvish cargo", "completions nothing",
	} {
		p.same(t, situation{line: line}, toTheByte)
	}
	r := p.berth.run(nil, "completions")
	if r.Code != 1 || !strings.Contains(r.Stdout, "Usage: rustup completions <SHELL> [COMMAND]") {
		t.Errorf("without a shell: %+v", r)
	}
}

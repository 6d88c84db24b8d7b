package child_test

import (
	"os"
	"os/exec"
	"strings"
	"syscall"
	"testing"

	"berth/internal/testkit/pty"
)

// TestReadingFromTheTerminalFails: a child is in a group of its own, which is not the terminal's; it must not be stopped
// for ever, as nobody would see why nothing goes on.
func TestReadingFromTheTerminalFails(t *testing.T) {
	parent := exec.Command(os.Args[0])
	parent.Env = append(os.Environ(), `CHILD_TEST_SCRIPT=if read -r x </dev/tty; then echo read; else echo refused; fi`)
	parent.Stdin = pty.New(t, 80).File
	parent.SysProcAttr = &syscall.SysProcAttr{Setsid: true, Setctty: true}
	out, err := parent.Output()
	if err != nil || !strings.HasPrefix(string(out), "refused\nexit exit status: 0") {
		t.Errorf("%v: %q", err, out)
	}
}

package child_test

import (
	"fmt"
	"os"
	"os/exec"
	"strings"
	"syscall"
	"testing"

	"golang.org/x/sys/unix"
)

// TestReadingFromTheTerminalFails: a child is in a group of its own, which is not the terminal's; it must not be stopped
// for ever, as nobody would see why nothing goes on.
func TestReadingFromTheTerminalFails(t *testing.T) {
	master, err := os.OpenFile("/dev/ptmx", os.O_RDWR|unix.O_NOCTTY, 0)
	if err != nil {
		t.Fatal(err)
	}
	defer master.Close()
	if err := unix.IoctlSetPointerInt(int(master.Fd()), unix.TIOCSPTLCK, 0); err != nil {
		t.Fatal(err)
	}
	number, err := unix.IoctlGetInt(int(master.Fd()), unix.TIOCGPTN)
	if err != nil {
		t.Fatal(err)
	}
	terminal, err := os.OpenFile(fmt.Sprintf("/dev/pts/%d", number), os.O_RDWR|unix.O_NOCTTY, 0)
	if err != nil {
		t.Fatal(err)
	}
	defer terminal.Close()
	parent := exec.Command(os.Args[0])
	parent.Env = append(os.Environ(), `CHILD_TEST_SCRIPT=if read -r x </dev/tty; then echo read; else echo refused; fi`)
	parent.Stdin = terminal
	parent.SysProcAttr = &syscall.SysProcAttr{Setsid: true, Setctty: true}
	out, err := parent.Output()
	if err != nil || !strings.HasPrefix(string(out), "refused\nexit exit status: 0") {
		t.Errorf("%v: %q", err, out)
	}
}

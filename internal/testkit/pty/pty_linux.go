package pty

import (
	"errors"
	"fmt"
	"io"
	"os"

	"golang.org/x/sys/unix"
)

// TB is what a test offers.
type TB interface {
	Helper()
	Fatal(args ...any)
	Cleanup(func())
}

// Terminal is a terminal of which nobody sees more than what was shown in the end.
type Terminal struct {
	*os.File // what a program gets
	shown    chan string
}

// New is a terminal of so many columns. The end of the test closes it.
func New(t TB, columns int) *Terminal {
	t.Helper()
	master, err := os.OpenFile("/dev/ptmx", os.O_RDWR|unix.O_NOCTTY, 0)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { master.Close() })
	fd := int(master.Fd())
	number, err := unix.IoctlGetInt(fd, unix.TIOCGPTN)
	err = errors.Join(err, unix.IoctlSetPointerInt(fd, unix.TIOCSPTLCK, 0),
		unix.IoctlSetWinsize(fd, unix.TIOCSWINSZ, &unix.Winsize{Row: 25, Col: uint16(columns)}))
	if err != nil {
		t.Fatal(err)
	}
	file, err := os.OpenFile(fmt.Sprintf("/dev/pts/%d", number), os.O_RDWR|unix.O_NOCTTY, 0)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { file.Close() })
	terminal := &Terminal{file, make(chan string, 1)}
	go func() {
		text, _ := io.ReadAll(master) // ends with an error when nobody has the terminal open any more
		terminal.shown <- string(text)
	}()
	return terminal
}

// Shown is all that programs wrote to the terminal, as soon as the last of them has closed it.
func (t *Terminal) Shown() string {
	t.File.Close()
	return <-t.shown
}

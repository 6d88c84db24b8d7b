package ui

import (
	"io"
	"os"

	"golang.org/x/term"
)

// Terminal is a stream that is a terminal and knows its size in characters; 0 is not known. An *os.File is asked through the
// system whether it is one; other writers are if they have this method.
type Terminal interface {
	TerminalSize() (columns, rows int)
}

func terminalOf(w io.Writer) Terminal {
	switch w := w.(type) {
	case Terminal:
		return w
	case *os.File:
		if fd := int(w.Fd()); term.IsTerminal(fd) && understandsEscapes(w) {
			return fileTerminal(fd)
		}
	}
	return nil
}

// IsTerminal tells whether a stream shows what is written to a person.
func IsTerminal(w io.Writer) bool { return terminalOf(w) != nil }

// Columns is how wide the terminal is that a stream goes to; 0 where it goes to none, or nobody knows.
func Columns(w io.Writer) int {
	t := terminalOf(w)
	if t == nil {
		return 0
	}
	columns, _ := t.TerminalSize()
	return columns
}

type fileTerminal int

func (t fileTerminal) TerminalSize() (columns, rows int) {
	columns, rows, err := term.GetSize(int(t))
	if err != nil {
		return 0, 0
	}
	return columns, rows
}

// fixedTerminal stands for the terminal that will show what is now written to a file, where progress is asked for always.
type fixedTerminal struct{}

func (fixedTerminal) TerminalSize() (columns, rows int) { return 0, 0 }

// size is how much of the terminal may be used. Asked before each drawing: people resize windows.
func (u *UI) size() (columns, rows int) {
	columns, rows = u.term.TerminalSize()
	switch {
	case u.width > 0 && columns > 0:
		columns = min(columns, u.width) // wider than the terminal would wrap and spoil what is above
	case u.width > 0:
		columns = u.width
	case columns <= 0:
		columns = 80
	}
	return columns, rows
}

package ui

import (
	"os"

	"golang.org/x/sys/windows"
)

// termIsRequired: a console has no TERM.
const termIsRequired = false

// understandsEscapes asks the console to interpret escape sequences; older ones refuse and are then treated as files. The mode
// belongs to the console and is left on: other programs on it may have come to rely on it meanwhile.
func understandsEscapes(f *os.File) bool {
	handle := windows.Handle(f.Fd())
	var mode uint32
	if windows.GetConsoleMode(handle, &mode) != nil {
		return false
	}
	const wanted = windows.ENABLE_PROCESSED_OUTPUT | windows.ENABLE_VIRTUAL_TERMINAL_PROCESSING
	return mode&wanted == wanted || windows.SetConsoleMode(handle, mode|wanted) == nil
}

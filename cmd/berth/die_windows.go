package main

import (
	"os"

	"berth/internal/app"
)

// dieBy gives the exit code of a program that Ctrl-C ended
// (STATUS_CONTROL_C_EXIT).
func dieBy(*app.App, os.Signal) int { return -1073741510 }

//go:build !windows

package ui

import "os"

// termIsRequired: without TERM nothing is known about a terminal.
const termIsRequired = true

// understandsEscapes leaves the answer to TERM.
func understandsEscapes(*os.File) bool { return true }

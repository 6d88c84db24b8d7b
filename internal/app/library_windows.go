package app

import (
	"path/filepath"
	"strings"
)

func sameVariable(a, b string) bool { return strings.EqualFold(a, b) }

// PutLibraries lets what is made with the tree's libraries find them, procedural macros above all: the loader looks on
// PATH. The tree comes last there, so that its programs go before no others, unless the user wants it otherwise.
func (e *ChildEnv) PutLibraries(path string) {
	bin := filepath.Join(path, "bin")
	switch e.Get("RUSTUP_WINDOWS_PATH_ADD_BIN") {
	case "0":
	case "1":
		e.PutIfAbsent("PATH", bin)
	default:
		e.PutLastIfAbsent("PATH", bin)
	}
}

package app

import (
	"os"
	"path/filepath"
	"strings"
)

const exeSuffix = ".exe"

func sameVariable(a, b string) bool { return strings.EqualFold(a, b) }

// PutLibraries does nothing unless it was asked for: the libraries lie beside the
// programs, where the loader looks first.
func (e *ChildEnv) PutLibraries(path string) {
	bin := filepath.Join(path, "bin")
	switch e.Get("RUSTUP_WINDOWS_PATH_ADD_BIN") {
	case "1":
		e.PutIfAbsent("PATH", bin)
	case "append":
		e.Set("PATH", e.Get("PATH")+string(os.PathListSeparator)+bin)
	}
}

package toolchain

import (
	"bytes"
	"os"
	"path/filepath"
	"strconv"
	"strings"
)

// stockProcess is a stock rustup that runs on this home, 0 where there is none to
// be seen: other users' processes do not tell what their home is.
func (h *Home) stockProcess() int {
	home, err := h.dir.Stat()
	if err != nil {
		return 0
	}
	self, _ := os.Stat("/proc/self/exe")
	processes, _ := filepath.Glob("/proc/[0-9]*")
	for _, process := range processes {
		if !isStock(process, self) {
			continue
		}
		its, err := os.Stat(homeOf(process))
		if pid, _ := strconv.Atoi(filepath.Base(process)); err == nil && os.SameFile(home, its) {
			return pid
		}
	}
	return 0
}

// isStock goes by the program: berth's is called berth, or is the one that runs here.
func isStock(process string, self os.FileInfo) bool {
	exe := filepath.Join(process, "exe")
	path, err := os.Readlink(exe)
	if err != nil {
		return false
	}
	switch filepath.Base(strings.TrimSuffix(path, " (deleted)")) { // it updates itself as well
	case "rustup", "rustup-init":
	default:
		return false
	}
	program, err := os.Stat(exe)
	return err == nil && (self == nil || program.Size() != self.Size())
}

// homeOf is the RUSTUP_HOME of a process, seen from here.
func homeOf(process string) string {
	environment, _ := os.ReadFile(filepath.Join(process, "environ"))
	var named, user string
	for entry := range bytes.SplitSeq(environment, []byte{0}) {
		name, value, _ := strings.Cut(string(entry), "=")
		switch name {
		case "RUSTUP_HOME":
			named = value
		case "HOME":
			user = value
		}
	}
	switch {
	case named == "":
		return filepath.Join(user, ".rustup")
	case !filepath.IsAbs(named):
		return filepath.Join(process, "cwd", named)
	}
	return named
}

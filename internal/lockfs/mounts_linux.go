package lockfs

import (
	"os"
	"path/filepath"
	"strings"
)

// HasMounts tells whether something is mounted below a directory: whoever renames it takes that along. It does not where the
// kernel does not say.
func (f Filesystem) HasMounts() bool {
	real, err := filepath.EvalSymlinks(f.path)
	if err != nil {
		return false
	}
	mounts, _ := os.ReadFile("/proc/self/mountinfo")
	return isMountedBelow(real, string(mounts))
}

// isMountedBelow looks at the fifth field of each line, where blanks are three octal digits (proc_pid_mountinfo(5)).
func isMountedBelow(dir, mounts string) bool {
	escaped := strings.NewReplacer(`\`, `\134`, " ", `\040`, "\t", `\011`, "\n", `\012`).Replace(dir)
	for line := range strings.Lines(mounts) {
		if fields := strings.Fields(line); len(fields) > 4 && strings.HasPrefix(fields[4], escaped+"/") {
			return true
		}
	}
	return false
}

package rustup

import "strings"

// withExe is a tool's file name.
func withExe(tool string) string {
	if strings.HasSuffix(strings.ToLower(tool), ".exe") {
		return tool
	}
	return tool + ".exe"
}

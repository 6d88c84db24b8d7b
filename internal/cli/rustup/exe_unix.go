//go:build unix

package rustup

// withExe is a tool's file name.
func withExe(tool string) string { return tool }

//go:build unix

package gitconfig

// Home is where git looks for the user's own files.
func Home(getenv func(string) string) string { return getenv("HOME") }

//go:build unix

package shellquote

// Variable sets a variable for the command behind it.
func Variable(name, value string) string { return name + "=" + Word(value) }

func isUnixShell() bool { return true }

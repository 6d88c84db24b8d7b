package shellquote

import "os"

// Variable sets a variable, whatever the shell, and goes on to the command behind it.
func Variable(name, value string) string { return "set " + name + "=" + Word(value) + "&&" }

// isUnixShell: the shells that come with Git for Windows say who they are.
func isUnixShell() bool {
	_, set := os.LookupEnv("MSYSTEM")
	return set
}

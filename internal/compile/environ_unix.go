//go:build unix

package compile

// variableKey is the same for all spellings of one variable.
func variableKey(name string) string { return name }

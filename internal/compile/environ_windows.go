package compile

import "strings"

// variableKey is the same for all spellings of one variable: PATH is mostly called Path here.
func variableKey(name string) string { return strings.ToUpper(name) }

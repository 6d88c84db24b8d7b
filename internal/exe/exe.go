// Package exe knows how programs are called on this system.
package exe

import "strings"

// Named is the file name of a program.
func Named(program string) string {
	if strings.HasSuffix(strings.ToLower(program), Suffix) {
		return program
	}
	return program + Suffix
}

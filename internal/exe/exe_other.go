//go:build !windows

package exe

// Suffix is what the names of programs end in.
const Suffix = ""

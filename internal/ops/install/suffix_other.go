//go:build !windows

package install

// Suffix is what the names of programs end in.
const Suffix = ""

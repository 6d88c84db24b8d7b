//go:build !windows

package archive

const strictWindowsNames = false

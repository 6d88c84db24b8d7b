//go:build unix

package newpkg

const notInPathList = ":"

func isSeparator(c byte) bool { return c == '/' }

//go:build unix

package crate

func fromSlash(p string) string { return p }

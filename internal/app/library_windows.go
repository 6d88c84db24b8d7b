package app

import "strings"

const (
	exeSuffix           = ".exe"
	libraryPathVariable = "PATH"
	librariesIn         = "bin"
)

func libraryPathDefault(func(string) string) []string { return nil }

func sameVariable(a, b string) bool { return strings.EqualFold(a, b) }

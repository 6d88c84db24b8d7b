package app

const (
	exeSuffix           = ""
	libraryPathVariable = "LD_LIBRARY_PATH"
	librariesIn         = "lib"
)

func libraryPathDefault(func(string) string) []string { return nil }

func sameVariable(a, b string) bool { return a == b }

package app

const (
	exeSuffix           = ""
	libraryPathVariable = "DYLD_FALLBACK_LIBRARY_PATH"
	librariesIn         = "lib"
)

// libraryPathDefault is what the loader takes where the variable is unset.
func libraryPathDefault(getenv func(string) string) []string {
	defaults := []string{"/usr/local/lib", "/usr/lib"}
	if home := getenv("HOME"); home != "" {
		defaults = append([]string{home + "/lib"}, defaults...)
	}
	return defaults
}

func sameVariable(a, b string) bool { return a == b }

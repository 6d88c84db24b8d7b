package build

func programSuffixes() []string { return []string{""} }

// libcPatterns: the library of C comes with the system, whose version this file states.
func libcPatterns() []string { return []string{"/System/Library/CoreServices/SystemVersion.plist"} }

package build

func programSuffixes() []string { return []string{""} }

// libcFiles: the library of C comes with the system, whose version this file states.
func libcFiles() []string { return []string{"/System/Library/CoreServices/SystemVersion.plist"} }

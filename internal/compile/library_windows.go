package compile

// libraryPath is where the loader looks for dynamic libraries.
const libraryPath = "PATH"

// defaultLibraryDirs are lost where the variable is set, and so have to be named: none here.
func defaultLibraryDirs(string) []string { return nil }

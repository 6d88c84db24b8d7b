package rustc

import "os"

// fileNumber: the number would take a handle; path, size and time have to do.
func fileNumber(os.FileInfo) string { return "" }

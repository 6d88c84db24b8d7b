package build

func programSuffixes() []string { return []string{".exe", ".bat", ".cmd", ""} }

// libcFiles: programs bring their library of C along, or use one that never changes what it offers.
func libcFiles() []string { return nil }

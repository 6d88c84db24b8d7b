package build

func programSuffixes() []string { return []string{""} }

// libcPatterns are where the loader of programs lies, and with it the library of C.
func libcPatterns() []string {
	return []string{"/lib/*/libc.so.6", "/lib64/libc.so.6", "/usr/lib/libc.so.6", "/lib/ld-musl-*.so.1"}
}

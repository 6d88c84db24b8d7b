package crate

import (
	"path/filepath"
	"strings"
)

// fromSlash turns /C:/dir into C:\dir.
func fromSlash(p string) string { return filepath.FromSlash(strings.TrimPrefix(p, "/")) }

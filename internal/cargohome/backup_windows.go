package cargohome

import "golang.org/x/sys/windows"

// excludeFromBackups also keeps the search index away.
func excludeFromBackups(dir string) {
	writeTag(dir)
	name, err := windows.UTF16PtrFromString(dir)
	if err != nil {
		return
	}
	if attributes, err := windows.GetFileAttributes(name); err == nil {
		windows.SetFileAttributes(name, attributes|windows.FILE_ATTRIBUTE_NOT_CONTENT_INDEXED)
	}
}

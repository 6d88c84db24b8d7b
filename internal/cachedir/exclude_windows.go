package cachedir

import "golang.org/x/sys/windows"

// exclude keeps the search index away.
func exclude(dir string) {
	name, err := windows.UTF16PtrFromString(dir)
	if err != nil {
		return
	}
	if attributes, err := windows.GetFileAttributes(name); err == nil {
		windows.SetFileAttributes(name, attributes|windows.FILE_ATTRIBUTE_NOT_CONTENT_INDEXED)
	}
}

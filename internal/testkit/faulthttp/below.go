package faulthttp

import (
	"fmt"
	"io/fs"
	"net/http"
	"os"
)

// Below opens a plain file below root; where there is none it answers so, and ok is false.
func Below(w http.ResponseWriter, r *http.Request, root *os.Root, name string) (file *os.File, info fs.FileInfo, ok bool) {
	file, err := root.Open(name)
	if err != nil {
		http.NotFound(w, r)
		return nil, nil, false
	}
	info, err = file.Stat()
	if err != nil || !info.Mode().IsRegular() {
		file.Close()
		http.NotFound(w, r)
		return nil, nil, false
	}
	return file, info, true
}

// ServeBelow is ServeFile for a plain file below root, with a tag of its time and size.
func ServeBelow(w http.ResponseWriter, r *http.Request, root *os.Root, name, contentType string) {
	file, info, ok := Below(w, r, root, name)
	if !ok {
		return
	}
	defer file.Close()
	w.Header().Set("Content-Type", contentType)
	w.Header().Set("ETag", fmt.Sprintf(`"%x-%x"`, info.ModTime().UnixNano(), info.Size()))
	ServeFile(w, r, name, info.ModTime(), file, info.Size())
}

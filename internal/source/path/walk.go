package path

import (
	"fmt"
	"os"
	"path/filepath"
)

// walk lists everything that is wanted at and below dir, links followed.
func (l *lister) walk(dir string, root bool) error {
	info, err := os.Stat(dir)
	if err != nil {
		l.unreadable(dir)
		return nil
	}
	linked := isLink(dir)
	if !root && !l.enters(dir, info, 0) {
		return nil
	}
	if !info.IsDir() {
		l.file(dir, info, linked, linked)
		return nil
	}
	return l.list(dir, root, 0, linked, []os.FileInfo{info})
}

// enters tells whether a file or directory below is looked at.
func (l *lister) enters(path string, info os.FileInfo, depth int) bool {
	if !l.wants(path, info.IsDir()) {
		return false
	}
	if !info.IsDir() {
		return true
	}
	_, err := os.Stat(filepath.Join(path, "Cargo.toml"))
	return err != nil && (depth != 1 || filepath.Base(path) != "target")
}

func (l *lister) list(dir string, root bool, depth int, linked bool, above []os.FileInfo) error {
	entries, err := os.ReadDir(dir)
	if err != nil {
		l.unreadable(dir)
		return nil
	}
	for _, e := range entries {
		path := filepath.Join(dir, e.Name())
		info, err := os.Stat(path)
		if err != nil {
			l.unreadable(path)
			continue
		}
		link := e.Type()&os.ModeSymlink != 0
		if link && info.IsDir() {
			if loop := sameAs(info, above); loop >= 0 {
				l.warnLoop(path)
				continue
			}
		}
		below := 0
		if root {
			below = depth + 1
		}
		if !l.enters(path, info, below) {
			continue
		}
		if !info.IsDir() {
			l.file(path, info, link, linked || link)
			continue
		}
		if err := l.list(path, root, depth+1, linked || link, append(above[:len(above):len(above)], info)); err != nil {
			return err
		}
	}
	return nil
}

func (l *lister) file(path string, info os.FileInfo, link, linked bool) {
	if link || info.Mode().IsRegular() {
		l.add(Entry{Path: path, Links: linked})
	}
}

// unreadable keeps what cannot be looked at: whoever wants to read it will say why.
func (l *lister) unreadable(path string) {
	if l.wants(path, isDir(path)) {
		l.add(Entry{Path: path})
	}
}

func (l *lister) warnLoop(path string) {
	if l.options.Warn != nil {
		l.options.Warn(fmt.Sprintf("%s is a link to a directory that it lies in, so what is behind it is left out", path))
	}
}

func sameAs(info os.FileInfo, above []os.FileInfo) int {
	for i, dir := range above {
		if os.SameFile(info, dir) {
			return i
		}
	}
	return -1
}

func isLink(path string) bool {
	info, err := os.Lstat(path)
	return err == nil && info.Mode()&os.ModeSymlink != 0
}

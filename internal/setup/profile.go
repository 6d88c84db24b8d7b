package setup

import (
	"errors"
	"io/fs"
	"path/filepath"
	"strings"

	"berth/internal/lockfs"
)

// removeLine takes the line out again, once.
func (s *Setup) removeLine(held *lockfs.FileLock, path string, lines []string) error {
	file := lockfs.At(path)
	data, err := file.ReadFile()
	if errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	if err != nil {
		return err
	}
	text := string(data)
	for _, line := range lines {
		text = withoutLine(text, line)
	}
	if text == string(data) {
		return nil
	}
	return held.WriteFile("setup.undo.profile", file, []byte(text))
}

func withoutLine(text, line string) string {
	var b strings.Builder
	removed := false
	for l := range strings.Lines(text) {
		if !removed && strings.TrimSpace(l) == line {
			removed = true
			continue
		}
		b.WriteString(l)
	}
	return b.String()
}

// isEmpty tells whether nothing but white space is left in a file.
func isEmpty(file lockfs.Filesystem) bool {
	data, err := file.ReadFile()
	return err == nil && strings.TrimSpace(string(data)) == ""
}

func below(path, dir string) bool {
	rel, err := filepath.Rel(dir, path)
	return err == nil && filepath.IsLocal(rel)
}

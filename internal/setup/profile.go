package setup

import (
	"errors"
	"io/fs"
	"path/filepath"
	"strings"

	"berth/internal/lockfs"
)

// addLine appends a line to a profile that does not have it.
func (s *Setup) addLine(held *lockfs.FileLock, path, line string) error {
	file := lockfs.At(path)
	data, err := file.ReadFile()
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return err
	}
	text := string(data)
	if hasLine(text, line) {
		return nil
	}
	if add(&s.record.Lines, path) {
		if err := s.writeRecord(held); err != nil {
			return err
		}
	}
	if err := s.willMake(held, file); err != nil {
		return err
	}
	if err == nil && file.Exists() && !strings.HasSuffix(text, "\n") {
		text += "\n"
	}
	s.UI.Infof("adding a line to %s", path)
	return held.WriteFile("setup.profile", file, []byte(text+line+"\n"))
}

func hasLine(text, line string) bool {
	for l := range strings.Lines(text) {
		if strings.TrimSpace(l) == line {
			return true
		}
	}
	return false
}

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

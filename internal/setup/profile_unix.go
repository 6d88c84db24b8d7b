//go:build unix

package setup

import (
	"errors"
	"io/fs"
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

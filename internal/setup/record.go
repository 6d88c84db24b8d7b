package setup

import (
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"path/filepath"
	"slices"

	"berth/internal/exe"
	"berth/internal/lockfs"
)

// record is what Install made, in the order in which it was made: Undo removes
// it and nothing else.
type record struct {
	Dirs  []string `json:"dirs"`
	Files []string `json:"files"`
	Lines []string `json:"lines"` // profiles that got a line
}

func (s *Setup) recordFile() lockfs.Filesystem { return s.own.Join("setup.json") }

func (s *Setup) readRecord() error {
	s.record = &record{}
	data, err := s.recordFile().ReadFile()
	if errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	if err == nil {
		err = json.Unmarshal(data, s.record)
	}
	if err != nil {
		return fmt.Errorf("cannot read what was set up: %s: %w; remove the file, and what is left over by hand", s.recordFile().Display(), err)
	}
	return nil
}

func (s *Setup) writeRecord(held *lockfs.FileLock) error {
	data, err := json.MarshalIndent(s.record, "", "\t")
	if err != nil {
		return err
	}
	return held.WriteFile("setup.record", s.recordFile(), append(data, '\n'))
}

// willMake writes down that a file is about to be made, and the directories that
// are made for it, and makes those. A file that is there is nobody's to record.
func (s *Setup) willMake(held *lockfs.FileLock, file lockfs.Filesystem) error {
	changed := false
	if !file.Exists() {
		changed = add(&s.record.Files, file.Display())
	}
	for dir := file.Join(".."); !dir.Exists(); dir = dir.Join("..") {
		changed = add(&s.record.Dirs, dir.Display()) || changed
	}
	if changed {
		if err := s.writeRecord(held); err != nil {
			return err
		}
	}
	return file.Join("..").MkdirAll()
}

func add(list *[]string, path string) bool {
	path = filepath.Clean(path)
	if slices.Contains(*list, path) {
		return false
	}
	*list = append(*list, path)
	return true
}

// Lost lists the names that Install made and that lead to another rustup now.
func (s *Setup) Lost() (lost []string, err error) {
	if err := s.readRecord(); err != nil {
		return nil, err
	}
	for _, name := range names() {
		if !slices.Contains(s.record.Files, s.named(name).Display()) && !s.replaced().Join(name+exe.Suffix).Exists() {
			continue
		}
		if k := s.kindOf(name); k == foreign || k == follows && s.kindOf("rustup") == foreign {
			lost = append(lost, name)
		}
	}
	return lost, nil
}

package cratekit

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"sync"
)

// Tree is a folder of published versions. Its files are replaced by rename, so a server or a Cargo may read it at any time. Of several
// processes one may write.
type Tree struct {
	Dir string
	mu  sync.Mutex
}

// NewTree makes the folder if it is not there.
func NewTree(dir string) (*Tree, error) {
	if err := os.MkdirAll(filepath.Join(dir, "index"), 0o755); err != nil {
		return nil, fmt.Errorf("make a registry: %w", err)
	}
	return &Tree{Dir: dir}, nil
}

// IndexPath is the path of a crate's file in an index: its name in lower case, below folders made of it.
func IndexPath(name string) string {
	name = strings.ToLower(name)
	return Prefix(name) + "/" + name
}

// Prefix is the folder part of a crate's path in an index, in the case of the name.
func Prefix(name string) string {
	switch {
	case len(name) < 3:
		return fmt.Sprint(len(name))
	case len(name) == 3:
		return "3/" + name[:1]
	}
	return name[:2] + "/" + name[2:4]
}

func (t *Tree) indexFile(name string) string {
	return filepath.Join(t.Dir, "index", filepath.FromSlash(IndexPath(name)))
}

// Publish adds versions, or replaces those that are there.
func (t *Tree) Publish(crates ...Crate) error {
	for _, c := range crates {
		packed, err := c.Pack()
		if err != nil {
			return err
		}
		line, err := c.Line(digest(packed))
		if err != nil {
			return fmt.Errorf("index line of %s: %w", c.dir(), err)
		}
		if err := replaceFile(filepath.Join(t.Dir, c.FileName()), packed); err != nil {
			return err
		}
		if err := t.PublishLine(c.Name, line); err != nil {
			return err
		}
	}
	return nil
}

// PublishLine puts a line into the index file of a crate: in place of the line of the same version, or else at the end. Lines that
// make no sense are welcome.
func (t *Tree) PublishLine(name string, line []byte) error {
	return t.rewrite(name, func(lines [][]byte) [][]byte {
		for i, old := range lines {
			if v := version(line); v != "" && version(old) == v {
				lines[i] = line
				return lines
			}
		}
		return append(lines, line)
	})
}

// Remove takes a version out of the index.
func (t *Tree) Remove(name, vers string) error {
	return t.rewrite(name, func(lines [][]byte) [][]byte {
		var rest [][]byte
		for _, line := range lines {
			if version(line) != vers {
				rest = append(rest, line)
			}
		}
		return rest
	})
}

// Yank sets whether a version is yanked.
func (t *Tree) Yank(name, vers string, yanked bool) error {
	found := false
	err := t.rewrite(name, func(lines [][]byte) [][]byte {
		for i, old := range lines {
			var l line
			if json.Unmarshal(old, &l) != nil || l.Vers != vers {
				continue
			}
			l.Yanked = yanked
			if line, err := marshal(l); err == nil {
				lines[i], found = line, true
			}
		}
		return lines
	})
	if err == nil && !found {
		err = fmt.Errorf("yank %s: there is no version %s", name, vers)
	}
	return err
}

func version(data []byte) string {
	var l struct{ Vers string }
	_ = json.Unmarshal(data, &l)
	return l.Vers
}

func (t *Tree) rewrite(name string, change func([][]byte) [][]byte) error {
	t.mu.Lock()
	defer t.mu.Unlock()
	file := t.indexFile(name)
	old, err := os.ReadFile(file)
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return err
	}
	var lines [][]byte
	for line := range bytes.Lines(old) {
		lines = append(lines, bytes.TrimSuffix(line, []byte("\n")))
	}
	var all bytes.Buffer
	for _, line := range change(lines) {
		all.Write(line)
		all.WriteByte('\n')
	}
	return replaceFile(file, all.Bytes())
}

func replaceFile(file string, data []byte) error {
	if err := os.MkdirAll(filepath.Dir(file), 0o755); err != nil {
		return err
	}
	// Outside of what is published, so that nobody who lists a folder sees it.
	part, err := os.CreateTemp(filepath.Dir(file), ".part-*")
	if err != nil {
		return err
	}
	_, err = part.Write(data)
	if err = errors.Join(err, part.Chmod(0o644), part.Close()); err != nil {
		return err
	}
	return os.Rename(part.Name(), file)
}

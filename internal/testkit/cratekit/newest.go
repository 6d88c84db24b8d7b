package cratekit

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"strings"
)

// Newest is what was published last of each crate, by name, described by its archive's manifest. It reads everything, and is for small trees.
func (t *Tree) Newest() ([]Crate, error) {
	var all []Crate
	err := filepath.WalkDir(filepath.Join(t.Dir, "index"), func(file string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() || strings.HasPrefix(d.Name(), ".") || d.Name() == "config.json" {
			return err
		}
		lines, err := os.ReadFile(file)
		if err != nil {
			return err
		}
		lines = bytes.TrimSuffix(lines, []byte("\n"))
		var last line
		if json.Unmarshal(lines[bytes.LastIndexByte(lines, '\n')+1:], &last) != nil {
			return nil
		}
		c, err := t.open(last.Name, last.Vers)
		if err == nil {
			all = append(all, c)
		}
		return err
	})
	return all, err
}

// open is the crate that an archive's manifest describes.
func (t *Tree) open(name, vers string) (Crate, error) {
	c := Crate{Name: name, Version: vers}
	packed, err := os.Open(filepath.Join(t.Dir, c.FileName()))
	if err != nil {
		return c, err
	}
	defer packed.Close()
	text, err := readFile(packed, path.Join(c.dir(), "Cargo.toml"))
	if err != nil {
		return c, fmt.Errorf("read Cargo.toml of %s: %w", c.FileName(), err)
	}
	return FromManifest(string(text), nil)
}

package cratekit

import (
	"bytes"
	"encoding/binary"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
)

// Counts is what a mirror got.
type Counts struct{ IndexFiles, Crates int }

// Mirror fills the tree from the index caches and archives that a Cargo has left in home for the sparse registry that lies below
// registry/index/<source>: what that Cargo has seen of the registry, frozen. Archives are linked, or copied to another file system.
func (t *Tree) Mirror(home, source string) (Counts, error) {
	var n Counts
	cache := filepath.Join(home, "registry", "index", source, ".cache")
	err := filepath.WalkDir(cache, func(file string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		data, err := os.ReadFile(file)
		if err != nil {
			return err
		}
		lines, err := cachedLines(data)
		if err != nil {
			return fmt.Errorf("%s: %w", file, err)
		}
		n.IndexFiles++
		return replaceFile(t.indexFile(d.Name()), lines)
	})
	if err != nil {
		return n, fmt.Errorf("mirror a registry: %w", err)
	}
	archives, err := filepath.Glob(filepath.Join(home, "registry", "cache", source, "*.crate"))
	if err != nil {
		return n, err
	}
	for _, file := range archives {
		if err := link(file, filepath.Join(t.Dir, filepath.Base(file))); err != nil {
			return n, fmt.Errorf("mirror a registry: %w", err)
		}
		n.Crates++
	}
	return n, nil
}

// Sources are the names of the registries whose indexes a home has cached over the sparse protocol.
func Sources(home string) ([]string, error) {
	dirs, err := filepath.Glob(filepath.Join(home, "registry", "index", "*", ".cache"))
	var names []string
	for _, dir := range dirs {
		names = append(names, filepath.Base(filepath.Dir(dir)))
	}
	return names, err
}

// cacheFormat is the first byte of a cache file; indexFormat is the newest "v" of lines that its writer knew.
const (
	cacheFormat = 3
	indexFormat = 2
)

// cachedLines reads a cache file: the format, the newest line format, the version of the index file, then for each version its number
// and its line, each ended by a zero byte.
func cachedLines(data []byte) ([]byte, error) {
	if len(data) < 5 || data[0] != cacheFormat || binary.LittleEndian.Uint32(data[1:]) != indexFormat {
		return nil, errors.New("not an index cache of this format")
	}
	fields := strings.Split(string(data[5:]), "\x00")
	if len(fields)%2 != 0 || fields[len(fields)-1] != "" {
		return nil, fmt.Errorf("an index cache with %d fields, the last of them %d bytes long", len(fields), len(fields[len(fields)-1]))
	}
	var lines bytes.Buffer
	for i := 2; i < len(fields); i += 2 {
		lines.WriteString(fields[i])
		lines.WriteByte('\n')
	}
	return lines.Bytes(), nil
}

func link(from, to string) error {
	if _, err := os.Lstat(to); err == nil {
		return nil
	}
	if os.Link(from, to) == nil {
		return nil
	}
	data, err := os.ReadFile(from)
	if err != nil {
		return err
	}
	return replaceFile(to, data)
}

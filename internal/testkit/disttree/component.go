package disttree

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"io/fs"
	"path"
	"strings"
	"sync"
)

// Archive is one published component archive.
type Archive struct {
	Component string
	Target    string
	Format    Format
	Path      string // in the tree and on the server: "dist/2026-04-16/cargo-….tar.xz"
	Hash      string // SHA-256 of the archive
	Size      int64
}

// Archives remembers the compressed bytes of components, so that what is equal in two toolchains is compressed once.
// It may be shared by trees and goroutines; it never forgets, so it is for tiny toolchains.
type Archives struct {
	mu   sync.Mutex
	made map[string][]byte // by format and the SHA-256 of the tar
}

// NewArchives returns an empty memory.
func NewArchives() *Archives { return &Archives{made: map[string][]byte{}} }

func (a *Archives) compress(im image, format Format) ([]byte, error) {
	var plain bytes.Buffer
	if err := im.writeTar(&plain); err != nil {
		return nil, fmt.Errorf("archive %s: %w", im.top, err)
	}
	sum := sha256.Sum256(plain.Bytes())
	key := string(format) + hex.EncodeToString(sum[:])
	a.mu.Lock()
	defer a.mu.Unlock()
	if packed, ok := a.made[key]; ok {
		return packed, nil
	}
	packed, err := pack(plain.Bytes(), format)
	if err != nil {
		return nil, fmt.Errorf("archive %s: %w", im.top, err)
	}
	a.made[key] = packed
	return packed, nil
}

// image lays a component of a description out as an archive.
func (tc *Toolchain) image(c *Component) image {
	im := image{top: tc.stem(c), folder: c.folder(), version: c.version(tc), record: c.record()}
	for _, f := range c.Files {
		im.files = append(im.files, inMemory(f.Path, f.mode(), f.Data))
	}
	return im
}

func (f File) mode() fs.FileMode {
	if f.Mode == 0 {
		return 0o644
	}
	return f.Mode
}

// record is the component's manifest.in.
func (c *Component) record() []byte {
	var b bytes.Buffer
	for _, f := range c.Files {
		if !c.coveredByDir(f.Path) {
			fmt.Fprintf(&b, "file:%s\n", f.Path)
		}
	}
	for _, dir := range c.Dirs {
		fmt.Fprintf(&b, "dir:%s\n", dir)
	}
	return b.Bytes()
}

func (c *Component) coveredByDir(file string) bool {
	for _, dir := range c.Dirs {
		if strings.HasPrefix(file, path.Clean(dir)+"/") {
			return true
		}
	}
	return false
}

func digest(data []byte) string {
	sum := sha256.Sum256(data)
	return hex.EncodeToString(sum[:])
}

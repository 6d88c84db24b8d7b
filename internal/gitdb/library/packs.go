package library

import (
	"bytes"
	"crypto/sha1"
	"os"
	"path/filepath"
	"strings"
)

// cutPack is a pack that dir borrows and that does not end as its index says; "" if there is none. The library would
// take the objects in it for present, and which of several packs it reads an object from is left to chance.
func cutPack(dir string) string {
	lender, err := os.ReadFile(filepath.Join(dir, "objects", "info", "alternates"))
	if err != nil {
		return ""
	}
	packs := filepath.Join(filepath.FromSlash(strings.TrimSpace(string(lender))), "pack")
	entries, _ := os.ReadDir(packs)
	for _, e := range entries {
		name, isIndex := strings.CutSuffix(e.Name(), ".idx")
		if !isIndex || !strings.HasPrefix(name, "pack-") {
			continue
		}
		index, pack := filepath.Join(packs, e.Name()), filepath.Join(packs, name+".pack")
		// An index ends with the checksum that its pack ends with, and with its own.
		said, is := ending(index, 2*sha1.Size), ending(pack, sha1.Size)
		if said == nil || is == nil || !bytes.Equal(said[:sha1.Size], is) {
			return pack
		}
	}
	return ""
}

// ending is the last n bytes of a file; nil if it cannot be read or is shorter.
func ending(file string, n int64) []byte {
	f, err := os.Open(file)
	if err != nil {
		return nil
	}
	defer f.Close()
	info, err := f.Stat()
	if err != nil || info.Size() < n {
		return nil
	}
	end := make([]byte, n)
	if _, err := f.ReadAt(end, info.Size()-n); err != nil {
		return nil
	}
	return end
}

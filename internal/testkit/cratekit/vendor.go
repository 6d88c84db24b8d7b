package cratekit

import (
	"encoding/json"
	"os"
	"path/filepath"
)

// Vendor writes crates into dir as a directory source: a folder each, with the digests of its files in .cargo-checksum.json.
func Vendor(dir string, crates ...Crate) error {
	for _, c := range crates {
		if err := c.vendor(filepath.Join(dir, c.dir())); err != nil {
			return err
		}
	}
	return nil
}

func (c Crate) vendor(dir string) error {
	packed, err := c.Pack()
	if err != nil {
		return err
	}
	digests := map[string]string{}
	for name, text := range c.files() {
		digests[name] = digest([]byte(text))
		if err := replaceFile(filepath.Join(dir, filepath.FromSlash(name)), []byte(text)); err != nil {
			return err
		}
	}
	sums, err := json.Marshal(map[string]any{"files": digests, "package": digest(packed)})
	if err != nil {
		return err
	}
	return os.WriteFile(filepath.Join(dir, ".cargo-checksum.json"), sums, 0o644)
}

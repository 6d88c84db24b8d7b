package cratekit

import (
	"archive/tar"
	"bytes"
	"compress/gzip"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"maps"
	"slices"
	"time"
)

// Pack makes the archive: a gzip-ed tar of the files below <name>-<version>/.
func (c Crate) Pack() ([]byte, error) {
	if c.Archive != nil {
		return c.Archive, nil
	}
	var out bytes.Buffer
	packed := gzip.NewWriter(&out)
	archive := tar.NewWriter(packed)
	files := c.files()
	for _, name := range slices.Sorted(maps.Keys(files)) {
		header := tar.Header{Typeflag: tar.TypeReg, Name: c.dir() + "/" + name, Mode: 0o644, ModTime: packedAt(), Format: tar.FormatGNU}
		if err := add(archive, Entry{header, files[name]}); err != nil {
			return nil, err
		}
	}
	for _, entry := range c.Extra {
		if err := add(archive, entry); err != nil {
			return nil, err
		}
	}
	if err := errors.Join(archive.Close(), packed.Close()); err != nil {
		return nil, err
	}
	return out.Bytes(), nil
}

// Digest is the archive's SHA-256, which a Cargo.lock calls its checksum.
func (c Crate) Digest() (string, error) {
	packed, err := c.Pack()
	return digest(packed), err
}

// packedAt is the time that Cargo gives all files of an archive.
func packedAt() time.Time { return time.Date(2006, 7, 24, 1, 21, 28, 0, time.UTC) }

func add(archive *tar.Writer, entry Entry) error {
	entry.Size = int64(len(entry.Data))
	if err := archive.WriteHeader(&entry.Header); err != nil {
		return fmt.Errorf("entry %s of a crate: %w", entry.Name, err)
	}
	_, err := io.WriteString(archive, entry.Data)
	return err
}

func digest(data []byte) string {
	sum := sha256.Sum256(data)
	return hex.EncodeToString(sum[:])
}

// readFile is a file of a crate's archive.
func readFile(packed io.Reader, name string) ([]byte, error) {
	plain, err := gzip.NewReader(packed)
	if err != nil {
		return nil, err
	}
	archive := tar.NewReader(plain)
	for {
		header, err := archive.Next()
		if err != nil {
			return nil, err
		}
		if header.Name == name {
			return io.ReadAll(archive)
		}
	}
}

package registryserver

import (
	"bytes"
	"compress/gzip"
	"crypto/sha256"
	"fmt"
	"io"
	"net/http"
	"path"
	"strings"
	"sync"
	"time"

	"berth/internal/testkit/faulthttp"
)

// indexCache keeps what costs time of index files: their tags and their compressed form.
type indexCache struct {
	mu    sync.Mutex
	files map[string]indexFile
}

type indexFile struct {
	modified time.Time
	size     int64
	tag      string
	packed   []byte
}

// noDate keeps http.ServeContent from giving a Last-Modified.
func noDate() time.Time { return time.Time{} }

func (s *Server) serveIndex(w http.ResponseWriter, r *http.Request) {
	name := strings.TrimPrefix(path.Clean(r.URL.Path), "/")
	file, info, ok := faulthttp.Below(w, r, s.root, name)
	if !ok {
		return
	}
	defer file.Close()
	data := make([]byte, info.Size())
	if _, err := io.ReadFull(file, data); err != nil {
		http.Error(w, err.Error(), http.StatusInternalServerError)
		return
	}
	known := s.cache.of(name, info.ModTime(), data, s.options.Gzip)
	w.Header().Set("Content-Type", "text/plain; charset=utf-8")
	if !s.options.NoTags {
		w.Header().Set("ETag", known.tag)
	}
	modified := info.ModTime()
	if s.options.NoDates {
		modified = noDate()
	}
	if s.options.Gzip && strings.Contains(r.Header.Get("Accept-Encoding"), "gzip") {
		w.Header().Set("Content-Encoding", "gzip")
		data = known.packed
	}
	faulthttp.ServeFile(w, r, name, modified, bytes.NewReader(data), int64(len(data)))
}

func (c *indexCache) of(name string, modified time.Time, data []byte, pack bool) indexFile {
	c.mu.Lock()
	defer c.mu.Unlock()
	known, ok := c.files[name]
	if ok && known.modified.Equal(modified) && known.size == int64(len(data)) {
		return known
	}
	sum := sha256.Sum256(data)
	known = indexFile{modified: modified, size: int64(len(data)), tag: fmt.Sprintf(`"%x"`, sum[:16])}
	if pack {
		var out bytes.Buffer
		packer := gzip.NewWriter(&out)
		_, _ = packer.Write(data) // a buffer takes everything
		_ = packer.Close()
		known.packed = out.Bytes()
	}
	if c.files == nil {
		c.files = map[string]indexFile{}
	}
	c.files[name] = known
	return known
}

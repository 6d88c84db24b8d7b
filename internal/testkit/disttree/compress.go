package disttree

import (
	"bytes"
	"fmt"
	"io"

	"github.com/klauspost/compress/gzip"
	"github.com/klauspost/compress/zstd"
	"github.com/ulikunitz/xz"
)

// smallDictionary bounds what the xz encoder allocates per archive; tiny toolchains need no more.
const smallDictionary = 1 << 20

// encoder compresses to w. Its output depends on the input alone: no time stamps, one thread.
func (f Format) encoder(w io.Writer) (io.WriteCloser, error) {
	switch f {
	case Gzip:
		return gzip.NewWriterLevel(w, gzip.DefaultCompression)
	case XZ:
		return xz.WriterConfig{DictCap: smallDictionary}.NewWriter(w)
	case Zstd:
		return zstd.NewWriter(w, zstd.WithEncoderConcurrency(1))
	}
	return nil, fmt.Errorf("unknown archive format %q, expected %s, %s or %s", f, Gzip, XZ, Zstd)
}

func pack(plain []byte, format Format) ([]byte, error) {
	var out bytes.Buffer
	enc, err := format.encoder(&out)
	if err != nil {
		return nil, err
	}
	if _, err := enc.Write(plain); err != nil {
		return nil, err
	}
	if err := enc.Close(); err != nil {
		return nil, err
	}
	return out.Bytes(), nil
}

package xz

import (
	"bytes"
	"io"
	"testing"

	oracle "github.com/therootcompany/xz"
)

// FuzzDecode holds the decoder against another one: what both take must be the same bytes, and nothing may panic.
func FuzzDecode(f *testing.F) {
	data := mixture(f, 3000)
	seeds := [][]byte{
		compress(f, nil),
		compress(f, data[:200]),
		compress(f, data, "--check=none", "--block-size=500"),
		compress(f, data, "--check=sha256", "--lzma2=lc=1,lp=3,pb=0"),
		compress(f, data[:300], "--check=none", "--threads=2", "--block-size=200"),
		compress(f, noise(300), "--check=crc32"),
	}
	for _, seed := range seeds {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, file []byte) {
		const most = 1 << 22
		own, ownErr := some(most, func() (io.Reader, error) {
			return NewReader(bytes.NewReader(file), Options{MaxDictionary: 1 << 26})
		})
		other, otherErr := some(most, func() (io.Reader, error) { return oracle.NewReader(bytes.NewReader(file), 1<<26) })
		if ownErr == nil && otherErr == nil && !bytes.Equal(own, other) {
			t.Errorf("both take the file, with %d and %d bytes", len(own), len(other))
		}
		if n := min(len(own), len(other)); !bytes.Equal(own[:n], other[:n]) {
			t.Errorf("the first %d bytes differ", n)
		}
	})
}

// FuzzChunk puts any bytes into a file whose headers are sound, so that the fuzzer gets past them.
func FuzzChunk(f *testing.F) {
	file := compress(f, mixture(f, 2000), "--check=none", "--lzma2=dict=4KiB")
	begin := streamHeaderSize + 12
	if file[begin] < controlAll {
		f.Fatalf("the seed's data begins with %#02x, expected an LZMA chunk", file[begin])
	}
	f.Add(file[begin:])
	f.Add(join(stored("abc"), chunkHeader(controlProps, 50, 30), make([]byte, 40)))
	f.Fuzz(func(t *testing.T, chunks []byte) {
		file := join(streamHeader(0, 0), blockHeader(0, filterLZMA2, 1, 0), chunks)
		const most = 1 << 22
		z, err := NewReader(bytes.NewReader(file), Options{})
		if err != nil {
			t.Fatal(err)
		}
		own, _ := io.ReadAll(io.LimitReader(z, most))
		other, _ := some(most, func() (io.Reader, error) { return oracle.NewReader(bytes.NewReader(file), 0) })
		if n := min(len(own), len(other)); !bytes.Equal(own[:n], other[:n]) {
			t.Errorf("the first %d bytes differ", n)
		}
		if size := len(z.window.buf); size > 3<<20 {
			t.Errorf("the window has %d bytes for a dictionary of 4 KiB", size)
		}
	})
}

// some reads up to most bytes.
func some(most int64, open func() (io.Reader, error)) ([]byte, error) {
	r, err := open()
	if err != nil {
		return nil, err
	}
	return io.ReadAll(io.LimitReader(r, most))
}

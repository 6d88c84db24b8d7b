package xz

import (
	"bytes"
	"io"
	"testing"

	oracle "github.com/therootcompany/xz"
)

// BenchmarkDecode decodes the go command and some source, which is near to what a toolchain's archive has.
func BenchmarkDecode(b *testing.B) {
	data := join(goProgram(b), goSource(b))
	file := compress(b, data, "-9")
	run := func(name string, open func(io.Reader) (io.Reader, error)) {
		b.Run(name, func(b *testing.B) {
			b.SetBytes(int64(len(data)))
			for b.Loop() {
				r, err := open(bytes.NewReader(file))
				if err != nil {
					b.Fatal(err)
				}
				if n, err := io.Copy(readerless{io.Discard}, r); n != int64(len(data)) || err != nil {
					b.Fatal(n, err)
				}
			}
		})
	}
	run("own", func(r io.Reader) (io.Reader, error) { return NewReader(r, Options{}) })
	run("oracle", func(r io.Reader) (io.Reader, error) { return oracle.NewReader(r, 0) })
}

package gzip_test

import (
	"bytes"
	stdgzip "compress/gzip"
	"errors"
	"io"
	"math/rand/v2"
	"testing"
	"testing/iotest"

	"berth/internal/gzip"
)

// samples are contents that make all kinds of blocks and matches.
func samples() map[string][]byte {
	r := rand.New(rand.NewPCG(1, 2))
	noise := make([]byte, 300_000)
	for i := range noise {
		noise[i] = byte(r.Uint32())
	}
	words := make([]byte, 0, 600_000)
	for len(words) < cap(words)-40 {
		words = append(words, noise[r.IntN(2000):][:3+r.IntN(30)]...)
	}
	skewed := make([]byte, 200_000) // codes of up to 15 bits
	for i := range skewed {
		skewed[i] = byte(min(255, int(r.ExpFloat64()*12)))
	}
	far := append(bytes.Clone(noise[:32<<10]), noise[:32<<10]...)
	return map[string][]byte{
		"empty": nil, "one": {7}, "zeros": make([]byte, 500_000), "noise": noise, "words": words, "skewed": skewed, "far": far,
		"pairs": bytes.Repeat([]byte{1, 2}, 100_000), "sevens": bytes.Repeat([]byte("abcdefg"), 40_000),
	}
}

func compress(t testing.TB, content []byte, level int) []byte {
	t.Helper()
	var out bytes.Buffer
	w, err := stdgzip.NewWriterLevel(&out, level)
	if err != nil {
		t.Fatal(err)
	}
	w.Name, w.Comment, w.Extra = "name", "comment", []byte("extra")
	w.Write(content)
	w.Flush() // an empty stored block
	w.Close()
	return out.Bytes()
}

func TestDecodes(t *testing.T) {
	var z gzip.Reader
	for name, content := range samples() {
		for _, level := range []int{0, 1, 6, 9, stdgzip.HuffmanOnly} {
			packed := compress(t, content, level)
			for how, r := range map[string]io.Reader{
				"whole": bytes.NewReader(packed), "bytes": iotest.OneByteReader(bytes.NewReader(packed)),
				"halves": iotest.HalfReader(bytes.NewReader(packed)), "with its end": iotest.DataErrReader(bytes.NewReader(packed)),
			} {
				if err := z.Reset(r); err != nil {
					t.Fatalf("%s, level %d, %s: %v", name, level, how, err)
				}
				got, err := io.ReadAll(&z)
				if err != nil || !bytes.Equal(got, content) {
					t.Fatalf("%s, level %d, %s: %d bytes and %v, expected %d", name, level, how, len(got), err, len(content))
				}
			}
		}
	}
}

func TestMembers(t *testing.T) {
	first, second := compress(t, []byte("first "), 6), compress(t, []byte("second"), 0)
	both := append(bytes.Clone(first), second...)
	z, err := gzip.NewReader(bytes.NewReader(both))
	if err != nil {
		t.Fatal(err)
	}
	if got, err := io.ReadAll(z); err != nil || string(got) != "first second" {
		t.Errorf("both: %q, %v", got, err)
	}
	if err := z.Reset(bytes.NewReader(append(bytes.Clone(first), "what follows"...))); err != nil {
		t.Fatal(err)
	}
	z.FirstOnly()
	if got, err := io.ReadAll(z); err != nil || string(got) != "first " {
		t.Errorf("the first only: %q, %v", got, err)
	}
	if err := z.Reset(bytes.NewReader(append(bytes.Clone(first), "what follows"...))); err != nil {
		t.Fatal(err)
	}
	if _, err := io.ReadAll(z); !errors.As(err, new(*gzip.CorruptError)) {
		t.Errorf("rubbish behind a member: %v", err)
	}
}

// Cut anywhere it ends early; with a bit changed anywhere it is damaged, ends early, or is content that the oracle has too.
func TestDamage(t *testing.T) {
	for _, level := range []int{0, 6} {
		packed := compress(t, samples()["words"][:3000], level)
		for n := range packed {
			if _, err := decode(bytes.NewReader(packed[:n])); !errors.Is(err, io.ErrUnexpectedEOF) {
				t.Fatalf("cut after %d bytes of %d: %v", n, len(packed), err)
			}
		}
		for i := range 8 * len(packed) {
			bad := bytes.Clone(packed)
			bad[i/8] ^= 1 << (i % 8)
			compare(t, bad)
		}
	}
	if _, err := decode(iotest.ErrReader(io.ErrClosedPipe)); err != io.ErrClosedPipe {
		t.Errorf("an error of the source: %v", err)
	}
	packed := compress(t, samples()["noise"], 6)
	_, err := decode(io.MultiReader(bytes.NewReader(packed[:1000]), iotest.ErrReader(io.ErrClosedPipe)))
	if err != io.ErrClosedPipe {
		t.Errorf("an error of the source in the middle: %v", err)
	}
}

func FuzzReader(f *testing.F) {
	for _, content := range samples() {
		for _, level := range []int{0, 1, 9, stdgzip.HuffmanOnly} {
			f.Add(compress(f, content[:min(len(content), 2000)], level))
		}
	}
	f.Fuzz(func(t *testing.T, packed []byte) { compare(t, packed) })
}

// compare holds a decoding against the standard library's.
func compare(t *testing.T, packed []byte) {
	t.Helper()
	got, err := decode(bytes.NewReader(packed))
	var want []byte
	oracle, wantErr := stdgzip.NewReader(bytes.NewReader(packed))
	if wantErr == nil {
		want, wantErr = io.ReadAll(io.LimitReader(oracle, 32<<20))
	}
	if err == nil != (wantErr == nil) {
		if errors.Is(wantErr, stdgzip.ErrHeader) && err == nil {
			return // names that are long or not Latin-1
		}
		t.Fatalf("error is %v, of the oracle %v, for %x", err, wantErr, packed)
	}
	if err == nil && !bytes.Equal(got, want) {
		t.Fatalf("%d bytes, expected %d, of %x", len(got), len(want), packed)
	}
}

func decode(r io.Reader) ([]byte, error) {
	z, err := gzip.NewReader(r)
	if err != nil {
		return nil, err
	}
	return io.ReadAll(io.LimitReader(z, 32<<20))
}

func BenchmarkWords(b *testing.B) {
	content := samples()["words"]
	packed := compress(b, content, 6)
	for name, z := range map[string]interface {
		io.Reader
		Reset(io.Reader) error
	}{"berth": &gzip.Reader{}, "standard library": &stdgzip.Reader{}} {
		b.Run(name, func(b *testing.B) {
			b.SetBytes(int64(len(content)))
			for b.Loop() {
				z.Reset(bytes.NewReader(packed))
				io.Copy(io.Discard, z)
			}
		})
	}
}

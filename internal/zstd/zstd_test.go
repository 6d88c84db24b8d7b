package zstd

import (
	"bytes"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"math/rand/v2"
	"os"
	"os/exec"
	"testing"

	oracle "github.com/klauspost/compress/zstd"
)

// inputs are data of every kind that blocks are made of.
func inputs(t testing.TB) map[string][]byte {
	t.Helper()
	source := rand.New(rand.NewPCG(1, 2))
	noise := make([]byte, 300_000)
	for i := range noise {
		noise[i] = byte(source.Uint32())
	}
	var words bytes.Buffer
	for words.Len() < 1<<20 {
		fmt.Fprintf(&words, "%s %d\n", [...]string{"toolchain", "component", "channel", "proxy"}[source.IntN(4)], source.IntN(1000))
	}
	far := append(append(bytes.Clone(noise), words.Bytes()...), noise...)
	program, err := os.ReadFile(os.Args[0])
	if err != nil {
		t.Fatal(err)
	}
	return map[string][]byte{
		"empty": {}, "one byte": {7}, "short": []byte("berth berth berth berth"), "zeros": make([]byte, 500_000),
		"noise": noise, "words": words.Bytes(), "far": far, "program": program,
		"few symbols": bytes.Map(func(r rune) rune { return 'a' + r%3 }, words.Bytes()),
	}
}

func compress(t testing.TB, data []byte, level oracle.EncoderLevel) []byte {
	t.Helper()
	e, err := oracle.NewWriter(nil, oracle.WithEncoderLevel(level), oracle.WithEncoderConcurrency(1))
	if err != nil {
		t.Fatal(err)
	}
	defer e.Close()
	return e.EncodeAll(data, nil)
}

func decode(file []byte) ([]byte, error) {
	z, err := NewReader(bytes.NewReader(file), Options{})
	if err != nil {
		return nil, err
	}
	return io.ReadAll(z)
}

func TestDecodesWhatTheOracleWrites(t *testing.T) {
	for name, data := range inputs(t) {
		for level := oracle.SpeedFastest; level <= oracle.SpeedBestCompression; level++ {
			got, err := decode(compress(t, data, level))
			if len(data) == 0 && err == io.EOF {
				continue // it writes nothing at all
			}
			if err != nil || !bytes.Equal(got, data) {
				t.Errorf("%s at %v: %d bytes, %v; expected %d", name, level, len(got), err, len(data))
			}
		}
	}
}

// The reference program writes what the oracle does not: every level, long windows, frames without checksum or size.
func TestDecodesWhatTheProgramWrites(t *testing.T) {
	for name, data := range inputs(t) {
		for _, flags := range [][]string{{"-1"}, {"-3", "--no-check"}, {"-19"}, {"--long=27", "-5"}, {"--fast=5"}} {
			cmd := exec.Command("zstd", append(flags, "-q", "-c")...)
			cmd.Stdin = bytes.NewReader(data)
			file, err := cmd.Output()
			if err != nil {
				t.Fatalf("zstd: %v (the reference program has to be on PATH)", err)
			}
			if got, err := decode(file); err != nil || !bytes.Equal(got, data) {
				t.Errorf("%s with %v: %d bytes, %v; expected %d", name, flags, len(got), err, len(data))
			}
		}
	}
}

func TestFramesFollowEachOther(t *testing.T) {
	one, two := compress(t, []byte("one, "), oracle.SpeedDefault), compress(t, []byte("two"), oracle.SpeedDefault)
	skipped := binary.LittleEndian.AppendUint32(nil, skippable+3)
	skipped = append(binary.LittleEndian.AppendUint32(skipped, 5), "aside"...)
	got, err := decode(bytes.Join([][]byte{skipped, one, skipped, two, skipped}, nil))
	if err != nil || string(got) != "one, two" {
		t.Errorf("%q, %v", got, err)
	}
}

func TestAllDamageIsFound(t *testing.T) {
	data := inputs(t)["words"][:20_000]
	file := compress(t, data, oracle.SpeedDefault)
	for i := range file {
		for _, flip := range []byte{1, 0x80} {
			damaged := bytes.Clone(file)
			damaged[i] ^= flip
			if got, err := decode(damaged); err == nil && !bytes.Equal(got, data) {
				t.Fatalf("byte %d ^ %#x: other data and no error", i, flip)
			}
		}
	}
	for n := 1; n < len(file); n++ {
		if _, err := decode(file[:n]); !errors.Is(err, io.ErrUnexpectedEOF) {
			t.Fatalf("cut at %d: %v", n, err)
		}
	}
	if _, err := decode(append(bytes.Clone(file), "more"...)); !errors.As(err, new(*CorruptError)) {
		t.Errorf("something else behind the end: %v", err)
	}
}

func TestWindowsAreBounded(t *testing.T) {
	head := binary.LittleEndian.AppendUint32(nil, frameMagic)
	if _, err := decode(append(head, 0, 18<<3)); !errors.As(err, new(*CorruptError)) {
		t.Errorf("a window of 256 MiB: %v", err)
	}
	if _, err := decode(append(head, 0, 17<<3)); err != nil && !errors.Is(err, io.ErrUnexpectedEOF) {
		t.Errorf("a window of 128 MiB: %v", err)
	}
	if _, err := decode(append(head, 1, 0, 9)); !errors.As(err, new(*CorruptError)) {
		t.Errorf("a dictionary: %v", err)
	}
}

func FuzzDecode(f *testing.F) {
	for _, data := range [][]byte{{}, []byte("berth berth berth"), inputs(f)["words"][:5000], make([]byte, 1000)} {
		for level := oracle.SpeedFastest; level <= oracle.SpeedBestCompression; level++ {
			f.Add(compress(f, data, level))
		}
	}
	reference, err := oracle.NewReader(nil, oracle.WithDecoderConcurrency(1), oracle.WithDecoderMaxMemory(1<<26))
	if err != nil {
		f.Fatal(err)
	}
	f.Fuzz(func(t *testing.T, file []byte) {
		z, err := NewReader(bytes.NewReader(file), Options{})
		var got []byte
		if err == nil {
			got, err = io.ReadAll(io.LimitReader(z, 1<<22))
		}
		want, otherErr := reference.DecodeAll(file, nil)
		if err == nil && otherErr == nil && len(got) < 1<<22 && !bytes.Equal(got, want) {
			t.Errorf("%d bytes, the oracle has %d", len(got), len(want))
		}
	})
}

func BenchmarkDecode(b *testing.B) {
	data := inputs(b)["program"]
	file := compress(b, data, oracle.SpeedBetterCompression)
	run := func(name string, open func(io.Reader) (io.Reader, error)) {
		b.Run(name, func(b *testing.B) {
			b.SetBytes(int64(len(data)))
			for b.Loop() {
				r, err := open(bytes.NewReader(file))
				if err != nil {
					b.Fatal(err)
				}
				if n, err := io.Copy(io.Discard, struct{ io.Reader }{r}); n != int64(len(data)) || err != nil {
					b.Fatal(n, err)
				}
			}
		})
	}
	run("own", func(r io.Reader) (io.Reader, error) { return NewReader(r, Options{}) })
	run("oracle", func(r io.Reader) (io.Reader, error) { return oracle.NewReader(r, oracle.WithDecoderConcurrency(1)) })
}

package xz

import (
	"bytes"
	"encoding/binary"
	"hash/crc32"
	"io"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"testing"
)

// compress runs the xz program. A machine without it cannot test this package, and says so.
func compress(t testing.TB, data []byte, args ...string) []byte {
	t.Helper()
	cmd := exec.Command("xz", append([]string{"--format=xz", "--stdout", "--threads=1"}, args...)...)
	cmd.Stdin = bytes.NewReader(data)
	var stderr bytes.Buffer
	cmd.Stderr = &stderr
	out, err := cmd.Output()
	if err != nil {
		t.Fatalf("xz %v: %v: %s", args, err, stderr.Bytes())
	}
	return out
}

// decode reads all of an .xz file, through WriteTo.
func decode(file []byte) ([]byte, error) { return decodeFrom(bytes.NewReader(file)) }

func decodeFrom(r io.Reader) ([]byte, error) {
	z, err := NewReader(r, Options{})
	if err != nil {
		return nil, err
	}
	var out bytes.Buffer
	_, err = z.WriteTo(&out)
	return out.Bytes(), err
}

// readOnly hides WriteTo.
type readOnly struct{ io.Reader }

// noise cannot be compressed and is the same in every run.
func noise(n int) []byte {
	b := make([]byte, n)
	rand.NewChaCha8([32]byte{1}).Read(b)
	return b
}

// mixture has text, machine code, noise, runs and repetitions over short and long distances, n bytes in all.
func mixture(t testing.TB, n int) []byte {
	t.Helper()
	r := rand.New(rand.NewPCG(1, 2))
	program := goProgram(t)
	var b []byte
	for len(b) < n {
		size := 1 + r.IntN(1<<uint(1+r.IntN(17)))
		switch at := r.IntN(len(program)); r.IntN(6) {
		case 0:
			b = append(b, noise(size/8)...)
		case 1:
			b = append(b, bytes.Repeat([]byte{byte(size)}, size)...)
		case 2:
			b = append(b, bytes.Repeat([]byte("abcdefghijk")[:1+size%11], size%400)...)
		case 3:
			if len(b) > 0 {
				at %= len(b)
				b = append(b, b[at:min(at+size, len(b))]...)
			}
		default:
			b = append(b, program[at:min(at+size, len(program))]...)
		}
	}
	return b[:n]
}

// goProgram is machine code and data as a toolchain has it: the go command itself.
func goProgram(t testing.TB) []byte {
	t.Helper()
	path, err := exec.LookPath("go")
	if err != nil {
		t.Fatal(err)
	}
	b, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	return b
}

// goSource is the text of some of Go's own packages.
func goSource(t testing.TB) []byte {
	t.Helper()
	out, err := exec.Command("go", "env", "GOROOT").Output()
	if err != nil {
		t.Fatal(err)
	}
	names, err := filepath.Glob(filepath.Join(string(bytes.TrimSpace(out)), "src", "net", "http", "*.go"))
	if err != nil || len(names) == 0 {
		t.Fatalf("no source of net/http below GOROOT: %v", err)
	}
	var text []byte
	for _, name := range names {
		b, err := os.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		text = append(text, b...)
	}
	return text
}

// allocated returns how many bytes f allocates.
func allocated(f func()) uint64 {
	var before, after runtime.MemStats
	runtime.ReadMemStats(&before)
	f()
	runtime.ReadMemStats(&after)
	return after.TotalAlloc - before.TotalAlloc
}

// The parts of a file made by hand, with every CRC32 right, to say one wrong thing at a time.

func withCRC(b []byte) []byte {
	return binary.LittleEndian.AppendUint32(bytes.Clone(b), crc32.ChecksumIEEE(b))
}

func streamHeader(flags ...byte) []byte { return append([]byte(headerMagic), withCRC(flags)...) }

func streamFooter(indexSize int, flags ...byte) []byte {
	b := binary.LittleEndian.AppendUint32(nil, uint32(indexSize/4-1))
	b = append(b, flags...)
	return append(append(binary.LittleEndian.AppendUint32(nil, crc32.ChecksumIEEE(b)), b...), footerMagic...)
}

// blockHeader pads its fields, and puts size and CRC32 around them.
func blockHeader(fields ...byte) []byte {
	b := append([]byte{0}, fields...)
	for len(b)%4 != 0 {
		b = append(b, 0)
	}
	b[0] = byte(len(b) / 4)
	return withCRC(b)
}

func blockIndex(records ...byte) []byte {
	b := append([]byte{0, byte(len(records) / 2)}, records...)
	for len(b)%4 != 0 {
		b = append(b, 0)
	}
	return withCRC(b)
}

// stored is an LZMA2 chunk of plain bytes, with a dictionary reset.
func stored(s string) []byte {
	return append([]byte{controlRawReset, byte((len(s) - 1) >> 8), byte(len(s) - 1)}, s...)
}

func join(parts ...[]byte) []byte { return bytes.Join(parts, nil) }

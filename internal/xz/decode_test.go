package xz

import (
	"bytes"
	"fmt"
	"io"
	"testing"
	"testing/iotest"

	oracle "github.com/therootcompany/xz"
)

// same decodes a file in every way there is and fails unless each gives want.
func same(t *testing.T, file, want []byte) {
	t.Helper()
	ways := map[string]func() ([]byte, error){
		"WriteTo": func() ([]byte, error) { return decode(file) },
		"Read": func() ([]byte, error) {
			z, err := NewReader(bytes.NewReader(file), Options{})
			if err != nil {
				return nil, err
			}
			return io.ReadAll(readOnly{z})
		},
		"oracle": func() ([]byte, error) {
			z, err := oracle.NewReader(bytes.NewReader(file), 0)
			if err != nil {
				return nil, err
			}
			return io.ReadAll(z)
		},
	}
	for way, decode := range ways {
		got, err := decode()
		if err != nil {
			t.Errorf("%s: %v", way, err)
		} else if !bytes.Equal(got, want) {
			t.Errorf("%s: got %d bytes that differ from the %d expected", way, len(got), len(want))
		}
	}
}

func TestDecodesWhatXZWrites(t *testing.T) {
	inputs := map[string][]byte{
		"empty":    nil,
		"one byte": {'x'},
		"zeros":    make([]byte, 3<<20),
		"noise":    noise(1 << 20),
		"text":     goSource(t),
		"mixture":  mixture(t, 3<<20),
	}
	for name, data := range inputs {
		for _, preset := range []string{"-0", "-6", "-9", "-9e"} {
			t.Run(name+" "+preset, func(t *testing.T) { same(t, compress(t, data, preset), data) })
		}
	}
}

func TestDecodesEveryCheck(t *testing.T) {
	data := mixture(t, 1<<18)
	for _, check := range []string{"none", "crc32", "crc64", "sha256"} {
		t.Run(check, func(t *testing.T) {
			same(t, compress(t, data, "--check="+check), data)
			same(t, compress(t, data, "--check="+check, "--block-size=10000"), data)
		})
	}
}

func TestDecodesEveryProperty(t *testing.T) {
	data := mixture(t, 1<<16)
	for lc := range 5 {
		for lp := range 5 - lc {
			for _, pb := range []int{0, 2, 4} {
				option := fmt.Sprintf("--lzma2=preset=6,lc=%d,lp=%d,pb=%d", lc, lp, pb)
				same(t, compress(t, data, option), data)
			}
		}
	}
}

// Data larger than the window makes it wrap; sizes that are not a multiple of 16 move the laps against each other.
func TestDecodesMoreThanTheWindowHolds(t *testing.T) {
	data := mixture(t, 6<<20+5)
	for _, option := range []string{
		"dict=4KiB", "dict=5000,lc=0,lp=4,pb=4", "dict=64KiB,pb=4", "dict=100000", "dict=1MiB,lc=1,lp=3,pb=3", "dict=3MiB,pb=4",
	} {
		t.Run(option, func(t *testing.T) { same(t, compress(t, data, "--lzma2=preset=0,"+option), data) })
	}
}

// Blocks that differ in dictionary, with sizes in their headers or not, use one window after the other.
func TestDecodesConcatenatedStreams(t *testing.T) {
	data := mixture(t, 3<<20)
	padding := make([]byte, 8)
	small := compress(t, data[:70000], "--lzma2=dict=4KiB")
	large := compress(t, data, "-6", "--threads=2", "--block-size=500KiB")
	empty := compress(t, nil)
	for name, c := range map[string]struct{ file, want []byte }{
		"two":           {join(small, large), join(data[:70000], data)},
		"padding":       {join(large, padding, small, padding[:4]), join(data, data[:70000])},
		"empty streams": {join(empty, empty, padding, small, empty), data[:70000]},
		"same again":    {join(small, small, small), join(data[:70000], data[:70000], data[:70000])},
	} {
		t.Run(name, func(t *testing.T) { same(t, c.file, c.want) })
	}
}

func TestReadsFromAnyReader(t *testing.T) {
	data := mixture(t, 1<<19)
	file := compress(t, data, "--block-size=100000")
	for name, wrap := range map[string]func(io.Reader) io.Reader{
		"one byte":       iotest.OneByteReader,
		"half":           iotest.HalfReader,
		"data with EOF":  iotest.DataErrReader,
		"nothing at all": func(r io.Reader) io.Reader { return &hesitant{r: r} },
	} {
		t.Run(name, func(t *testing.T) {
			got, err := decodeFrom(wrap(bytes.NewReader(file)))
			if err != nil || !bytes.Equal(got, data) {
				t.Errorf("got %d bytes of %d, %v", len(got), len(data), err)
			}
		})
	}
}

// hesitant returns nothing and no error before every read.
type hesitant struct {
	r    io.Reader
	next bool
}

func (h *hesitant) Read(p []byte) (int, error) {
	if h.next = !h.next; h.next {
		return 0, nil
	}
	return h.r.Read(p)
}

func TestReaderKeepsTheContract(t *testing.T) {
	data := mixture(t, 1<<17)
	z, err := NewReader(bytes.NewReader(compress(t, data)), Options{})
	if err != nil {
		t.Fatal(err)
	}
	if err := iotest.TestReader(readOnly{z}, data); err != nil {
		t.Error(err)
	}
}

func TestResetBeginsAnotherFile(t *testing.T) {
	data := mixture(t, 1<<20)
	files := [][]byte{compress(t, data), compress(t, data, "-0"), compress(t, nil), compress(t, data[:100])}
	want := [][]byte{data, data, nil, data[:100]}
	z, err := NewReader(bytes.NewReader(files[0][:len(files[0])/2]), Options{})
	if err != nil {
		t.Fatal(err)
	}
	if _, err := io.ReadAll(z); err == nil {
		t.Fatal("half a file was read without an error")
	}
	for i, file := range files {
		if err := z.Reset(bytes.NewReader(file)); err != nil {
			t.Fatal(err)
		}
		if got, err := io.ReadAll(z); err != nil || !bytes.Equal(got, want[i]) {
			t.Errorf("file %d: got %d bytes of %d, %v", i, len(got), len(want[i]), err)
		}
	}
}

func TestWriteToStopsAtTheWritersError(t *testing.T) {
	data := noise(300000)
	z, err := NewReader(bytes.NewReader(compress(t, data)), Options{})
	if err != nil {
		t.Fatal(err)
	}
	w := &fullDisk{room: 100000}
	if n, err := z.WriteTo(w); n != 100000 || err != io.ErrShortWrite {
		t.Errorf("got %d, %v; expected 100000, %v", n, err, io.ErrShortWrite)
	}
	rest, err := io.ReadAll(readOnly{z})
	if err != nil || !bytes.Equal(rest, data[100000:]) {
		t.Errorf("what was not written is lost: got %d bytes, %v", len(rest), err)
	}
}

// fullDisk takes room bytes and then, wrongly, less than it is given and no error.
type fullDisk struct{ room int }

func (d *fullDisk) Write(p []byte) (int, error) {
	n := min(d.room, len(p))
	d.room -= n
	return n, nil
}

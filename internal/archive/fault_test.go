package archive

import (
	"bytes"
	"context"
	"errors"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"testing/iotest"

	"go.uber.org/goleak"
)

// small is an archive in which every byte matters little enough to try all.
func small(t *testing.T, f Format) []byte {
	return compress(t, f, buildTar(t, wellFormed("dir:x\n", ent{name: "top/docs/x/"}, ent{name: "top/docs/x/f", body: "hello"})))
}

func unpackBytes(t *testing.T, ctx context.Context, r io.Reader, f Format) (string, *Contents, error) {
	t.Helper()
	dir := t.TempDir()
	c, err := Unpack(ctx, r, f, Options{Dir: dir, Component: testLong, Short: testShort, Writers: 1})
	return dir, c, err
}

func TestEveryCutIsCorruption(t *testing.T) {
	for _, f := range []Format{Gzip, Xz, Zstd} {
		data := small(t, f)
		for n := range data {
			_, c, err := unpackBytes(t, t.Context(), bytes.NewReader(data[:n]), f)
			var damaged *CorruptError
			if c != nil || !errors.As(err, &damaged) {
				t.Fatalf("%v cut at %d of %d: %v, %v", f, n, len(data), c, err)
			}
		}
	}
}

// A flipped bit is found, or (in a header's time stamp or name) changes nothing that comes out.
func TestNoFlippedBitPasses(t *testing.T) {
	for _, f := range []Format{Gzip, Xz, Zstd} {
		data := small(t, f)
		for i := range data {
			bad := bytes.Clone(data)
			bad[i] ^= 1 << (i % 8)
			dir, _, err := unpackBytes(t, t.Context(), bytes.NewReader(bad), f)
			var damaged *CorruptError
			if err == nil {
				if got := listTree(t, dir); len(got) != 2 || got["x/f"] != "hello" {
					t.Fatalf("%v with byte %d flipped unpacks to %v", f, i, got)
				}
			} else if !errors.As(err, &damaged) {
				t.Fatalf("%v with byte %d flipped: %v, want a CorruptError", f, i, err)
			}
		}
	}
}

func TestGarbageBehindTheStream(t *testing.T) {
	for _, f := range []Format{Gzip, Xz, Zstd} {
		_, c, err := unpackBytes(t, t.Context(), bytes.NewReader(append(small(t, f), strings.Repeat("garbage", 10)...)), f)
		wantCorrupt(t, c, err, "decompressed")
	}
}

// A broken download must not be taken for a corrupt archive, even where it fails with the error that a cut archive has.
func TestReadErrorIsPassedOn(t *testing.T) {
	reset := errors.New("connection reset")
	for _, f := range []Format{Gzip, Xz, Zstd} {
		data := small(t, f)
		for _, cause := range []error{reset, io.ErrUnexpectedEOF} {
			for _, n := range []int{0, 1, 20, len(data) / 2, len(data) - 1, len(data)} {
				_, c, err := unpackBytes(t, t.Context(), io.MultiReader(bytes.NewReader(data[:n]), iotest.ErrReader(cause)), f)
				var damaged *CorruptError
				var disk *DiskError
				if c != nil || !errors.Is(err, cause) || errors.As(err, &damaged) || errors.As(err, &disk) {
					t.Errorf("%v, broken at %d of %d: got %v, want it to wrap %v alone", f, n, len(data), err, cause)
				}
			}
		}
	}
}

func TestSlowReader(t *testing.T) {
	for _, f := range []Format{Gzip, Xz, Zstd} {
		for _, slow := range []func(io.Reader) io.Reader{iotest.OneByteReader, iotest.DataErrReader, iotest.HalfReader} {
			dir, _, err := unpackBytes(t, t.Context(), slow(bytes.NewReader(small(t, f))), f)
			if err != nil || listTree(t, dir)["x/f"] != "hello" {
				t.Errorf("%v: %v", f, err)
			}
		}
	}
}

// notify calls do before its n-th read.
type notify struct {
	io.Reader
	n  int
	do func()
}

func (r *notify) Read(p []byte) (int, error) {
	if r.n--; r.n == 0 {
		r.do()
	}
	return r.Reader.Read(p[:min(len(p), 512)])
}

func TestCancelWhileUnpacking(t *testing.T) {
	defer goleak.VerifyNone(t)
	ents, _ := realistic()
	data := compress(t, Gzip, buildTar(t, ents))
	for _, n := range []int{1, 2, 100, len(data) / 1024, len(data) / 600} {
		ctx, cancel := context.WithCancel(t.Context())
		_, c, err := unpackBytes(t, ctx, &notify{bytes.NewReader(data), n, cancel}, Gzip)
		if c != nil || !errors.Is(err, context.Canceled) {
			t.Errorf("cancelled at read %d: %v, %v", n, c, err)
		}
	}
}

// The download stands still: the end of ctx must be enough, and the one read that hangs is the caller's to end.
func TestCancelWhileReadingBlocks(t *testing.T) {
	defer goleak.VerifyNone(t)
	ents, _ := realistic()
	data := compress(t, Gzip, buildTar(t, ents))
	r, w := io.Pipe()
	defer w.Close()
	ctx, cancel := context.WithCancelCause(t.Context())
	stop := errors.New("interrupted by the user")
	go func() {
		w.Write(data[:len(data)/2]) // returns when all of it was taken
		cancel(stop)
	}()
	_, c, err := unpackBytes(t, ctx, r, Gzip)
	if c != nil || !errors.Is(err, stop) {
		t.Errorf("got %v, %v", c, err)
	}
}

func TestCancelledBefore(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	dir, c, err := unpackBytes(t, ctx, bytes.NewReader(small(t, Gzip)), Gzip)
	if c != nil || !errors.Is(err, context.Canceled) || len(listTree(t, dir)) != 0 {
		t.Errorf("got %v, %v", c, err)
	}
}

func TestErrorsSayWhatToDo(t *testing.T) {
	for _, tc := range []struct {
		err  error
		want string
	}{
		{&DiskError{Op: "write", Dir: "/t", Path: "bin/rustc", Size: 3 << 20, Err: errFull},
			`write "bin/rustc" (3.0 MiB) in /t: ` + errFull.Error() + `; free space on that file system and run the same command again`},
		{&DiskError{Op: "mkdir", Dir: "/t", Path: "bin", Err: os.ErrPermission},
			`mkdir "bin" in /t: permission denied; look at that directory and run the same command again`},
		{corrupt("a\x1bb", "it comes twice"),
			`corrupt component archive: "a\x1bb": it comes twice; report it to whoever runs the server, or install from another one (RUSTUP_DIST_SERVER)`},
	} {
		if got := tc.err.Error(); got != tc.want {
			t.Errorf("got  %s\nwant %s", got, tc.want)
		}
	}
	for n, want := range map[int64]string{0: "0 B", 1023: "1023 B", 1024: "1.0 KiB", 1 << 20: "1.0 MiB", 5 << 40: "5.0 TiB", 1<<63 - 1: "8.0 EiB"} {
		if got := humanSize(n); got != want {
			t.Errorf("humanSize(%d) = %s, want %s", n, got, want)
		}
	}
}

func TestVerify(t *testing.T) {
	for _, tc := range []struct {
		name   string
		damage func(dir string) error
		want   string
	}{
		{"untouched", func(string) error { return nil }, ""},
		{"missing file", func(dir string) error { return os.Remove(dir + "/x/f") }, "missing"},
		{"cut file", func(dir string) error { return os.Truncate(dir+"/x/f", 2) }, "2 bytes instead of 5"},
		{"zeroed file", func(dir string) error { return os.WriteFile(dir+"/x/f", make([]byte, 5), 0o644) }, "contents differ"},
		{"directory for file", func(dir string) error { return errors.Join(os.Remove(dir+"/x/f"), os.Mkdir(dir+"/x/f", 0o755)) }, "another kind"},
		{"link for file", func(dir string) error {
			return errors.Join(os.Rename(dir+"/x/f", dir+"/x/g"), os.Symlink("g", dir+"/x/f"))
		}, "another kind"},
		{"missing directory", func(dir string) error { return os.RemoveAll(dir + "/x") }, "missing"},
		{"file for directory", func(dir string) error {
			return errors.Join(os.RemoveAll(dir+"/x"), os.WriteFile(filepath.Join(dir, "x"), nil, 0o644))
		}, "another kind"},
	} {
		t.Run(tc.name, func(t *testing.T) {
			dir, c, err := unpackBytes(t, t.Context(), bytes.NewReader(small(t, Gzip)), Gzip)
			if err != nil {
				t.Fatal(err)
			}
			if err := tc.damage(dir); err != nil {
				t.Fatal(err)
			}
			err = Verify(t.Context(), dir, c.Files, c.Dirs)
			var damage *DamageError
			switch {
			case tc.want == "" && err != nil:
				t.Error(err)
			case tc.want != "" && (!errors.As(err, &damage) || !strings.Contains(err.Error(), tc.want)):
				t.Errorf("got %v, want a DamageError that says %q", err, tc.want)
			}
			ctx, cancel := context.WithCancel(t.Context())
			cancel()
			if err := Verify(ctx, dir, c.Files, nil); err == nil {
				t.Error("Verify found a tree good after it was cancelled")
			}
		})
	}
}

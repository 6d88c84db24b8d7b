package archive

import (
	"archive/tar"
	"bufio"
	"context"
	"fmt"
	"io"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"syscall"
	"testing"

	"github.com/klauspost/compress/gzip"
	"github.com/klauspost/compress/zstd"
)

// BenchmarkDocs unpacks the rust-docs of an installed stable toolchain (52,000 files), and lets tar do the same with the
// plain archive. -benchtime 5x is enough; each round has a tree of 650 MB.
//
// Trees go below BERTH_BENCH_DIR, or a temporary directory, and are left there until the end. A file system that was just
// made gives the fairest figures: ext4 passes over inodes that were freed in the last minutes, one by one, which makes
// creating files after a large removal up to three times slower for everybody.
func BenchmarkDocs(b *testing.B) {
	plain := filepath.Join(b.TempDir(), "docs.tar")
	size := packDocs(b, plain)
	room := os.Getenv("BERTH_BENCH_DIR")
	if room == "" {
		room = b.TempDir()
	}
	round := 0
	run := func(name string, unpack func(dir string) error) {
		b.Run(name, func(b *testing.B) {
			b.SetBytes(size)
			var before, after syscall.Rusage
			var cpu syscall.Timeval
			for b.Loop() {
				b.StopTimer()
				round++
				dir := filepath.Join(room, fmt.Sprintf("round%d", round))
				if err := os.Mkdir(dir, 0o755); err != nil {
					b.Fatal(err)
				}
				syscall.Sync()
				usage(&before)
				b.StartTimer()
				if err := unpack(dir); err != nil {
					b.Fatal(err)
				}
				b.StopTimer()
				usage(&after)
				cpu = addCPU(cpu, before, after)
				b.StartTimer()
			}
			b.ReportMetric(float64(cpu.Nano())/1e9/float64(b.N), "cpu-s/op")
		})
	}
	run("tar", func(dir string) error { return exec.Command("tar", "-C", dir, "-xf", plain).Run() })
	for _, f := range []Format{Gzip, Zstd} {
		packed := plain + "." + f.String()
		compressFile(b, f, plain, packed)
		run(f.String(), func(dir string) error { return unpackFile(packed, f, dir) })
	}
}

func unpackFile(name string, f Format, dir string) error {
	in, err := os.Open(name)
	if err != nil {
		return err
	}
	defer in.Close()
	_, err = Unpack(context.Background(), in, f, Options{Dir: dir, Component: "rust-docs-x86_64-unknown-linux-gnu", Short: "rust-docs"})
	return err
}

// usage adds up what this process and its children used.
func usage(u *syscall.Rusage) {
	var children syscall.Rusage
	syscall.Getrusage(syscall.RUSAGE_SELF, u)
	syscall.Getrusage(syscall.RUSAGE_CHILDREN, &children)
	for _, t := range []syscall.Timeval{children.Utime, children.Stime, u.Stime} {
		u.Utime = syscall.NsecToTimeval(u.Utime.Nano() + t.Nano())
	}
}

func addCPU(sum syscall.Timeval, before, after syscall.Rusage) syscall.Timeval {
	return syscall.NsecToTimeval(sum.Nano() + after.Utime.Nano() - before.Utime.Nano())
}

// packDocs makes the component's archive again, its entries in rust-installer's order: by their reversed names.
func packDocs(b *testing.B, name string) int64 {
	b.Helper()
	home := os.Getenv("RUSTUP_HOME")
	if home == "" {
		home = filepath.Join(os.Getenv("HOME"), ".rustup")
	}
	found, _ := filepath.Glob(filepath.Join(home, "toolchains", "stable-*", "share/doc/rust/html"))
	if len(found) == 0 {
		b.Fatalf("no stable toolchain with rust-docs below %s: this benchmark unpacks those", home)
	}
	root := strings.TrimSuffix(found[0], "share/doc/rust/html")
	var dirs, files []string
	filepath.WalkDir(found[0], func(p string, d fs.DirEntry, err error) error {
		if d.IsDir() {
			dirs = append(dirs, strings.TrimPrefix(p, root))
		} else {
			files = append(files, strings.TrimPrefix(p, root))
		}
		return err
	})
	slices.SortFunc(files, func(x, y string) int { return strings.Compare(reversed(x), reversed(y)) })
	out, err := os.Create(name)
	if err != nil {
		b.Fatal(err)
	}
	defer out.Close()
	buffered := bufio.NewWriterSize(out, 1<<20)
	defer buffered.Flush()
	w := tar.NewWriter(buffered)
	defer w.Close()
	for _, fixed := range []ent{{name: "top/rust-installer-version", body: "3"}, {name: "top/components", body: "rust-docs\n"},
		{name: "top/rust-docs/manifest.in", body: "dir:share/doc/rust/html\n"}} {
		w.WriteHeader(&tar.Header{Name: fixed.name, Mode: 0o644, Size: int64(len(fixed.body))})
		io.WriteString(w, fixed.body)
	}
	var total int64
	for _, d := range dirs {
		w.WriteHeader(&tar.Header{Name: "top/rust-docs/" + d + "/", Typeflag: tar.TypeDir, Mode: 0o755})
	}
	for _, f := range files {
		data, err := os.ReadFile(root + f)
		if err != nil {
			b.Fatal(err)
		}
		total += int64(len(data))
		w.WriteHeader(&tar.Header{Name: "top/rust-docs/" + f, Mode: 0o644, Size: int64(len(data))})
		if _, err := w.Write(data); err != nil {
			b.Fatal(err)
		}
	}
	return total
}

func reversed(s string) string {
	r := []byte(s)
	slices.Reverse(r)
	return string(r)
}

func compressFile(b *testing.B, f Format, from, to string) {
	b.Helper()
	in, err := os.Open(from)
	if err != nil {
		b.Fatal(err)
	}
	defer in.Close()
	out, err := os.Create(to)
	if err != nil {
		b.Fatal(err)
	}
	defer out.Close()
	var w io.WriteCloser
	if f == Gzip {
		w, err = gzip.NewWriterLevel(out, 6)
	} else {
		w, err = zstd.NewWriter(out, zstd.WithEncoderLevel(zstd.SpeedBetterCompression))
	}
	if err != nil {
		b.Fatal(err)
	}
	if _, err := io.Copy(w, in); err != nil {
		b.Fatal(err)
	}
	if err := w.Close(); err != nil {
		b.Fatal(err)
	}
}

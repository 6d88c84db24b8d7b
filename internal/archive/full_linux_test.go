package archive

import (
	"bytes"
	"context"
	"errors"
	"os"
	"strings"
	"syscall"
	"testing"
)

const errFull = syscall.ENOSPC

// TestDiskFull has a small tmpfs mounted where that is allowed; where it is not, TestFileSizeLimit still shows that a
// failing write is told as one.
func TestDiskFull(t *testing.T) {
	big := ent{name: "top/docs/x/big", body: strings.Repeat("big ", 1<<20)}
	var many []ent
	for i := range 200 {
		many = append(many, ent{name: "top/docs/x/f" + strings.Repeat("i", i), body: strings.Repeat("f", 10_000)})
	}
	for _, tc := range []struct {
		name, room string
		ents       []ent
		op         string
	}{
		{"in a large file", "size=1m", []ent{big}, "write"},
		{"among small files", "size=1m", many, "write"},
		{"no inode left", "size=16m,nr_inodes=50", many, "create"},
		{"no inode for a directory", "size=16m,nr_inodes=1", many, "mkdir"},
	} {
		t.Run(tc.name, func(t *testing.T) {
			dir := t.TempDir()
			if err := syscall.Mount("tmpfs", dir, "tmpfs", 0, tc.room); err != nil {
				t.Logf("a tmpfs cannot be mounted here (%v): left to TestFileSizeLimit", err)
				return
			}
			defer syscall.Unmount(dir, 0)
			data := buildTar(t, wellFormed("dir:x\n", append([]ent{{name: "top/docs/x/"}}, tc.ents...)...))
			c, err := Unpack(t.Context(), bytes.NewReader(compress(t, Gzip, data)), Gzip, Options{Dir: dir, Component: testShort})
			var d *DiskError
			var damaged *CorruptError
			if c != nil || !errors.As(err, &d) || !d.Full() || !errors.Is(err, syscall.ENOSPC) || errors.As(err, &damaged) {
				t.Fatalf("got %v, want a DiskError for a full disk", err)
			}
			if d.Op != tc.op || !strings.HasPrefix(d.Path, "x") || d.Dir != dir || (d.Op != "mkdir" && d.Size == 0) {
				t.Errorf("got %+v", d)
			}
		})
	}
}

const limitedChild = "BERTH_TEST_ARCHIVE_LIMITED_CHILD"

// TestFileSizeLimit runs in a child, since the limit is one of the whole process.
func TestFileSizeLimit(t *testing.T) {
	if os.Getenv(limitedChild) == "" {
		runSelf(t, "TestFileSizeLimit", limitedChild)
		return
	}
	data := compress(t, Gzip, buildTar(t, wellFormed("dir:x\n", ent{name: "top/docs/x/"},
		ent{name: "top/docs/x/f", body: strings.Repeat("f", 3*slabSize)})))
	dir := t.TempDir()
	if err := syscall.Setrlimit(syscall.RLIMIT_FSIZE, &syscall.Rlimit{Cur: slabSize + 5000, Max: slabSize + 5000}); err != nil {
		t.Fatal(err)
	}
	c, err := Unpack(context.Background(), bytes.NewReader(data), Gzip, Options{Dir: dir, Component: testShort})
	var d *DiskError
	if c != nil || !errors.As(err, &d) || !errors.Is(err, syscall.EFBIG) || d.Path != "x/f" || d.Size != 3*slabSize || d.Op != "write" {
		t.Fatalf("got %v, want a DiskError for x/f", err)
	}
}

// Package archive unpacks one component archive of a channel into a directory.
//
// # Guarantee
//
// When Unpack returns without an error, the directory holds exactly what the component's manifest.in names, at the paths
// where a toolchain has it, with stock rustup's modes; the archive was read to its last byte, so that every check of its
// compression was made; and Contents says of each file what was written. When it returns an error the directory holds
// some of it, no file is being written any more, and the caller throws the directory away.
//
// What it does not promise: the directory is private to one process while it is filled (there are no locks here), and
// nothing is synced: durability belongs to whoever publishes the tree.
//
// # Hostile archives
//
// An archive comes from a server and is untrusted even where its hash was right. Every write stays below the directory by
// construction, from three facts together:
//
//   - a name is used only after cleanName: relative, UTF-8, no "..", no control character, and on Windows no part that the
//     system reads as something else (drive, stream, device, trailing dot);
//   - only directories and regular files are ever created, never a link, so no part of such a name can lead elsewhere;
//   - a file is created exclusively and without following a link, relative to the directory's own descriptor, so that
//     nothing that was there before is opened either.
//
// Memory is bounded by maxSlabs, the buffers of the pipe, the decoder's window (zstd and xz, 128 MiB at most) and the list
// of names, which Limits bounds; so are time and disk.
//
// # Where it differs from stock
//
// Stock rustup takes any archive that its tar reader can make something of. These are refused here, because no archive of
// the project's has them and each hides damage: a file that comes twice (stock: the last one wins; a directory that comes
// twice ends stock's task), bytes behind the tar's end or behind the compressed stream, a tar without its end marker, a wrong
// checksum at the end of the stream (stock stops reading before it), names that are not UTF-8 or hold control characters,
// sparse files, a manifest that leaves the tree, or whose kinds disagree with the archive.
//
// As with stock, the umask alone decides who may write directories, so that a group can share a home; files get the time of
// unpacking, not the archive's; the first part of every name is dropped, whatever it is; entries of other components in the
// same archive are passed over; directories that have no entry of their own are made, with a warning.
package archive

import (
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"runtime"
	"strings"
	"time"

	"berth/internal/openfiles"
)

// Format is the compression of a component archive.
type Format int

const (
	Gzip Format = iota + 1
	Xz
	Zstd
)

func (f Format) String() string {
	switch f {
	case Gzip:
		return "gz"
	case Xz:
		return "xz"
	case Zstd:
		return "zst"
	}
	return fmt.Sprintf("Format(%d)", int(f))
}

// FormatOf tells the format from the end of a file's name or URL (a query is not looked at).
func FormatOf(name string) (Format, error) {
	base, _, _ := strings.Cut(name, "?")
	switch {
	case strings.HasSuffix(base, ".gz"), strings.HasSuffix(base, ".tgz"):
		return Gzip, nil
	case strings.HasSuffix(base, ".xz"):
		return Xz, nil
	case strings.HasSuffix(base, ".zst"):
		return Zstd, nil
	}
	return 0, fmt.Errorf("unknown archive format of %q: expected a name in .tar.gz, .tar.xz or .tar.zst", name)
}

// Options say where to unpack and what to expect.
type Options struct {
	// Dir exists, is empty, and belongs to this call until it returns.
	Dir string
	// Component is the name in the channel manifest, with the target (rust-docs-x86_64-unknown-linux-gnu). Short is the
	// package's name alone: some archives call their folder so.
	Component, Short string
	// Limits bounds what the archive may ask for; zero fields have defaults that every real component keeps by far.
	Limits Limits
	// Writers is the number of goroutines that create files; 0 chooses.
	Writers int
	// Warn is told what is odd but harmless. It is called from Unpack's own goroutine; nil is allowed.
	Warn func(string)
}

// Limits bounds an archive.
type Limits struct {
	Entries  int   // entries of the tar, and paths that these stand for: a deep name has directories without entries
	Bytes    int64 // length of the decompressed tar
	FileSize int64 // one file
	PathLen  int   // bytes of one entry's name
	Depth    int   // parts of one entry's name
}

// The largest real component has 52,000 entries, 1.2 GB, a file of 190 MB, names of 150 bytes and 12 parts.
func defaultLimits() Limits {
	return Limits{Entries: 500_000, Bytes: 32 << 30, FileSize: 8 << 30, PathLen: 512, Depth: 64}
}

func (l Limits) withDefaults() Limits {
	return Limits{
		Entries:  orDefault(l.Entries, defaultLimits().Entries),
		Bytes:    orDefault(l.Bytes, defaultLimits().Bytes),
		FileSize: orDefault(l.FileSize, defaultLimits().FileSize),
		PathLen:  orDefault(l.PathLen, defaultLimits().PathLen),
		Depth:    orDefault(l.Depth, defaultLimits().Depth),
	}
}

func orDefault[T int | int64](v, def T) T {
	if v <= 0 {
		return def
	}
	return v
}

// Contents is what Unpack wrote.
type Contents struct {
	Manifest Manifest // in the order of manifest.in
	Files    []File   // sorted by path
	Dirs     []Dir    // sorted by path: all directories below Options.Dir, a parent before its children
}

// File is a regular file as it lies on disk. Its path has forward slashes and is relative to Options.Dir.
type File struct {
	Path    string
	Size    int64
	Mode    fs.FileMode
	ModTime time.Time
	Sum     uint64 // xxhash64 of the contents
}

// Dir is a directory as it lies on disk.
type Dir struct {
	Path string
	Mode fs.FileMode
}

// Unpack reads the archive r to its end and unpacks one component of it into o.Dir. The error is a *CorruptError if the
// archive is at fault, a *DiskError if the local file system is, and otherwise wraps what r or ctx reported.
//
// It returns as soon as ctx ends. Then, and after any other error, one Read of r may still be under way: close r to end it.
func Unpack(ctx context.Context, r io.Reader, f Format, o Options) (*Contents, error) {
	o.Limits = o.Limits.withDefaults()
	dest, err := openTree(o.Dir)
	if err != nil {
		return nil, &DiskError{Op: "open", Path: o.Dir, Err: err}
	}
	defer dest.close()

	ctx, cancel := context.WithCancelCause(ctx)
	defer cancel(nil)
	in := decodeAhead(ctx, r, f, o.Limits.Bytes)
	w := startWriters(ctx, cancel, dest, writers(o.Writers))
	u := newUnpacker(in, dest, w, o)

	err = u.readAll()
	if err != nil {
		// Stops the decoder and the writers; if one of these failed first, its reason is the cause and stays it.
		cancel(err)
	}
	files := w.wait()
	if cause := context.Cause(ctx); cause != nil {
		return nil, fmt.Errorf("unpack %s: %w", o.Component, u.explain(cause))
	}
	c, err := u.finish(files)
	if err != nil {
		return nil, fmt.Errorf("unpack %s: %w", o.Component, err)
	}
	return c, nil
}

// writers chooses how many goroutines create files: one a core, for creating is system time and hardly ever waiting.
func writers(asked int) int {
	if asked > 0 {
		return asked
	}
	return openfiles.AtOnce(max(2, min(8, runtime.GOMAXPROCS(0))), 2)
}

var errStopped = errors.New("unpacking was stopped")

package archive

import (
	"archive/tar"
	"context"
	"errors"
	"io"
	"io/fs"
	"path"
	"strings"
	"time"
)

type crateUnpacker struct {
	ctx   context.Context
	o     CrateOptions
	tar   *tar.Reader
	dest  *tree
	buf   []byte
	known map[string]state // paths below Dir
	links []crateLink
	bytes int64
}

func (u *crateUnpacker) run() error {
	if err := u.mkdirs(u.o.Top); err != nil {
		return err
	}
	for {
		if err := u.ctx.Err(); err != nil {
			return context.Cause(u.ctx)
		}
		h, err := u.tar.Next()
		if err == io.EOF {
			return u.makeLinks()
		}
		if err != nil {
			return err
		}
		if err := u.entry(h); err != nil {
			return err
		}
	}
}

// explain tells apart who failed, as readError does for components.
func (u *crateUnpacker) explain(in *source, err error) error {
	var c *CorruptError
	var d *DiskError
	switch {
	case errors.As(err, &c), errors.As(err, &d), u.ctx.Err() != nil:
		return err
	case in.err != nil:
		return &sourceError{in.err}
	case errors.Is(err, io.ErrUnexpectedEOF):
		return &CorruptError{Reason: "it ends too early", Err: io.ErrUnexpectedEOF}
	}
	return &CorruptError{Reason: "it is no tar archive in gzip, or a damaged one", Err: err}
}

// crateLimits: names as long as the file system takes them, since Cargo has no limits of its own.
func crateLimits() Limits { return Limits{PathLen: 4096, Depth: 256, Entries: 1_000_000} }

func (u *crateUnpacker) entry(h *tar.Header) error {
	if !below(h.Name, u.o.Top) {
		return corrupt(h.Name, "it is not below %q", u.o.Top)
	}
	name, problem := cleanName(h.Name, crateLimits())
	if problem != "" {
		return corrupt(h.Name, "%s", problem)
	}
	if len(u.known) > crateLimits().Entries {
		return corrupt("", "it has more than %d entries", crateLimits().Entries)
	}
	if u.o.Keep != nil && !u.o.Keep(strings.TrimPrefix(name[len(u.o.Top):], "/")) {
		return nil
	}
	if path.Base(name) == u.o.Skip {
		return nil
	}
	switch h.Typeflag {
	case tar.TypeReg, tar.TypeCont:
		return u.file(h, name)
	case tar.TypeDir:
		return u.dir(h, name)
	case tar.TypeSymlink, tar.TypeLink:
		return u.link(h, name)
	}
	return corrupt(h.Name, "it is no file, directory or link (kind %q)", h.Typeflag)
}

// below compares the first part as it is written: Cargo does not take ./ off.
func below(name, top string) bool {
	rest, ok := strings.CutPrefix(name, top)
	return ok && (rest == "" || rest[0] == '/')
}

func (u *crateUnpacker) file(h *tar.Header, name string) error {
	if isSparse(h) {
		return corrupt(h.Name, "it is a sparse file")
	}
	switch before := u.known[name]; {
	case before&isDir != 0:
		return corrupt(h.Name, "it comes as a file and as a directory")
	case before&isLink != 0:
		return corrupt(h.Name, "it comes as a file and as a link")
	case before != 0: // the last one counts
		if err := u.dest.remove(name); err != nil {
			return u.diskError("remove", name, err)
		}
	}
	if err := u.parents(h, name); err != nil {
		return err
	}
	u.known[name] = isFile
	u.bytes += h.Size
	return u.write(h, name)
}

func (u *crateUnpacker) write(h *tar.Header, name string) error {
	out, err := u.dest.create(name, fs.FileMode(h.Mode)&0o777)
	if err != nil {
		return u.diskError("create", name, err)
	}
	err = u.copy(out, h, name)
	if timeErr := out.setTime(name, u.timeOf(h, name)); err == nil && timeErr != nil {
		err = u.diskError("set the time of", name, timeErr)
	}
	if closeErr := out.finish(); err == nil && closeErr != nil {
		err = u.diskError("write", name, closeErr)
	}
	return err
}

func (u *crateUnpacker) copy(out *outFile, h *tar.Header, name string) error {
	for at := int64(0); at < h.Size; {
		piece := u.buf[:min(int64(len(u.buf)), h.Size-at)]
		if _, err := io.ReadFull(u.tar, piece); err != nil {
			return noEOF(err)
		}
		if err := out.writeAt(piece, at); err != nil {
			return &DiskError{Op: "write", Dir: u.o.Dir, Path: name, Size: h.Size, Err: err}
		}
		at += int64(len(piece))
	}
	return nil
}

// published is the time that Cargo gives the files of what it packs: the three that it makes itself while packing had none
// in some versions, and get it when they are unpacked.
func published() time.Time { return time.Unix(1153704088, 0) }

func (u *crateUnpacker) timeOf(h *tar.Header, name string) time.Time {
	switch strings.TrimPrefix(name, u.o.Top) {
	case "/Cargo.lock", "/Cargo.toml", "/.cargo_vcs_info.json":
		return published()
	}
	if h.ModTime.Unix() == 0 {
		return time.Unix(1, 0) // programs take 0 for no time
	}
	return h.ModTime
}

func (u *crateUnpacker) dir(h *tar.Header, name string) error {
	if u.known[name]&(isFile|isLink) != 0 {
		return corrupt(h.Name, "it comes as a file and as a directory")
	}
	if err := u.parents(h, name); err != nil {
		return err
	}
	return u.mkdir(name, fs.FileMode(h.Mode)&0o777|0o700)
}

// parents makes the directories above name.
func (u *crateUnpacker) parents(h *tar.Header, name string) error {
	for dir := parent(name); u.known[dir]&isDir == 0; dir = parent(dir) {
		if u.known[dir] != 0 {
			return corrupt(h.Name, "it lies below %q, which is no directory", dir)
		}
	}
	return u.mkdirs(parent(name))
}

func (u *crateUnpacker) mkdirs(name string) error {
	if name == "" || u.known[name]&isDir != 0 {
		return nil
	}
	if err := u.mkdirs(parent(name)); err != nil {
		return err
	}
	return u.mkdir(name, 0o777)
}

func (u *crateUnpacker) mkdir(name string, mode fs.FileMode) error {
	if u.known[name]&isDir != 0 {
		return nil
	}
	if err := u.dest.mkdirMode(name, mode); err != nil {
		return u.diskError("mkdir", name, err)
	}
	u.known[name] = isDir
	return nil
}

func (u *crateUnpacker) diskError(op, name string, err error) error {
	d := &DiskError{Op: op, Dir: u.o.Dir, Path: name, Err: err}
	if !errors.Is(err, fs.ErrExist) {
		return d
	}
	for other := range u.known {
		if other != name && strings.EqualFold(other, name) {
			return &CorruptError{Entry: name, Reason: "on this file system it is the same name as " + other}
		}
	}
	return d
}

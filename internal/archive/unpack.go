package archive

import (
	"archive/tar"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"strings"
)

// The fixed files of a package, and what they may weigh: they are kept in memory.
const (
	versionFile    = "rust-installer-version"
	componentsFile = "components"
	manifestFile   = "manifest.in"

	installerVersion = "3"

	maxVersion    = 64
	maxComponents = 1 << 20
	maxManifest   = 64 << 20
)

// state is what is known of a path below the component's folder.
type state uint8

const (
	isFile state = 1 << iota
	isDir        // it has an entry, or something below it has
	made         // the directory is on disk
	isLink       // of a crate; components have none
)

// unpacker walks the tar. Files go straight to their final place: manifest.in may come last (rust-installer sorts entries by
// their reversed names), so what it does not name is taken away again at the end; directories are made when the first
// file needs them, so that hardly any is taken away.
type unpacker struct {
	in   *ahead
	tar  *tar.Reader
	dest *tree
	w    *writerPool
	o    Options

	entries int
	known   map[string]state

	folder               string // of the component, as this archive calls it
	version, list, lines []byte // contents of the fixed files; nil if they did not come
}

func newUnpacker(in *ahead, dest *tree, w *writerPool, o Options) *unpacker {
	return &unpacker{in: in, tar: tar.NewReader(in), dest: dest, w: w, o: o, known: map[string]state{"": isDir | made}}
}

// readAll takes in the whole archive, checks of the compression included.
func (u *unpacker) readAll() error {
	for {
		h, err := u.tar.Next()
		if err == io.EOF {
			break
		}
		if err != nil {
			return u.readError("", err)
		}
		if u.entries++; max(u.entries, len(u.known)) > u.o.Limits.Entries {
			return corrupt("", "it has more than %d entries", u.o.Limits.Entries)
		}
		if err := u.entry(h); err != nil {
			return u.readError(h.Name, err)
		}
	}
	if u.in.ended {
		// The tar reader takes the stream's end for the archive's, but then nobody knows what should have followed.
		return &CorruptError{Reason: "its tar has no end marker", Err: io.ErrUnexpectedEOF}
	}
	return u.in.drain()
}

// readError tells apart who failed: errors that have a type, or came out of the pipe, are said already; what is left is
// what the tar reader thought of the bytes.
func (u *unpacker) readError(entry string, err error) error {
	var c *CorruptError
	var d *DiskError
	var src *sourceError
	switch {
	case errors.As(err, &c), errors.As(err, &d), errors.As(err, &src), u.w.ctx.Err() != nil:
		return err
	case errors.Is(err, io.ErrUnexpectedEOF), errors.Is(err, io.EOF):
		return &CorruptError{Entry: entry, Reason: "it ends too early", Err: io.ErrUnexpectedEOF}
	}
	return &CorruptError{Entry: entry, Reason: "its tar is malformed", Err: err}
}

func (u *unpacker) entry(h *tar.Header) error {
	if h.Typeflag == tar.TypeXGlobalHeader {
		return nil // a comment, as far as files are concerned
	}
	if err := checkKind(h); err != nil {
		return err
	}
	name, problem := cleanName(h.Name, u.o.Limits)
	if problem != "" {
		return corrupt(h.Name, "tar path is not supported: %s", problem)
	}
	if h.Size > u.o.Limits.FileSize {
		return corrupt(h.Name, "its size of %s is over the allowed %s", humanSize(h.Size), humanSize(u.o.Limits.FileSize))
	}
	_, name, _ = strings.Cut(name, "/") // the top directory, whatever it is called
	switch name {
	case "":
		return nil
	case versionFile:
		return u.readVersion(h)
	case componentsFile:
		return u.readFixed(h, &u.list, maxComponents)
	}
	folder, name, _ := strings.Cut(name, "/")
	if folder != u.o.Component && (folder != u.o.Short || folder == "") {
		return nil // another component of the same package
	}
	return u.componentEntry(h, folder, name)
}

func (u *unpacker) componentEntry(h *tar.Header, folder, name string) error {
	if u.folder == "" {
		u.folder = folder
	}
	if folder != u.folder {
		return corrupt(h.Name, "the archive has the component as %q and as %q", u.folder, folder)
	}
	isDirectory := h.Typeflag == tar.TypeDir
	switch {
	case name == "" && isDirectory:
		return nil
	case name == "":
		return corrupt(h.Name, "the component is not a directory")
	case name == manifestFile:
		return u.readFixed(h, &u.lines, maxManifest)
	case isDirectory:
		return u.addDir(h, name)
	}
	return u.addFile(h, name)
}

// checkKind lets directories and plain files pass. The kinds are spelled as stock spells them.
func checkKind(h *tar.Header) error {
	kind := ""
	switch h.Typeflag {
	case tar.TypeReg, tar.TypeDir:
		if !isSparse(h) {
			return nil
		}
		kind = "GNUSparse"
	case tar.TypeLink:
		kind = "Link"
	case tar.TypeSymlink:
		kind = "Symlink"
	case tar.TypeChar:
		kind = "Char"
	case tar.TypeBlock:
		kind = "Block"
	case tar.TypeFifo:
		kind = "Fifo"
	case tar.TypeCont:
		kind = "Continuous"
	case tar.TypeGNUSparse:
		kind = "GNUSparse"
	default:
		kind = fmt.Sprintf("%q", h.Typeflag)
		return corrupt(h.Name, "tar entry kind %s is not supported", kind)
	}
	return corrupt(h.Name, "tar entry kind '%s' is not supported", kind)
}

// isSparse finds sparse files in PAX dress: a few bytes of archive that stand for any size on disk.
func isSparse(h *tar.Header) bool {
	for key := range h.PAXRecords {
		if strings.HasPrefix(key, "GNU.sparse.") {
			return true
		}
	}
	return false
}

func (u *unpacker) readVersion(h *tar.Header) error {
	if err := u.readFixed(h, &u.version, maxVersion); err != nil {
		return err
	}
	if v := strings.TrimSpace(string(u.version)); v != installerVersion {
		return corrupt("", "unsupported installer version: %s (expected %s)", v, installerVersion)
	}
	return nil
}

func (u *unpacker) readFixed(h *tar.Header, into *[]byte, limit int64) error {
	switch {
	case h.Typeflag != tar.TypeReg:
		return corrupt(h.Name, "it is not a regular file")
	case *into != nil:
		return corrupt(h.Name, "it comes twice")
	case h.Size > limit:
		return corrupt(h.Name, "its size of %s is over the allowed %s", humanSize(h.Size), humanSize(limit))
	}
	*into = make([]byte, h.Size)
	_, err := io.ReadFull(u.tar, *into)
	return err
}

func (u *unpacker) addDir(h *tar.Header, name string) error {
	if u.known[name]&isFile != 0 {
		return corrupt(h.Name, "it comes as a file and as a directory")
	}
	if err := u.needParents(h, name); err != nil {
		return err
	}
	u.known[name] |= isDir
	return nil
}

func (u *unpacker) addFile(h *tar.Header, name string) error {
	switch before := u.known[name]; {
	case before&isFile != 0:
		return corrupt(h.Name, "it comes twice")
	case before&isDir != 0:
		return corrupt(h.Name, "it comes as a file and as a directory")
	}
	if err := u.needParents(h, name); err != nil {
		return err
	}
	u.known[name] = isFile
	if err := u.mkdirs(parent(name)); err != nil {
		return err
	}
	return u.w.add(File{Path: name, Size: h.Size, Mode: stockMode(h.Mode)}, u.tar)
}

// needParents notes the directories above name, and warns as stock does of each that has no entry before.
func (u *unpacker) needParents(h *tar.Header, name string) error {
	for dir := parent(name); u.known[dir]&isDir == 0; dir = parent(dir) {
		if u.known[dir]&isFile != 0 {
			return corrupt(h.Name, "it lies below %q, which is a file", dir)
		}
		if u.o.Warn != nil {
			u.o.Warn(fmt.Sprintf("unexpected: missing parent '%s' for '%s'", dir, h.Name))
		}
		u.known[dir] = isDir
	}
	return nil
}

func (u *unpacker) mkdirs(name string) error {
	if u.known[name]&made != 0 {
		return nil
	}
	if err := u.mkdirs(parent(name)); err != nil {
		return err
	}
	if err := u.dest.mkdir(name); err != nil {
		return u.dirError("mkdir", name, err)
	}
	u.known[name] |= made
	return nil
}

func (u *unpacker) dirError(op, name string, err error) error {
	return &DiskError{Op: op, Dir: u.o.Dir, Path: name, Err: err}
}

// stockMode keeps the owner's bits and gives the others the owner's read and execute: archives were made under all kinds of
// umasks. Set-id and sticky bits are gone with it. The umask of this process applies on top, as with stock.
func stockMode(mode int64) fs.FileMode {
	user := fs.FileMode(mode) & 0o700
	group := user & 0o500 >> 3
	return user | group | group>>3
}

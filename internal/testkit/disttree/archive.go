package disttree

import (
	"archive/tar"
	"bytes"
	"cmp"
	"io"
	"io/fs"
	"maps"
	"path"
	"slices"
	"time"
)

// image is a component archive before compression: the layout that rust-installer gives to every component.
//
//	TOP/rust-installer-version      "3"
//	TOP/components                  FOLDER
//	TOP/version
//	TOP/FOLDER/manifest.in          file:… and dir:… lines
//	TOP/FOLDER/bin/rustc …
type image struct {
	top     string
	folder  string
	version string
	record  []byte // manifest.in
	files   []content
}

// content is a file of an image that need not be in memory.
type content struct {
	path string // in the archive
	mode fs.FileMode
	size int64
	open func() (io.ReadCloser, error)
}

func inMemory(path string, mode fs.FileMode, data []byte) content {
	return content{path: path, mode: mode, size: int64(len(data)), open: func() (io.ReadCloser, error) {
		return io.NopCloser(bytes.NewReader(data)), nil
	}}
}

// writeTar writes the image in the order of the real archives: all directories first, then the files sorted by their reversed path,
// which brings equal endings together for the compressor. So manifest.in stands somewhere in the middle, and who unpacks
// while he reads must not need it before.
func (im image) writeTar(w io.Writer) error {
	files := im.entries()
	tw := tar.NewWriter(w)
	for _, dir := range directories(files) {
		header := &tar.Header{Typeflag: tar.TypeDir, Name: dir + "/", Mode: 0o755, ModTime: time.Unix(0, 0), Format: tar.FormatGNU}
		if err := tw.WriteHeader(header); err != nil {
			return err
		}
	}
	for _, f := range files {
		if err := writeFile(tw, f); err != nil {
			return err
		}
	}
	return tw.Close()
}

func writeFile(tw *tar.Writer, f content) error {
	header := &tar.Header{
		Typeflag: tar.TypeReg, Name: f.path, Size: f.size, Mode: int64(f.mode.Perm()), ModTime: time.Unix(0, 0), Format: tar.FormatGNU,
	}
	if err := tw.WriteHeader(header); err != nil {
		return err
	}
	r, err := f.open()
	if err != nil {
		return err
	}
	defer r.Close()
	_, err = io.Copy(tw, r)
	return err
}

// entries are all files of the image, with their full paths, in the archive's order.
func (im image) entries() []content {
	all := []content{
		inMemory(path.Join(im.top, "rust-installer-version"), 0o644, []byte("3\n")),
		inMemory(path.Join(im.top, "components"), 0o644, []byte(im.folder+"\n")),
		inMemory(path.Join(im.top, "version"), 0o644, []byte(im.version+"\n")),
		inMemory(path.Join(im.top, im.folder, "manifest.in"), 0o644, im.record),
	}
	for _, f := range im.files {
		f.path = path.Join(im.top, im.folder, f.path)
		all = append(all, f)
	}
	slices.SortFunc(all, func(a, b content) int { return compareReversed(a.path, b.path) })
	return all
}

func compareReversed(a, b string) int {
	for i := 1; i <= len(a) && i <= len(b); i++ {
		if c := cmp.Compare(a[len(a)-i], b[len(b)-i]); c != 0 {
			return c
		}
	}
	return cmp.Compare(len(a), len(b))
}

// directories are all parents of the files, each before what lies in it.
func directories(files []content) []string {
	seen := map[string]bool{}
	for _, f := range files {
		for dir := path.Dir(f.path); dir != "." && !seen[dir]; dir = path.Dir(dir) {
			seen[dir] = true
		}
	}
	return slices.Sorted(maps.Keys(seen))
}

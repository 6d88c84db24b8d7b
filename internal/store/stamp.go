package store

import (
	"bytes"
	"errors"
	"fmt"
	"io/fs"
	"strconv"
	"strings"
	"time"

	"github.com/cespare/xxhash/v2"

	"berth/internal/archive"
	"berth/internal/lockfs"
)

// A stamp is a text: a first line that names the format, "key value" lines, an
// empty line, then one line for each manifest entry (m), directory (d) and file
// (f), and last "end <xxhash64>" over all before it. It is written into staging
// before the rename that publishes, so a stamp that can be seen is whole unless
// the machine lost power; the last line tells.

const stampEnd = "end "

// Digests in stamps are xxHash64: they find torn and edited files. Whether bytes
// are the right ones was decided before, by SHA-256 over the archive.

type stampWriter struct{ bytes.Buffer }

// headOf is the first line of a stamp.
func headOf(kind string) string { return "berth " + kind + " 1" }

func newStamp(kind string) *stampWriter {
	w := &stampWriter{}
	w.WriteString(headOf(kind) + "\n")
	return w
}

func (w *stampWriter) field(key, value string) { fmt.Fprintf(w, "%s %s\n", key, value) }

func (w *stampWriter) contents(c *archive.Contents) {
	for _, e := range c.Manifest {
		fmt.Fprintf(w, "m %s\n", e)
	}
	for _, d := range c.Dirs {
		fmt.Fprintf(w, "d %o %s\n", d.Mode.Perm(), d.Path)
	}
	line := make([]byte, 0, 256)
	for _, f := range c.Files {
		line = append(line[:0], "f "...)
		line = strconv.AppendUint(line, uint64(f.Mode.Perm()), 8)
		line = append(line, ' ')
		line = strconv.AppendInt(line, f.Size, 10)
		line = append(line, ' ')
		line = strconv.AppendInt(line, f.ModTime.UnixNano(), 10)
		line = append(line, ' ')
		line = strconv.AppendUint(line, f.Sum, 16)
		line = append(line, ' ')
		line = append(line, f.Path...)
		w.Write(append(line, '\n'))
	}
}

func (w *stampWriter) finish() []byte {
	fmt.Fprintf(w, "%s%016x\n", stampEnd, xxhash.Sum64(w.Bytes()))
	return w.Bytes()
}

// stamp is a stamp that was read.
type stamp struct {
	fields   map[string][]string
	contents archive.Contents
	manifest []byte // the m lines, as a component's manifest has them
}

func (s *stamp) field(key string) string {
	if v := s.fields[key]; len(v) > 0 {
		return v[0]
	}
	return ""
}

// damagedError says what is wrong with a stamp; the object is then as good as absent.
type damagedError struct{ path, reason string }

func (e *damagedError) Error() string { return e.path + " is damaged: " + e.reason }

// readStamp reads the stamp of a tree or component. One that is there and cannot be
// read is damaged, unless it is another user's.
func readStamp(file lockfs.Filesystem, kind string) (*stamp, error) {
	data, err := file.ReadFile()
	switch {
	case err == nil:
		return parseStamp(file.Display(), kind, data)
	case errors.Is(err, fs.ErrNotExist) || errors.Is(err, fs.ErrPermission):
		return nil, err
	}
	return nil, &damagedError{file.Display(), err.Error()}
}

func parseStamp(path, kind string, data []byte) (*stamp, error) {
	bad := func(reason string) (*stamp, error) { return nil, &damagedError{path, reason} }
	end := bytes.LastIndex(data, []byte("\n"+stampEnd))
	if end < 0 {
		return bad("its last line is missing")
	}
	if want := fmt.Sprintf("%s%016x\n", stampEnd, xxhash.Sum64(data[:end+1])); string(data[end+1:]) != want {
		return bad("its digest does not match")
	}
	lines := strings.Split(string(data[:end]), "\n")
	if lines[0] != headOf(kind) {
		return bad("it begins with " + strconv.Quote(lines[0]))
	}
	s := &stamp{fields: map[string][]string{}}
	for i, line := range lines[1:] {
		if err := s.line(line); err != nil {
			return bad(fmt.Sprintf("line %d: %v", i+2, err))
		}
	}
	var err error
	if s.contents.Manifest, err = archive.ParseManifest(s.manifest); err != nil {
		return bad(err.Error())
	}
	return s, nil
}

func (s *stamp) line(line string) error {
	key, rest, ok := strings.Cut(line, " ")
	if !ok {
		return fmt.Errorf("expected a key and a value, got %q", line)
	}
	switch key {
	case "m":
		s.manifest = append(append(s.manifest, rest...), '\n')
		return nil
	case "d":
		mode, path, _ := strings.Cut(rest, " ")
		perm, err := strconv.ParseUint(mode, 8, 32)
		s.contents.Dirs = append(s.contents.Dirs, archive.Dir{Path: path, Mode: fs.FileMode(perm)})
		return err
	case "f":
		f, err := parseFile(rest)
		s.contents.Files = append(s.contents.Files, f)
		return err
	default:
		s.fields[key] = append(s.fields[key], rest)
		return nil
	}
}

func parseFile(rest string) (archive.File, error) {
	var numbers [4]string
	for i := range numbers {
		number, tail, ok := strings.Cut(rest, " ")
		if !ok {
			return archive.File{}, fmt.Errorf("expected mode, size, time, digest and path")
		}
		numbers[i], rest = number, tail
	}
	mode, err1 := strconv.ParseUint(numbers[0], 8, 32)
	size, err2 := strconv.ParseInt(numbers[1], 10, 64)
	nanos, err3 := strconv.ParseInt(numbers[2], 10, 64)
	sum, err4 := strconv.ParseUint(numbers[3], 16, 64)
	for _, err := range []error{err1, err2, err3, err4} {
		if err != nil {
			return archive.File{}, err
		}
	}
	return archive.File{Path: rest, Size: size, Mode: fs.FileMode(mode), ModTime: time.Unix(0, nanos), Sum: sum}, nil
}

package index

import (
	"bytes"
	"encoding/binary"
	"slices"
	"strings"

	"berth/internal/crate"
	"berth/internal/semver"
)

// The cache file of stock Cargo 1.95 (checked on files that it wrote): a byte of format, the newest format of lines
// that its writer knew as four bytes, lowest first, the version of the answer (an entity tag, a date or a git object),
// and then each version's number and line. Texts end with a zero byte.
const (
	cacheFormat = 3
	cacheHeader = 1 + 4
)

// Versions of answers that cannot be asked for again are called so.
const unknownVersion = "Unknown"

// ParseCache reads a cache file. It is not ok if it is of another format, empty or cut, so that the registry is to be
// asked. The version is that of the answer, empty if it is not known.
func ParseCache(source crate.SourceID, data []byte) (f *File, version string, ok bool) {
	if len(data) < cacheHeader || data[0] != cacheFormat || binary.LittleEndian.Uint32(data[1:]) != newestFormat {
		return nil, "", false
	}
	tag, rest, ok := bytes.Cut(data[cacheHeader:], []byte{0})
	if !ok {
		return nil, "", false
	}
	f = &File{source: source, lines: make([]line, 0, bytes.Count(rest, []byte{0})/2)}
	for len(rest) > 0 {
		number, after, ok := bytes.Cut(rest, []byte{0})
		if !ok {
			return nil, "", false
		}
		text, after, ok := bytes.Cut(after, []byte{0})
		if !ok {
			return nil, "", false
		}
		v, err := semver.Parse(string(number))
		if err != nil {
			return nil, "", false
		}
		f.add(v, text)
		rest = after
	}
	if version = string(tag); version == unknownVersion {
		version = ""
	}
	return f, version, true
}

// AppendCache writes the cache file of an answer whose version is known, or empty.
func (f *File) AppendCache(buf []byte, version string) []byte {
	if version == "" || strings.ContainsRune(version, 0) {
		version = unknownVersion
	}
	size := cacheHeader + len(version) + 1
	for i := range f.lines {
		size += len(f.lines[i].text) + 24
	}
	buf = slices.Grow(buf, size)
	buf = append(buf, cacheFormat)
	buf = binary.LittleEndian.AppendUint32(buf, newestFormat)
	buf = append(append(buf, version...), 0)
	for i := range f.lines {
		l := &f.lines[i]
		buf = append(append(buf, l.version.String()...), 0)
		buf = append(append(buf, l.text...), 0)
	}
	return buf
}

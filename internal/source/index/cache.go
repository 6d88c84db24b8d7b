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
	tag, rest, ok := cacheBody(data)
	if !ok {
		return nil, "", false
	}
	f = &File{source: source, lines: make([]line, 0, bytes.Count(rest, []byte{0})/2)}
	for len(rest) > 0 {
		number, text, after, ok := nextCached(rest)
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

// cacheBody is a cache file's name for the version of the answer, and its lines.
func cacheBody(data []byte) (tag, lines []byte, ok bool) {
	if len(data) < cacheHeader || data[0] != cacheFormat || binary.LittleEndian.Uint32(data[1:]) != newestFormat {
		return nil, nil, false
	}
	return bytes.Cut(data[cacheHeader:], []byte{0})
}

// nextCached is the first line, with its number, and what comes after.
func nextCached(lines []byte) (number, text, rest []byte, ok bool) {
	number, rest, ok = bytes.Cut(lines, []byte{0})
	if ok {
		text, rest, ok = bytes.Cut(rest, []byte{0})
	}
	return number, text, rest, ok
}

// MatchCache is what Match would say of one version in a cache file, nothing where the file is none. Other lines are not
// looked at: who goes by a Cargo.lock wants one line of each file, of some hundred. The data may change afterwards.
func MatchCache(source crate.SourceID, data []byte, name string, version semver.Version) []*crate.Summary {
	_, lines, ok := cacheBody(data)
	want := version.String()
	var found *crate.Summary
	for ok && len(lines) > 0 {
		var number, text []byte
		if number, text, lines, ok = nextCached(lines); !ok || string(number) != want {
			continue
		}
		if s := parseLine(source, text); s != nil && s.ID.Name == name && s.ID.Version == version {
			found = s
		}
	}
	if !ok || found == nil {
		return nil
	}
	return []*crate.Summary{found}
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

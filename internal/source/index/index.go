// Package index reads what a registry says of a crate: the lines of its index file, one a version, as they come from a
// server, lie in a git tree or a local registry, or in the cache below registry/index that berth shares with stock.
//
// What holds: it is pure. A line is only read when its version is wanted: what a File costs at first is a look for the
// ends of the lines and for their versions. Lines that cannot be read, and those of a format that is not known yet, are
// passed over, as stock does it, so that a registry may go on.
//
// Where it ends: whether an answer is fresh is for who fetched it.
package index

import (
	"bytes"
	"slices"
	"sync"

	"berth/internal/crate"
	"berth/internal/semver"
)

// File is what a registry says of a crate. It may be used by many goroutines.
type File struct {
	source crate.SourceID
	lines  []line
}

type line struct {
	version semver.Version
	text    []byte
	read    *read
}

type read struct {
	once    sync.Once
	summary *crate.Summary // nil for a line that is passed over
}

// Parse reads an index file, one line a version. Summaries will name the source; the text must not change any more.
func Parse(source crate.SourceID, text []byte) *File {
	f := &File{source: source, lines: make([]line, 0, bytes.Count(text, []byte("\n"))+1)}
	for text := range bytes.Lines(text) {
		text = bytes.TrimRight(text, "\r\n")
		if v, ok := versionOf(text); ok {
			f.add(v, text)
		}
	}
	return f
}

func (f *File) add(v semver.Version, text []byte) {
	f.lines = append(f.lines, line{version: v, text: text, read: &read{}})
}

// Len is how many versions there are, those that are passed over included.
func (f *File) Len() int { return len(f.lines) }

// Match is the summaries of the versions that are wanted, in the order of the file. Of two lines of one version the
// later counts.
func (f *File) Match(name string, wanted func(semver.Version) bool) []*crate.Summary {
	var found []*crate.Summary
	for i := range f.lines {
		l := &f.lines[i]
		if !wanted(l.version) {
			continue
		}
		s := f.summary(l)
		if s == nil || s.ID.Name != name {
			continue
		}
		replaced := false
		for j, other := range found {
			if other.ID.Version == s.ID.Version {
				found[j], replaced = s, true
			}
		}
		if !replaced {
			found = append(found, s)
		}
	}
	return found
}

// Names are how the lines spell the crate's name: once, unless a registry has lines of several crates in a file.
func (f *File) Names() []string {
	var names []string
	for i := range f.lines {
		if s := f.summary(&f.lines[i]); s != nil && !slices.Contains(names, s.ID.Name) {
			names = append(names, s.ID.Name)
		}
	}
	return names
}

func (f *File) summary(l *line) *crate.Summary {
	l.read.once.Do(func() { l.read.summary = parseLine(f.source, l.text) })
	return l.read.summary
}

// versionOf finds the version of a line: at its usual place, or by reading all of it.
func versionOf(text []byte) (semver.Version, bool) {
	const open, middle = `{"name":"`, `","vers":"`
	if rest, ok := bytes.CutPrefix(text, []byte(open)); ok {
		if quote := bytes.IndexByte(rest, '"'); quote >= 0 && bytes.HasPrefix(rest[quote:], []byte(middle)) {
			rest = rest[quote+len(middle):]
			if end := bytes.IndexByte(rest, '"'); end >= 0 {
				v, err := semver.Parse(string(rest[:end]))
				return v, err == nil
			}
		}
	}
	if len(bytes.TrimSpace(text)) == 0 {
		return semver.Version{}, false
	}
	return slowVersion(text)
}

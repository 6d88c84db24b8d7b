// Package cargolock reads and writes Cargo.lock in the four formats that Cargo 1.95 knows.
//
// What holds: a Lock is written byte for byte as stock Cargo writes the same content, so a file of stock's that [Parse]
// takes comes back from [Lock.Append] as it was, comments at its top included; and content in which nothing changed
// need not be written at all ([SameLines]). A Lock is never changed by this package once it is made; its strings are
// parts of the one text that was read.
//
// Where it ends: nothing here knows what a package is. Sources are checked for their form only, references between
// packages are not followed, and what is not Cargo.lock's to say (unknown keys, comments below the top) is dropped as
// stock drops it. Merging two halves of a conflict is for people: the markers are an error that says so.
package cargolock

import (
	"cmp"
	"slices"
	"strings"

	"berth/internal/semver"
)

// Format is the format of the file. Only 3 and 4 are written in it; 1 and 2 are told apart by what else is there.
type Format uint8

// The formats, and since which version of Rust each is the one of new files.
const (
	V1 Format = 1 + iota // checksums in [metadata]; every dependency with version and source
	V2                   // 1.41: checksums with their packages; dependencies as short as they may be
	V3                   // 1.53: the version is written; ?branch=master is no longer the default branch
	V4                   // 1.83: git references in sources are percent-encoded
)

// Newest is the format of new files, and to which changed ones are upgraded, where the workspace sets no lower bound.
const Newest = V4

// FormatFor is the format of new files in a workspace whose lowest rust-version this is; zero where none is stated.
func FormatFor(lowest semver.Partial) Format {
	v := lowest.Version()
	switch at := func(minor uint64) bool { return cmp.Or(cmp.Compare(v.Major, 1), cmp.Compare(v.Minor, minor)) >= 0 }; {
	case lowest.IsZero() || at(83):
		return V4
	case at(53):
		return V3
	case at(41):
		return V2
	}
	return V1
}

// Lock is the content of a Cargo.lock.
type Lock struct {
	Format   Format
	Packages []Package // in the order of the file
	Unused   []Package // [[patch.unused]]: patches that nothing asked for
	Metadata []Entry   // [metadata], sorted by key
}

// Package is one [[package]].
type Package struct {
	Name, Version string
	Source        string // empty for what lies in the workspace
	Checksum      string // empty where there is none, and in format 1
	Dependencies  []Ref
	Replace       Ref // what stands in for the package, by [replace]; zero for nearly all
}

// Ref names a package from within the file, as shortly as the file's format allows: Version and Source may be empty.
type Ref struct{ Name, Version, Source string }

// IsZero tells whether r names nothing.
func (r Ref) IsZero() bool { return r.Name == "" }

// String is r as it is written: `name version (source)`.
func (r Ref) String() string { return string(r.append(nil)) }

func (r Ref) append(b []byte) []byte {
	b = append(b, r.Name...)
	if r.Version != "" {
		b = append(append(b, ' '), r.Version...)
	}
	if r.Source != "" {
		b = append(append(append(b, " ("...), r.Source...), ')')
	}
	return b
}

// parseRef splits at the first two spaces, as stock does.
func parseRef(text string) (r Ref, ok bool) {
	name, rest, versioned := strings.Cut(text, " ")
	version, source, sourced := strings.Cut(rest, " ")
	r = Ref{Name: name, Version: version}
	if name == "" || versioned && version == "" {
		return r, false
	}
	if !sourced {
		return r, true
	}
	inner, opened := strings.CutPrefix(source, "(")
	r.Source, ok = strings.CutSuffix(inner, ")")
	return r, ok && opened && r.Source != ""
}

// Entry is one line of [metadata].
type Entry struct{ Key, Value string }

// checksumKey begins the keys under which format 1 keeps checksums.
const checksumKey = "checksum "

// MetadataChecksum is the package and checksum that an entry of format 1 holds; the checksum is empty where none could
// be made. A key that names no package is not ok.
func (e Entry) MetadataChecksum() (of Ref, checksum string, ok bool) {
	key, found := strings.CutPrefix(e.Key, checksumKey)
	if !found {
		return Ref{}, "", false
	}
	if of, ok = parseRef(key); e.Value == noChecksum {
		return of, "", ok
	}
	return of, e.Value, ok
}

const noChecksum = "<none>"

// ChecksumEntry is the entry of format 1 for a package's checksum, which may be empty.
func ChecksumEntry(of Ref, checksum string) Entry {
	return Entry{checksumKey + of.String(), cmp.Or(checksum, noChecksum)}
}

// IsChecksum tells the entries of format 1 from those that nobody knows and everybody keeps.
func (e Entry) IsChecksum() bool { return strings.HasPrefix(e.Key, checksumKey) }

func sortEntries(entries []Entry) {
	slices.SortFunc(entries, func(a, b Entry) int { return strings.Compare(a.Key, b.Key) })
}

// SameLines tells whether two files hold the same but for how lines end, so that there is nothing to write: a checkout
// with CRLF stays as it is.
func SameLines(a, b string) bool {
	for a != "" && b != "" {
		lineA, restA, _ := strings.Cut(a, "\n")
		lineB, restB, _ := strings.Cut(b, "\n")
		if strings.TrimSuffix(lineA, "\r") != strings.TrimSuffix(lineB, "\r") {
			return false
		}
		a, b = restA, restB
	}
	return a == b
}

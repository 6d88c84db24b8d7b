package disttree

import (
	"bytes"
	"path"
	"strings"
)

// section is one [pkg.NAME.target.TRIPLE] table of a stored channel manifest. The manifest is edited line by line, not parsed
// and rendered again: what is not rebuilt has to stay as it was.
type section struct {
	pkg, target string
	version     string // of the package
	url         string // the first url of the section, from which the archive's name is taken
}

// stem is the real archive's name without compression, which is its top directory too.
func (s section) stem() string {
	stem, _, _ := strings.Cut(path.Base(s.url), ".tar.")
	return stem
}

// sections reads the index of a manifest.
func sections(manifest []byte) []section {
	var index []section
	var version string
	inSection := false
	for line := range strings.Lines(string(manifest)) {
		line = strings.TrimSpace(line)
		key, value, _ := strings.Cut(line, " = ")
		switch {
		case strings.HasPrefix(line, "["):
			var s section
			s.pkg, s.target, inSection = header(line)
			if inSection {
				s.version = version
				index = append(index, s)
			}
		case key == "version":
			version = strings.Trim(value, `"`)
		case inSection && strings.HasSuffix(key, "url") && index[len(index)-1].url == "":
			index[len(index)-1].url = strings.Trim(value, `"`)
		}
	}
	return index
}

// header reads a table header of the form [pkg.NAME.target.TRIPLE], where the triple may be quoted. Arrays of tables are others.
func header(line string) (pkg, target string, ok bool) {
	inner, ok := strings.CutPrefix(strings.TrimSuffix(line, "]"), "[pkg.")
	if !ok {
		return "", "", false
	}
	pkg, target, ok = strings.Cut(inner, ".target.")
	return pkg, strings.Trim(target, `"`), ok
}

// edition says how a stored manifest is to be changed.
type edition struct {
	root     string
	date     string
	archives []Archive
	// onlyServed marks what has no archive in the tree as not available. Otherwise it stays as it is, and asking for it is a 404.
	onlyServed bool
}

// rewrite returns the manifest with the archives of the edition in the places of the real ones.
func (e edition) rewrite(manifest []byte) []byte {
	var out bytes.Buffer
	var here []Archive // archives of the section that we are in
	inSection, beforeTables, hidden := false, true, false
	for line := range strings.Lines(string(manifest)) {
		key, _, isValue := strings.Cut(line, " = ")
		switch {
		case strings.HasPrefix(line, "["):
			var pkg, target string
			pkg, target, inSection = header(strings.TrimSpace(line))
			here, beforeTables = nil, false
			if inSection {
				here = archivesOf(e.archives, pkg, target)
			}
			hidden = inSection && e.onlyServed && len(here) == 0 && pkg != "rust"
			out.WriteString(line)
			if len(here) > 0 {
				out.WriteString("available = true\n")
				writeArchives(&out, e.root, here)
			}
		case beforeTables && key == "date":
			out.WriteString("date = \"" + e.date + "\"\n")
		case len(here) > 0 && isValue && isArchiveKey(key):
			// Written above; a format that was not built has no pair, or clients would ask for it.
		case hidden && key == "available":
			out.WriteString("available = false\n")
		default:
			out.WriteString(line)
		}
	}
	return out.Bytes()
}

func isArchiveKey(key string) bool {
	switch key {
	case "available", "url", "hash", "xz_url", "xz_hash", "zst_url", "zst_hash":
		return true
	}
	return false
}

package dist

import (
	"fmt"
	"io/fs"
	"strings"
)

// Names of the files that a toolchain keeps about itself, below lib/rustlib.
const (
	ManifestFile   = "multirust-channel-manifest.toml"
	ConfigFile     = "multirust-config.toml"
	ComponentsFile = "components"
	VersionFile    = "rust-installer-version"
	FilesPrefix    = "manifest-" // and the component's name
)

// InstallerVersion is what VersionFile holds, with no newline, and the only version of these formats.
const InstallerVersion = "3"

// CheckInstallerVersion checks the content of VersionFile, of a toolchain or of an archive.
func CheckInstallerVersion(content []byte) error {
	if v := strings.TrimSpace(string(content)); v != InstallerVersion {
		return fmt.Errorf("unsupported metadata version in existing installation: %s, expected %s", quoteShort(v), InstallerVersion)
	}
	return nil
}

// PartKind is what a line of an installer manifest names.
type PartKind string

// A component brings single files and whole directories.
const (
	File PartKind = "file"
	Dir  PartKind = "dir"
)

// Part is a file or directory of a component. Path has forward slashes, is relative to the toolchain and stays in it.
type Part struct {
	Kind PartKind
	Path string
}

// InstallerManifest lists what a component consists of: manifest.in in its archive, manifest-<component> once installed.
type InstallerManifest []Part

// CorruptComponentError says that a component's list cannot be used.
type CorruptComponentError struct {
	Component string
	Line      int
	Text      string
	Expected  string
}

func (e *CorruptComponentError) Error() string {
	return fmt.Sprintf("component manifest for '%s' is corrupt: line %d: expected %s, got %s",
		e.Component, e.Line, e.Expected, quoteShort(e.Text))
}

const maxInstallerManifest = 64 << 20

// ParseInstallerManifest reads the list of component's parts. The list may come out of an archive: a path that would
// leave the toolchain, on any system, is refused.
func ParseInstallerManifest(component string, doc []byte) (InstallerManifest, error) {
	if len(doc) > maxInstallerManifest {
		return nil, fmt.Errorf("component manifest for '%s': %d bytes, expected at most %d", component, len(doc), maxInstallerManifest)
	}
	var list InstallerManifest
	for i, line := range lines(doc) {
		kind, path, ok := strings.Cut(line, ":")
		switch {
		case !ok || kind != string(File) && kind != string(Dir):
			return nil, &CorruptComponentError{component, i + 1, line, "file:PATH or dir:PATH"}
		case !localPath(path):
			return nil, &CorruptComponentError{component, i + 1, line, "a path that stays in the toolchain"}
		}
		list = append(list, Part{PartKind(kind), path})
	}
	return list, nil
}

// localPath is stricter than the system that it may run on: a list written here can be read on Windows.
func localPath(path string) bool {
	if !fs.ValidPath(path) || path == "." || strings.ContainsAny(path, "\\\x00\r\n") {
		return false
	}
	return len(path) < 2 || path[1] != ':'
}

// Marshal writes the list as rustup does.
func (l InstallerManifest) Marshal() []byte {
	var b []byte
	for _, part := range l {
		b = append(append(append(b, part.Kind...), ':'), part.Path...)
		b = append(b, '\n')
	}
	return b
}

// ParseComponents reads a toolchain's list of installed components (or an archive's list of those in it), by their
// manifest names and in the order of their installation.
func ParseComponents(doc []byte) ([]string, error) {
	if len(doc) > maxConfig {
		return nil, fmt.Errorf("components file: %d bytes, expected at most %d", len(doc), maxConfig)
	}
	var names []string
	for i, line := range lines(doc) {
		if err := checkName("component", line); err != nil {
			return nil, fmt.Errorf("components file: line %d: %w", i+1, err)
		}
		names = append(names, line)
	}
	return names, nil
}

// MarshalComponents writes such a list.
func MarshalComponents(names []string) []byte {
	var b []byte
	for _, name := range names {
		b = append(append(b, name...), '\n')
	}
	return b
}

// CustomTargets are the targets of a custom toolchain, which has a components file and nothing else: those of its
// standard libraries.
func CustomTargets(components []string) []string {
	var targets []string
	for _, name := range components {
		if target, ok := strings.CutPrefix(name, stdPackage+"-"); ok {
			targets = append(targets, target)
		}
	}
	return targets
}

// lines splits text at its newlines; one at the end ends the last line and begins no other.
func lines(doc []byte) []string {
	if len(doc) == 0 {
		return nil
	}
	list := strings.Split(strings.TrimSuffix(string(doc), "\n"), "\n")
	for i, line := range list {
		list[i] = strings.TrimSuffix(line, "\r")
	}
	return list
}

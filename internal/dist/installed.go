package dist

import (
	"fmt"
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

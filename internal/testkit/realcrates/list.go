// Package realcrates is real input: a fixed list of crates of the public registry, some whole programs, and a collector that has stock Cargo fetch what
// they need once and freezes it as a registry folder, so that both tools can be asked the same question again and again, on loopback.
//
// Only the collector speaks to the public registry, and only through Cargo. What it collects is the newest state of that day; the folder never changes after.
package realcrates

import (
	_ "embed"
	"fmt"
	"os"
	"path/filepath"
	"strings"
)

// Crate is a version of a crate.
type Crate struct{ Name, Version string }

func (c Crate) String() string { return c.Name + "-" + c.Version }

//go:embed crates.txt
var crates string

//go:embed projects.txt
var projects string

// List are the crates that are to be resolved, by name.
func List() []Crate { return parse(crates) }

// Projects are the programs that are to be fetched whole.
func Projects() []Crate { return parse(projects) }

func parse(text string) []Crate {
	var all []Crate
	for line := range strings.Lines(text) {
		if name, version, ok := strings.Cut(strings.TrimSpace(line), " "); ok && name != "#" {
			all = append(all, Crate{name, version})
		}
	}
	return all
}

// WriteProject makes a package p 0.1.0 in dir that needs these crates in exactly these versions, and nothing else. A single dependency has its own name,
// several are renamed, for they may be versions of one crate.
func WriteProject(dir, edition string, crates ...Crate) error {
	var b strings.Builder
	fmt.Fprintf(&b, "[package]\nname = \"p\"\nversion = \"0.1.0\"\nedition = %q\n\n[dependencies]\n", edition)
	for i, c := range crates {
		if len(crates) == 1 {
			fmt.Fprintf(&b, "%s = \"=%s\"\n", c.Name, c.Version)
		} else {
			fmt.Fprintf(&b, "d%d = { package = %q, version = \"=%s\" }\n", i, c.Name, c.Version)
		}
	}
	if err := os.MkdirAll(filepath.Join(dir, "src"), 0o755); err != nil {
		return err
	}
	if err := os.WriteFile(filepath.Join(dir, "src", "lib.rs"), nil, 0o644); err != nil {
		return err
	}
	return os.WriteFile(filepath.Join(dir, "Cargo.toml"), []byte(b.String()), 0o644)
}

// Package witness looks at a RUSTUP_HOME from outside, as any other program of
// the user would, and says what is wrong with what it sees.
//
// It knows what releases hold (from the values that they were published from)
// and nothing of how berth works: a toolchain is whole if its records parse, if
// every component that they name has each of its files with the very bytes and
// modes of one and the same release, and if there is nothing else.
//
// What holds: Look takes no lock and no lease and may be called at any instant.
// What it reports was wrong with a tree that the name stood for before and after
// it was read; a name that meanwhile came to stand for another tree is looked at
// anew. What does not hold: a tree that is torn for less than it takes to read
// it may go unseen, so a test lets a witness watch through many changes.
package witness

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"io/fs"
	"os"
	"slices"
	"strings"

	"berth/internal/testkit/disttree"
)

// Releases is what published releases hold: by release, component and digest of
// the component's files. It can be handed to another process as JSON.
type Releases struct {
	Digests map[string]map[string]string // release → component's long name → digest
	// PointersOnly passes over directories: stock rustup makes its toolchains
	// where everybody sees them.
	PointersOnly bool
}

// Of describes the releases. Two that call themselves the same (a channel and a
// version of one date) must be the same.
func Of(toolchains ...disttree.Toolchain) *Releases {
	r := &Releases{Digests: map[string]map[string]string{}}
	for i := range toolchains {
		tc := &toolchains[i]
		of := r.Digests[release(tc.Date, tc.Version)]
		if of == nil {
			of = map[string]string{}
			r.Digests[release(tc.Date, tc.Version)] = of
		}
		for _, c := range tc.Components {
			of[longName(c)] = digestOf(c)
		}
	}
	return r
}

// release is the key of one release: what its manifest says of itself.
func release(date, version string) string { return date + " " + version }

func longName(c disttree.Component) string {
	if c.Target == disttree.AnyTarget {
		return c.Name
	}
	return c.Name + "-" + c.Target
}

func digestOf(c disttree.Component) string {
	var lines []string
	for _, f := range c.Files {
		mode := f.Mode
		if mode == 0 {
			mode = 0o644
		}
		lines = append(lines, fileLine(f.Path, mode, f.Data))
	}
	return digestLines(lines)
}

func fileLine(path string, mode fs.FileMode, data []byte) string {
	return fmt.Sprintf("%s %o %x", path, mode.Perm(), sha256.Sum256(data))
}

func digestLines(lines []string) string {
	slices.Sort(lines)
	sum := sha256.Sum256([]byte(strings.Join(lines, "\n")))
	return hex.EncodeToString(sum[:])
}

// Save writes the releases for a watcher in another process.
func (r *Releases) Save(file string) error {
	data, err := json.Marshal(r)
	if err != nil {
		return err
	}
	return os.WriteFile(file, data, 0o644)
}

// Load reads what Save wrote.
func Load(file string) (*Releases, error) {
	data, err := os.ReadFile(file)
	if err != nil {
		return nil, err
	}
	r := &Releases{}
	return r, json.Unmarshal(data, r)
}

package build

import (
	"fmt"
	"os"
	"path/filepath"

	"berth/internal/unit"
	"berth/internal/unitstore"
)

// page stands among the variables for the first page of a crate's documentation, as it was when it was written: rustdoc
// writes to a directory that all share, and whoever wrote there since, or removed it, has made these pages theirs.
const page = "*page"

func (b *builder) pagePath(u *unit.Unit) string {
	return filepath.Join(b.docDir(u.Kind), u.Target.CrateName(), "index.html")
}

// pageState tells whether the page is still the one that was written, by its size and the time of that.
func (b *builder) pageState(u *unit.Unit) string {
	info, err := os.Stat(b.pagePath(u))
	if err != nil {
		return ""
	}
	return fmt.Sprintf("%s %d %d", b.nameOf(b.pagePath(u)), info.Size(), info.ModTime().UnixNano())
}

// docReads: rustdoc does not say what it has read, so it counts as all files of the package, as in stock.
func (b *builder) docReads(u *unit.Unit, a *unitstore.Attempt, m *unitstore.Made) error {
	m.Vars = append(m.Vars, unitstore.Var{Name: page, Value: b.pageState(u), Set: true})
	if !u.Local {
		return nil
	}
	return b.packageReads(u, a, m)
}

// packageReads is all files of a package.
func (b *builder) packageReads(u *unit.Unit, a *unitstore.Attempt, m *unitstore.Made) error {
	files, err := b.List(u)
	if err != nil {
		return err
	}
	m.Vars = append(m.Vars, unitstore.Var{Name: listedFiles, Value: b.listing(files), Set: true})
	for _, path := range files {
		m.Files = append(m.Files, b.record(path, a))
	}
	return nil
}

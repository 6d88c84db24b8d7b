package build

import (
	"os"
	"path/filepath"

	"berth/internal/looked"
	"berth/internal/manifest"
	"berth/internal/unitstore"
)

// Reused is what was used of earlier builds, as far as it is nothing that a stat can tell; the rest is in Request.Looked.
type Reused struct {
	Own, Shared int              // units of each store
	Trees       []unitstore.File // directories with all that is below them, by absolute path
	Vars        []unitstore.Var  // of the environment
	Listings    []ReusedListing
}

// ReusedListing is the list of the files of a package.
type ReusedListing struct {
	Package *manifest.Package
	Files   []string
}

// noteSurroundings adds what this workspace has of units beside their stores: which packages were cleaned, and the second
// names of units.
func (b *builder) noteSurroundings() {
	if b.Looked == nil {
		return
	}
	dir := b.Own.OutdatedIn(b.Layout.Profile)
	b.Looked.ReadDir(dir)
	for name := range b.outdated {
		b.Looked.Read(filepath.Join(dir, name))
	}
	if b.Own.Spares != nil {
		b.Looked.ReadDir(b.Own.Spares.Path())
	}
}

// note adds to what was seen a unit that was found: all that it was held against.
func (b *builder) note(i int, v *unitstore.Variant) {
	if b.Looked == nil {
		return
	}
	if u := b.queue.units[i]; b.store(u) == b.Own {
		b.reused.Own++
	} else {
		b.reused.Shared++
	}
	b.Looked.Expect(looked.Place{Path: v.Stamp(), Counts: looked.Type, Type: looked.File})
	for _, f := range v.Outputs {
		path := filepath.Join(v.Dir, filepath.FromSlash(f.Path))
		b.Looked.Expect(looked.Place{Path: path, Counts: looked.Link | looked.Size | looked.Time | looked.Inode, Size: f.Size, Time: f.Time, Inode: f.Inode})
	}
	for _, f := range v.Files {
		f.Path = b.pathOf(f.Path)
		switch {
		case f.Time == 0: // it was written so lately that its time tells nothing
			b.Looked.Refuse()
		case f.Tree:
			b.reused.Trees = append(b.reused.Trees, f)
		default:
			b.Looked.Expect(looked.Place{Path: f.Path, Counts: looked.Size | looked.Time | looked.Inode, Size: f.Size, Time: f.Time, Inode: f.Inode})
		}
	}
	if len(v.Vars) > 0 {
		b.noteVars(i, v)
	}
}

func (b *builder) noteVars(i int, v *unitstore.Variant) {
	u := b.queue.units[i]
	cmd := b.Compiler.Command(u, places{b})
	for _, x := range v.Vars {
		switch x.Name {
		case page:
			b.Looked.Refuse()
		case listedFiles:
			files, err := b.List(u)
			if err != nil || b.listing(files) != x.Value {
				b.Looked.Refuse() // somebody edits
			}
			b.reused.Listings = append(b.reused.Listings, ReusedListing{u.Package, files})
		default:
			if _, ours := cmd.Own(x.Name); !ours {
				b.reused.Vars = append(b.reused.Vars, x)
			}
		}
	}
}

// notePlaced adds a file that lies where users look for it.
func (b *builder) notePlaced(from, to string) {
	if b.Looked == nil {
		return
	}
	info, err := os.Stat(from)
	if err != nil || !info.Mode().IsRegular() {
		b.Looked.Refuse()
		return
	}
	b.Looked.Expect(looked.Place{Path: to, Counts: looked.Link | looked.Type | looked.Size | looked.Time, Type: looked.File, Size: info.Size(), Time: info.ModTime().UnixNano()})
}

// noteCarried adds what scripts have left beside OUT_DIR: that it is there, and whose it is.
func (b *builder) noteCarried(note string, left map[string]bool) {
	if b.Looked == nil {
		return
	}
	b.Looked.Read(note)
	for below := range left {
		to := filepath.Join(b.Layout.Build, filepath.FromSlash(below))
		info, err := os.Lstat(to)
		if err != nil {
			b.Looked.Refuse() // somebody cleans
			return
		}
		b.Looked.Expect(looked.Place{Path: to, Counts: looked.Link | looked.Type, Type: looked.TypeOf(info)})
	}
}

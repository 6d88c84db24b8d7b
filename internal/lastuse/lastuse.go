// Package lastuse notes in Cargo's .global-cache that something was used, so that
// stock Cargo's collection of old downloads does not take it away.
//
// # What holds
//
// The file is an SQLite database. Mark changes nothing in it but timestamps of
// rows that are there, each of them four bytes in place, under the locks that
// SQLite itself takes; it adds no rows, moves none, and never makes the file.
// That is enough: a collection begins with adding whatever lies on the disk and
// has no row, as used at that moment, so what has no row is safe for a month. It
// takes a millisecond where the SQL way takes thirty, and the program need not
// hold a database (which would cost every start of the program another).
//
// Each change is complete by itself, so no journal is kept: a kill in between
// leaves some timestamps new and some old, all of them right.
//
// # What does not
//
// Mark does nothing, and says so, while another program reads or writes the
// database, when a journal is left to be rolled back, or when the file is not
// the one that it knows. Then a use is not noted; collection waits for a month
// without one.
package lastuse

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"time"

	"berth/internal/crashpoint"
	"berth/internal/flock"
)

// Kind is a table of the database.
type Kind int

// What Cargo counts uses of.
const (
	Index    Kind = iota // registry/index/<Parent>
	Crate                // registry/cache/<Parent>/<Name>
	Source               // registry/src/<Parent>/<Name>
	GitDB                // git/db/<Parent>
	Checkout             // git/checkouts/<Parent>/<Name>
)

// Use is something that was used.
type Use struct {
	Kind         Kind
	Parent, Name string // names of directories and files; an Index and a GitDB have no Name
}

// ErrBusy says that somebody else is at the database.
var ErrBusy = flock.ErrBusy

// resolution is how old a timestamp must be before it is worth a write; stock has
// the same.
const resolution = 5 * time.Minute

// Mark notes uses in the database at path, and says how many rows it changed. A
// database that is missing has nothing to be changed. The process must not have
// it open elsewhere.
func Mark(path string, uses []Use, now time.Time) (changed int, err error) {
	f, err := os.OpenFile(path, os.O_RDWR, 0)
	if errors.Is(err, fs.ErrNotExist) || len(uses) == 0 {
		f.Close()
		return 0, nil
	}
	if err != nil {
		return 0, err
	}
	defer f.Close() // and with it all locks
	if err := lockShared(f); err != nil {
		return 0, err
	}
	if journal, err := os.Stat(path + "-journal"); err == nil && journal.Size() > 0 {
		return 0, fmt.Errorf("%s is being changed, or was left in the midst of it: %w", path, ErrBusy)
	}
	d, err := read(f)
	if err == nil {
		changed, err = d.mark(uses, now)
	}
	if err != nil {
		return 0, fmt.Errorf("%s: %w", path, err)
	}
	if changed == 0 {
		return 0, nil
	}
	if err := lockExclusive(f); err != nil {
		return 0, err
	}
	return changed, d.write(f)
}

// maxSize is far above what a home of a hundred thousand crates needs.
const maxSize = 64 << 20

func read(f *os.File) (*database, error) {
	info, err := f.Stat()
	if err != nil {
		return nil, err
	}
	if info.Size() > maxSize {
		return nil, fmt.Errorf("expected at most %d bytes, got %d", maxSize, info.Size())
	}
	data := make([]byte, info.Size())
	if _, err := f.ReadAt(data, 0); err != nil {
		return nil, err
	}
	return open(data)
}

// write writes the changed pages. The first one is always among them, since it
// holds the counter by which others know that their caches are stale.
func (d *database) write(f *os.File) error {
	for page := range d.pages() {
		if !d.dirty[page] {
			continue
		}
		at := page * d.pageSize
		if _, err := f.WriteAt(d.data[at:at+d.pageSize], int64(at)); err != nil {
			return err
		}
		if err := crashpoint.Here("lastuse.page.written"); err != nil {
			return err
		}
	}
	return nil
}

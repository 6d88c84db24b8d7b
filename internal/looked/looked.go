// Package looked notes what a command has seen on the disk, so that a later one can find out with a stat a path whether it
// would see the same.
//
// # What holds
//
// A List is only [List.Settled] if every path still is as it was seen, and if nothing whose content counts was changed, in
// any way, since shortly before the command began: so what a path is afterwards is what it was when it was read. The time of
// the last change of any kind is part of that, which no program can set back.
//
// # What does not
//
// Whoever sets the clock of the machine back while a command runs can hide a change from it. Where a system does not tell the
// time of the last change of any kind (Windows) that of the last writing must do.
package looked

import (
	"io/fs"
	"os"
	"slices"
	"strings"
	"sync"
	"time"
)

// Counts says what of a path has to be as it was.
type Counts uint8

const (
	Type    Counts = 1 << iota // that there is nothing, a file, a directory, or something else
	Size                       // in bytes
	Time                       // of the last change of its content
	Changed                    // time of the last change of any kind
	Inode
	Link // it is the path itself that counts, and not what a link leads to
)

// content is what tells that a file, or the list of what is in a directory, is the same.
const content = Type | Size | Time | Changed | Inode

// Place is a path, and what was seen there.
type Place struct {
	Path          string
	Counts        Counts
	Type          FileType
	Size          int64
	Time, Changed int64 // in nanoseconds
	Inode         uint64
}

// FileType is the type of what is at a path.
type FileType uint8

const (
	Absent FileType = iota
	File
	Dir
	Other
)

// List is what was seen. It may be used by many goroutines, and a nil one notes nothing.
type List struct {
	mu      sync.Mutex
	places  map[placeKey]*Place
	refused bool // or seen to change
}

type placeKey struct {
	path string
	link bool
}

// New is an empty list.
func New() *List { return &List{places: map[placeKey]*Place{}} }

// Saw notes of what type something is at a path; a nil info says that there is nothing.
func (l *List) Saw(path string, info fs.FileInfo) {
	if l != nil {
		l.Expect(Place{Path: path, Counts: Type, Type: TypeOf(info)})
	}
}

// Read notes that a file was read, or that the list of what is in a directory was.
func (l *List) Read(path string) {
	if l == nil {
		return
	}
	l.mu.Lock()
	defer l.mu.Unlock()
	l.at(path, 0).Counts |= content &^ Type
}

// Refuse says that something was seen whose sameness no stat can tell.
func (l *List) Refuse() {
	if l == nil {
		return
	}
	l.mu.Lock()
	defer l.mu.Unlock()
	l.refused = true
}

// Expect notes that a path is what p says.
func (l *List) Expect(p Place) {
	if l == nil {
		return
	}
	l.mu.Lock()
	defer l.mu.Unlock()
	known := l.at(p.Path, p.Counts&Link)
	if !known.agrees(&p) {
		l.refused = true
		return
	}
	known.take(&p)
}

func (l *List) at(path string, link Counts) *Place {
	key := placeKey{path, link != 0}
	p := l.places[key]
	if p == nil {
		p = &Place{Path: path, Counts: link}
		l.places[key] = p
	}
	return p
}

// agrees tells whether what counts of both is the same. What was only read has no values yet: those come in the end.
func (p *Place) agrees(q *Place) bool {
	both := p.Counts & q.Counts
	if p.Counts&Changed != 0 {
		both &= Type
	}
	return p.differs(both, q) == 0
}

func (p *Place) differs(counts Counts, q *Place) (which Counts) {
	if counts&Type != 0 && p.Type != q.Type {
		which |= Type
	}
	if counts&Size != 0 && p.Size != q.Size {
		which |= Size
	}
	if counts&Time != 0 && p.Time != q.Time {
		which |= Time
	}
	if counts&Changed != 0 && p.Changed != q.Changed {
		which |= Changed
	}
	if counts&Inode != 0 && p.Inode != q.Inode {
		which |= Inode
	}
	return which
}

func (p *Place) take(q *Place) {
	read := p.Counts&Changed != 0
	if q.Counts&Type != 0 {
		p.Type = q.Type
	}
	if !read {
		for _, field := range []struct {
			bit Counts
			set func()
		}{{Size, func() { p.Size = q.Size }}, {Time, func() { p.Time = q.Time }}, {Inode, func() { p.Inode = q.Inode }}} {
			if q.Counts&field.bit != 0 {
				field.set()
			}
		}
	}
	p.Counts |= q.Counts
}

// tick is how long before a command began a file must have been changed last, so that its time tells that it was not
// changed again: clocks of file systems go in steps.
const tick = 50 * time.Millisecond

// coarse is the step of file systems that know seconds only, and of some of them every other.
const coarse = 2 * time.Second

// Settled is all that was seen, in order of paths, if it is known to be so still; began is when the command began.
func (l *List) Settled(began time.Time) ([]Place, bool) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.refused {
		return nil, false
	}
	places := make([]Place, 0, len(l.places))
	for _, p := range l.places {
		now, ok := stateOf(p.Path, p.Counts&Link != 0)
		if !ok {
			return nil, false
		}
		counts := p.Counts
		if counts&Changed != 0 { // it was read, and what it is counts from now on
			if now.Type == Absent || !isSettled(now.Changed, began) || !isSettled(now.Time, began) {
				return nil, false
			}
			counts &= Type
		}
		if now.differs(counts, p) != 0 {
			return nil, false
		}
		if p.Counts&Changed != 0 {
			p.Size, p.Time, p.Changed, p.Inode, p.Type = now.Size, now.Time, now.Changed, now.Inode, now.Type
			p.Counts |= Type
		}
		places = append(places, *p)
	}
	slices.SortFunc(places, func(a, b Place) int {
		if c := strings.Compare(a.Path, b.Path); c != 0 {
			return c
		}
		return int(a.Counts&Link) - int(b.Counts&Link)
	})
	return places, true
}

func isSettled(nanos int64, began time.Time) bool {
	step := tick
	if nanos%int64(time.Second) == 0 {
		step = coarse
	}
	return nanos < began.Add(-step).UnixNano()
}

// Still tells whether a path is what it was.
func (p *Place) Still() bool {
	now, ok := stateOf(p.Path, p.Counts&Link != 0)
	return ok && p.differs(p.Counts, &now) == 0
}

// FS is os.DirFS of a directory, of which is noted what is seen through it.
func (l *List) FS(dir string) fs.FS {
	if l == nil {
		return os.DirFS(dir)
	}
	return noting{os.DirFS(dir), dir, l}
}

type noting struct {
	fs.FS
	dir  string
	list *List
}

func (n noting) path(name string) string {
	if name == "." {
		return n.dir
	}
	return n.dir + string(os.PathSeparator) + strings.ReplaceAll(name, "/", string(os.PathSeparator))
}

func (n noting) Stat(name string) (fs.FileInfo, error) {
	info, err := fs.Stat(n.FS, name)
	if err != nil {
		n.list.Saw(n.path(name), nil)
	} else {
		n.list.Saw(n.path(name), info)
	}
	return info, err
}

func (n noting) ReadDir(name string) ([]fs.DirEntry, error) {
	n.list.ReadDir(n.path(name))
	return fs.ReadDir(n.FS, name)
}

// ReadDir notes a directory whose list is about to be read, if it is there.
func (l *List) ReadDir(path string) {
	if l == nil {
		return
	}
	info, err := os.Stat(path)
	if err != nil {
		info = nil
	}
	l.Saw(path, info)
	if info != nil {
		l.Read(path)
	}
}

// TypeOf is the type of what was seen; nil is nothing.
func TypeOf(info fs.FileInfo) FileType {
	switch {
	case info == nil:
		return Absent
	case info.Mode().IsRegular():
		return File
	case info.IsDir():
		return Dir
	}
	return Other
}

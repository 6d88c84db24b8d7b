package unitstore

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"sync"
	"time"
)

// Inputs reads the files that units read. What was read is remembered for the process, and read again when size, time,
// inode or the time of the last change of any kind differ.
type Inputs struct {
	mu   sync.Mutex
	read map[string]readFile
}

// NewInputs knows nothing yet.
func NewInputs() *Inputs { return &Inputs{read: map[string]readFile{}} }

type readFile struct {
	size    int64
	time    int64
	inode   uint64
	changed time.Time
	digest  Digest
}

// ErrUnsettled: the file was changed since the unit was begun, so nobody knows which bytes its maker has read.
var ErrUnsettled = errors.New("was changed while it was compiled")

// Record describes the file at path, which a unit that was begun at a certain moment (Attempt.Started) has read; name is
// what to call it. A directory stands for all that is below it. ErrUnsettled comes with a File that never is the Same.
func (in *Inputs) Record(name, path string, begun time.Time) (File, error) {
	f := File{Path: name}
	info, err := os.Stat(path)
	if err != nil {
		return f, err
	}
	if info.IsDir() {
		return in.recordTree(f, path, begun)
	}
	if mayFollow(Changed(info), begun) {
		return f, unsettled(path)
	}
	f.shortcutOfInput(info, time.Now())
	if f.Digest, err = in.digest(path, info); err != nil {
		return f, err
	}
	// Once more: what was written after that look may be what was read here.
	info, err = os.Stat(path)
	switch {
	case err != nil:
		return File{Path: name}, err
	case mayFollow(Changed(info), begun):
		return File{Path: name}, unsettled(path)
	}
	return f, nil
}

func unsettled(path string) error { return fmt.Errorf("%s %w", path, ErrUnsettled) }

// Same tells whether the file at path is still what f says; its error is why it cannot be known, fs.ErrNotExist above
// all. It notes a better shortcut in f.
func (in *Inputs) Same(f *File, path string) (same, noted bool, err error) {
	now := time.Now()
	info, err := os.Stat(path)
	switch {
	case err != nil:
		return false, false, err
	case info.IsDir() != f.Tree:
		return false, false, nil
	case f.Tree:
		return in.sameTree(f, path)
	case f.untouched(info):
		return true, false, nil
	case f.Size != info.Size():
		return false, false, nil
	}
	digest, err := in.digest(path, info)
	if err != nil || digest != f.Digest {
		return false, false, err
	}
	f.shortcutOfInput(info, now)
	return true, f.Time != 0, nil
}

// digest reads a file that looked like info a moment ago. It is remembered for that look only where the file had not been
// changed for long enough then: a change that follows has another time.
func (in *Inputs) digest(path string, info fs.FileInfo) (Digest, error) {
	settled := !isFresh(Changed(info), time.Now())
	now := readFile{info.Size(), info.ModTime().UnixNano(), inodeOf(info), Changed(info), Digest{}}
	in.mu.Lock()
	before, ok := in.read[path]
	in.mu.Unlock()
	if now.digest = before.digest; ok && now == before {
		return before.digest, nil
	}
	digest, err := digestOf(path, info)
	if err != nil {
		return digest, err
	}
	if settled {
		now.digest = digest
		in.mu.Lock()
		in.read[path] = now
		in.mu.Unlock()
	}
	return digest, nil
}

func (in *Inputs) recordTree(f File, path string, begun time.Time) (File, error) {
	l, err := list(path, time.Now())
	if err != nil {
		return f, err
	}
	f.Tree = true
	if mayFollow(time.Unix(0, l.newest), begun) {
		return f, unsettled(path)
	}
	digest, err := in.digestTree(path, l)
	if err != nil {
		f.note(l)
		return f, err
	}
	again, err := list(path, time.Now())
	switch {
	case err != nil:
		return f, err
	case again.newest > begun.UnixNano() || again.sum != l.sum:
		return f, unsettled(path)
	}
	f.note(l)
	f.Digest = digest
	return f, nil
}

// note is the shortcut of a tree: the number of files, and the digest of the listing in place of an inode.
func (f *File) note(l listing) {
	f.Size, f.Inode, f.Time = int64(len(l.files)), l.sum, 1
	if !l.settled {
		f.Time = 0
	}
}

func (in *Inputs) sameTree(f *File, path string) (same, noted bool, err error) {
	l, err := list(path, time.Now())
	switch {
	case err != nil:
		return false, false, err
	case f.Time != 0 && f.Inode == l.sum && f.Size == int64(len(l.files)):
		return true, false, nil
	case f.Size != int64(len(l.files)):
		return false, false, nil
	}
	digest, err := in.digestTree(path, l)
	if err != nil || digest != f.Digest {
		return false, false, err
	}
	f.note(l)
	return true, f.Time != 0, nil
}

// digestTree is over the names and bytes of all files, the names of directories, and where links lead.
func (in *Inputs) digestTree(root string, l listing) (d Digest, err error) {
	h := newDigest()
	for _, path := range l.files {
		info, err := os.Stat(path)
		if err != nil {
			return d, err
		}
		one, err := in.digest(path, info)
		if err != nil {
			return d, err
		}
		rel, _ := filepath.Rel(root, path)
		fmt.Fprintf(h, "%s\x00%x\n", filepath.ToSlash(rel), one)
	}
	for _, dir := range l.dirs {
		fmt.Fprintf(h, "%s/\x00\n", dir)
	}
	for _, link := range l.links {
		fmt.Fprintf(h, "%s\x00\n", link)
	}
	h.Sum(d[:0])
	return d, nil
}

// Untouched tells by the shortcut alone whether what lies at path is what f says. False says only that it has to be read.
func (f *File) Untouched(path string) bool {
	if !f.Tree {
		info, err := os.Stat(path)
		return err == nil && !info.IsDir() && f.untouched(info)
	}
	l, err := list(path, time.Now())
	return err == nil && f.Time != 0 && f.Inode == l.sum && f.Size == int64(len(l.files))
}

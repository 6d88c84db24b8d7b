package unitstore

import (
	"context"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"strings"

	"berth/internal/lockfs"
)

// waysName is the folder of names that directories of attempts have for as long as a compiler is at work in them.
const waysName = "ways"

// Way is paths that are the same for each attempt at a unit, for as long as a compiler is at work. A compiler that keeps
// things for the next time finds them of no use when its outputs go to another path, or what it is compiled against comes
// from another: with debug information all code would be made anew.
//
// A linker that outlives its killed berth by the milliseconds until it is ended, too, may write through a name that leads to
// the next attempt already. That one's compiler has only just begun, and its own linker makes the file anew.
type Way struct {
	Out  string // leads to the directory of the attempt
	From string // for second names of what the unit is compiled against; empty where Bring was not called, or failed
	held *lockfs.FileLock
}

// Way makes one for the unit of that name, whose outputs go to dir. It is nil while another process has the name, or where it
// cannot be made; then the directories themselves must do.
func (s *Store) Way(ctx context.Context, name, dir string) *Way {
	ways := s.root.Join(waysName)
	if ways.MkdirAll() != nil {
		return nil
	}
	_, held, err := wayLock(ways, name).Try(ctx, lockfs.Exclusive)
	if err != nil {
		return nil
	}
	w := &Way{Out: ways.Join(name).Display(), held: held}
	if held.Point("unitstore.way", ways.Join(name), dir, ways.Join(name+newSuffix)) != nil {
		w.Leave()
		return nil
	}
	return w
}

// Bring gives files second names in From. They are links of the file itself: the compiler follows those that only lead to it,
// and goes by the path at the end.
func (w *Way) Bring(files []string) {
	from := w.Out + fromSuffix
	if os.RemoveAll(from) != nil || os.Mkdir(from, 0o777) != nil {
		return
	}
	for _, file := range files {
		err := os.Link(file, filepath.Join(from, filepath.Base(file)))
		if err != nil && !errors.Is(err, fs.ErrNotExist) {
			return
		}
	}
	w.From = from
}

// Leave takes the paths away.
func (w *Way) Leave() {
	if w == nil {
		return
	}
	os.Remove(w.Out)
	os.RemoveAll(w.Out + fromSuffix)
	w.held.Retire()
}

const (
	newSuffix  = ".new"
	fromSuffix = ".from"
)

func wayLock(ways lockfs.Filesystem, name string) lockfs.Lock {
	return lockfs.NewLock(ways.Join(name+lockSuffix), lockfs.RankStaging, "the outputs of "+name)
}

// clearWays removes what killed processes left.
func (s *Store) clearWays(ctx context.Context) {
	ways := s.root.Join(waysName)
	entries, _ := ways.ReadDir()
	for _, e := range entries {
		name := e.Name()
		for _, suffix := range []string{lockSuffix, newSuffix, fromSuffix} {
			name = strings.TrimSuffix(name, suffix)
		}
		_, held, err := wayLock(ways, name).Try(ctx, lockfs.Exclusive)
		if err != nil {
			continue // somebody compiles
		}
		for _, left := range []string{name, name + newSuffix} {
			os.Remove(ways.Join(left).Display())
		}
		os.RemoveAll(ways.Join(name + fromSuffix).Display())
		held.Retire()
	}
}

package unitstore

import (
	"context"
	"os"
	"strings"

	"berth/internal/lockfs"
)

// waysName is the folder of names that directories of attempts have for as long as a compiler is at work in them.
const waysName = "ways"

// Way gives the directory of an attempt a second path, which is the same for each attempt at the unit of that name. A
// compiler that keeps things for the next time finds them of no use when its outputs go to another path: with debug
// information all code would be made anew. Done takes the path away again. It is empty while another process has the name,
// or where it cannot be made; then the directory itself must do.
//
// A linker that outlives its killed berth by the milliseconds until it is ended, too, may write through a name that leads to
// the next attempt already. That one's compiler has only just begun, and its own linker makes the file anew.
func (s *Store) Way(ctx context.Context, name, dir string) (way string, done func()) {
	ways := s.root.Join(waysName)
	if ways.MkdirAll() != nil {
		return "", func() {}
	}
	_, held, err := wayLock(ways, name).Try(ctx, lockfs.Exclusive)
	if err != nil {
		return "", func() {}
	}
	link := ways.Join(name)
	done = func() {
		os.Remove(link.Display())
		held.Retire()
	}
	if held.Point("unitstore.way", link, dir, ways.Join(name+newSuffix)) != nil {
		done()
		return "", func() {}
	}
	return link.Display(), done
}

const newSuffix = ".new"

func wayLock(ways lockfs.Filesystem, name string) lockfs.Lock {
	return lockfs.NewLock(ways.Join(name+lockSuffix), lockfs.RankStaging, "the outputs of "+name)
}

// clearWays removes what killed processes left.
func (s *Store) clearWays(ctx context.Context) {
	ways := s.root.Join(waysName)
	entries, _ := ways.ReadDir()
	for _, e := range entries {
		name := strings.TrimSuffix(strings.TrimSuffix(e.Name(), lockSuffix), newSuffix)
		_, held, err := wayLock(ways, name).Try(ctx, lockfs.Exclusive)
		if err != nil {
			continue // somebody compiles
		}
		for _, left := range []string{name, name + newSuffix} {
			os.Remove(ways.Join(left).Display())
		}
		held.Retire()
	}
}

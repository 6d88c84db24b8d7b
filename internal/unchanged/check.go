package unchanged

import (
	"runtime"
	"sync"
	"sync/atomic"

	"berth/internal/looked"
)

// Holds tells whether all is as it was. Getenv is the environment, list the files of a package.
func (r *Record) Holds(getenv func(string) (string, bool), list func(Listing) (digest string, ok bool)) bool {
	for _, v := range r.Vars {
		if value, set := getenv(v.Name); value != v.Value || set != v.Set {
			return false
		}
	}
	if !still(r.Places) {
		return false
	}
	for i := range r.Trees {
		if !r.Trees[i].Untouched(r.Trees[i].Path) {
			return false
		}
	}
	for _, l := range r.Listings {
		if digest, ok := list(l); !ok || digest != l.Digest {
			return false
		}
	}
	return true
}

// atOnce is how many paths are looked at before somebody else's find is asked for.
const atOnce = 64

// still looks at all places, on all processors: most of what it costs is the system's.
func still(places []looked.Place) bool {
	var next atomic.Int64
	var changed atomic.Bool
	look := func() {
		for !changed.Load() {
			end := int(next.Add(atOnce))
			if end-atOnce >= len(places) {
				return
			}
			for i := end - atOnce; i < min(end, len(places)); i++ {
				if !places[i].Still() {
					changed.Store(true)
				}
			}
		}
	}
	var others sync.WaitGroup
	for range min(runtime.GOMAXPROCS(0), len(places)/(4*atOnce)) - 1 {
		others.Go(look)
	}
	look()
	others.Wait()
	return !changed.Load()
}

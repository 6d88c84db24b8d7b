package resolve

import "slices"

// reason is why a package cannot be chosen beside another.
type reason uint8

const (
	sameSlot           reason = iota // a compatible version is chosen already
	sameLink                         // a package that links to the same library is
	missingFeature                   // the package that asks wants a feature that is not there
	requiredDependency               // … that is the name of a dependency that is not optional
	hiddenDependency                 // … that is the name of an optional dependency behind dep:
)

// conflict is one chosen package that stands in the way.
type conflict struct {
	p       pkg
	reason  reason
	feature string
}

// conflicts are packages, in order of their ids, that cannot all be chosen if some dependency is to be satisfied. Each
// is there once. They are never changed once they are in a cache.
type conflicts []conflict

func (w *world) search(c conflicts, p pkg) (int, bool) {
	return slices.BinarySearchFunc(c, p, func(c conflict, p pkg) int { return w.compare(c.p, p) })
}

// put adds a conflict, or gives its package a new reason.
func (w *world) put(c *conflicts, add conflict) {
	i, ok := w.search(*c, add.p)
	if ok {
		(*c)[i] = add
		return
	}
	*c = slices.Insert(*c, i, add)
}

// putNew adds a conflict unless its package has one.
func (w *world) putNew(c *conflicts, add conflict) {
	if i, ok := w.search(*c, add.p); !ok {
		*c = slices.Insert(*c, i, add)
	}
}

// putAll adds all of other but that of one package.
func (w *world) putAll(c *conflicts, other conflicts, but pkg) {
	for _, o := range other {
		if o.p != but {
			w.put(c, o)
		}
	}
}

func (w *world) remove(c *conflicts, p pkg) {
	if i, ok := w.search(*c, p); ok {
		*c = slices.Delete(*c, i, i+1)
	}
}

// cache remembers conflicts for good: a dependency of some class cannot be satisfied where all packages of one of its
// conflicts are chosen, however the search came there. So the search neither tries what must fail nor goes back to
// where it would fail again.
type cache struct {
	w       *world
	known   map[class]*trie
	classes map[pkg]map[class]bool // in which a package stands in the way
}

func newCache(w *world) *cache {
	return &cache{w: w, known: map[class]*trie{}, classes: map[pkg]map[class]bool{}}
}

// trie holds sets of packages by their members in order, to find those that are part of what is chosen without looking
// at all of them.
type trie struct {
	leaf bool
	set  conflicts
	next []branch // in order of packages
}

type branch struct {
	p    pkg
	trie *trie
}

func (c *cache) add(d *dep, set conflicts) {
	cl := c.w.class(d)
	t := c.known[cl]
	if t == nil {
		t = &trie{}
		c.known[cl] = t
	}
	set = slices.Clone(set)
	t.add(c.w, set, set)
	for _, s := range set {
		of := c.classes[s.p]
		if of == nil {
			of = map[class]bool{}
			c.classes[s.p] = of
		}
		of[cl] = true
	}
}

func (t *trie) add(w *world, rest, set conflicts) {
	if len(rest) == 0 {
		*t = trie{leaf: true, set: set}
		return
	}
	if t.leaf {
		return // a part of the set is known to be enough
	}
	i, ok := slices.BinarySearchFunc(t.next, rest[0].p, func(b branch, p pkg) int { return w.compare(b.p, p) })
	if !ok {
		t.next = slices.Insert(t.next, i, branch{rest[0].p, &trie{}})
	}
	t.next[i].trie.add(w, rest[1:], set)
}

// find is a known set for the dependency whose packages are all chosen, and must is among them unless it is noPkg; of
// several that which goes furthest back, and in any case before limit. The ages of packages come from chosenAt.
func (c *cache) find(d *dep, chosenAt func(pkg) int, must pkg, limit int) (conflicts, bool) {
	if len(c.known) == 0 {
		return nil, false
	}
	t := c.known[c.w.class(d)]
	if t == nil {
		return nil, false
	}
	set, _, ok := t.find(c.w, chosenAt, must, limit)
	return set, ok
}

func (t *trie) find(w *world, chosenAt func(pkg) int, must pkg, limit int) (best conflicts, age int, ok bool) {
	if t.leaf {
		return t.set, 0, must == noPkg
	}
	for _, b := range t.next {
		if must != noPkg && w.compare(b.p, must) > 0 {
			break // members are in order: must cannot follow any more
		}
		at, rest := chosenAt(b.p), must
		if at < 0 || at >= limit && b.p != must {
			continue
		}
		if b.p == must {
			at, rest = 0, noPkg
		}
		set, below, found := b.trie.find(w, chosenAt, rest, limit)
		if a := max(at, below); found && a < limit {
			best, age, ok = set, a, true
			limit = a
		}
	}
	return best, age, ok
}

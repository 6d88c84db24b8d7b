package build

import (
	"math/bits"
	"slices"

	"berth/internal/compile"
	"berth/internal/manifest"
	"berth/internal/unit"
)

// stage is how far a unit is.
type stage uint8

const (
	waiting  stage = iota // for units that it depends on
	ready                 // to be looked at
	underWay              // being looked at, waiting for a slot or for another process, or being made
	metadata              // its metadata is there, so that who needs only that can begin
	complete
	failed // itself, or something that it needs
)

// queue knows what waits for what. Of what can begin that comes first on which the longest chain of others waits.
type queue struct {
	units  []*unit.Unit
	stage  []stage
	needs  [][]need // what each waits for
	above  [][]need // who waits for each
	left   []int    // how many of needs are not there yet
	height []int    // of the longest chain that waits for it, itself included
	count  []int    // how many wait for it, directly or not: what decides between two chains
	ready  []int    // in order of height, the highest last
	done   int
}

// need is a dependency and how much of it must be there.
type need struct {
	at    int
	all   bool // not only its metadata
	order bool // it comes first, but may fail
}

func newQueue(g *unit.Graph) *queue {
	n := len(g.Units)
	q := &queue{units: g.Units, stage: make([]stage, n), needs: make([][]need, n), above: make([][]need, n), left: make([]int, n), height: make([]int, n), count: make([]int, n)}
	docs := documented(g)
	for i, u := range g.Units {
		q.needs[i] = append(needsOf(u), docs.before(u)...)
		q.left[i] = len(q.needs[i])
		for _, d := range q.needs[i] {
			q.above[d.at] = append(q.above[d.at], need{i, d.all, d.order})
		}
	}
	q.measure()
	for i := range g.Units {
		if q.left[i] == 0 {
			q.makeReady(i)
		}
	}
	return q
}

// needsOf is what must be there before a unit is compiled: of a library that is not linked only the metadata, of what
// is linked everything below it, too.
func needsOf(u *unit.Unit) []need {
	found := map[int]bool{}
	add := func(at int, all bool) { found[at] = found[at] || all }
	for _, d := range u.Deps {
		if isOnlyRun(u, d) {
			continue
		}
		add(d.Unit.Index, !compile.NeedsOnlyMetadata(u, d.Unit))
	}
	if needsObjects(u) {
		var walk func(*unit.Unit)
		seen := map[int]bool{}
		walk = func(u *unit.Unit) {
			for _, d := range u.Deps {
				if !seen[d.Unit.Index] && !isOnlyRun(u, d) {
					seen[d.Unit.Index] = true
					add(d.Unit.Index, true)
					walk(d.Unit)
				}
			}
		}
		walk(u)
	}
	needs := make([]need, 0, len(found))
	for at, all := range found {
		needs = append(needs, need{at: at, all: all})
	}
	slices.SortFunc(needs, func(a, b need) int { return a.at - b.at })
	return needs
}

// isOnlyRun tells whether a dependency is a program that an integration test runs: it is not needed to compile the test.
func isOnlyRun(u *unit.Unit, d unit.Dep) bool {
	kind := d.Unit.Target.Kind
	return !d.Linked && d.Unit.Mode != unit.RunBuildScript && (kind == manifest.Bin || kind == manifest.Test)
}

// needsObjects tells whether a unit links what it depends on.
func needsObjects(u *unit.Unit) bool {
	switch u.Mode {
	case unit.Test, unit.CheckTest, unit.Doctest:
		return true
	case unit.RunBuildScript, unit.Doc:
		return false
	}
	return compile.NeedsObjects(u.Target)
}

// measure fills height and count, dependents first. Who waits for a unit is a set of bits: of a thousand units each may
// wait for most others.
func (q *queue) measure() {
	words := (len(q.units) + 63) / 64
	all := make([]uint64, words*len(q.units))
	over := func(i int) []uint64 { return all[i*words : (i+1)*words] }
	var visit func(i int)
	visit = func(i int) {
		if q.height[i] > 0 {
			return
		}
		height, ours := 0, over(i)
		for _, a := range q.above[i] {
			visit(a.at)
			height = max(height, q.height[a.at])
			ours[a.at/64] |= 1 << (a.at % 64)
			for w, set := range over(a.at) {
				ours[w] |= set
			}
		}
		q.height[i] = height + 1
		for _, set := range ours {
			q.count[i] += bits.OnesCount64(set)
		}
	}
	for i := range q.units {
		visit(i)
	}
}

// before tells whether a is to be done before b.
func (q *queue) before(a, b int) bool {
	if q.height[a] != q.height[b] {
		return q.height[a] > q.height[b]
	}
	if q.count[a] != q.count[b] {
		return q.count[a] > q.count[b]
	}
	return a < b
}

func (q *queue) makeReady(i int) {
	q.stage[i] = ready
	at, _ := slices.BinarySearchFunc(q.ready, i, func(e, i int) int {
		if q.before(i, e) {
			return -1
		}
		return 1
	})
	q.ready = slices.Insert(q.ready, at, i)
}

// next is the first of what can begin.
func (q *queue) next() (int, bool) {
	if len(q.ready) == 0 {
		return 0, false
	}
	i := q.ready[len(q.ready)-1]
	q.ready = q.ready[:len(q.ready)-1]
	q.stage[i] = underWay
	return i, true
}

// metadataDone says that the metadata of a unit is there.
func (q *queue) metadataDone(i int) {
	if q.stage[i] != underWay {
		return
	}
	q.stage[i] = metadata
	for _, a := range q.above[i] {
		if !a.all {
			q.satisfied(a.at)
		}
	}
}

// finish says that a unit is complete.
func (q *queue) finish(i int) {
	had := q.stage[i] == metadata
	q.stage[i] = complete
	q.done++
	for _, a := range q.above[i] {
		if a.all || !had {
			q.satisfied(a.at)
		}
	}
}

func (q *queue) satisfied(i int) {
	if q.left[i]--; q.left[i] == 0 && q.stage[i] == waiting {
		q.makeReady(i)
	}
}

// fail says that a unit will not be: neither will what cannot do without it.
func (q *queue) fail(i int) {
	if q.stage[i] == failed {
		return
	}
	q.stage[i] = failed
	for _, a := range q.above[i] {
		switch {
		case a.order:
			q.satisfied(a.at)
		case q.stage[a.at] == waiting:
			q.fail(a.at)
		}
	}
}

// isDoomed tells whether a unit that could have begun with the metadata of another will not be, because that one has
// failed since.
func (q *queue) isDoomed(i int) bool {
	if !slices.ContainsFunc(q.needs[i], func(n need) bool { return !n.order && q.stage[n.at] == failed }) {
		return false
	}
	q.fail(i)
	return true
}

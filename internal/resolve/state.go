package resolve

import "slices"

// state is what the search has chosen so far. Choices are taken back by a trail: whoever may have to return remembers
// the trail's length, and undo plays everything after it backwards. That is cheaper than copies by far, as going back
// is rare, and there are thousands of places that one may have to go back to.
type state struct {
	w *world
	// age counts the choices that led here. Packages remember theirs, which tells how far to go back to be rid of one.
	age     int
	active  []choice // by slot
	linked  []pkg    // by link
	on      []bits   // by package: its features
	parents [][]edge // by package: who asked for it, and by which dependency
	pending pending
	trail   []change
}

// choice is the package that has a slot.
type choice struct {
	p   pkg
	age int32
}

type edge struct {
	parent pkg
	dep    *dep
}

// change is one entry of the trail: what a thing was before.
type change struct {
	kind changeKind
	at   int32
	a, b int32
	bits bits
}

type changeKind uint8

const (
	changedSlot  changeKind = iota // at: slot; a, b: the choice
	changedLink                    // at: link; a: the package
	changedOn                      // at: package; bits
	addedParent                    // at: package
	changedPlace                   // at: frame; a: its place
	addedFrame                     //
)

// mark is a moment to return to.
type mark struct{ trail, age int }

func newState(w *world) *state { return &state{w: w} }

func (s *state) mark() mark { return mark{len(s.trail), s.age} }

func (s *state) undo(to mark) {
	for len(s.trail) > to.trail {
		c := &s.trail[len(s.trail)-1]
		switch c.kind {
		case changedSlot:
			s.active[c.at] = choice{pkg(c.a), c.b}
		case changedLink:
			s.linked[c.at] = pkg(c.a)
		case changedOn:
			s.on[c.at] = c.bits
		case addedParent:
			list := &s.parents[c.at]
			*list = (*list)[:len(*list)-1]
		case changedPlace:
			s.pending.setPlace(int(c.at), int(c.a))
		case addedFrame:
			s.pending.drop()
		}
		s.trail = s.trail[:len(s.trail)-1]
	}
	s.age = to.age
}

// grown is list with room for index i; what is new has the value of fill.
func grown[T any](list []T, i int, fill T) []T {
	if i < len(list) {
		return list
	}
	n := len(list)
	list = slices.Grow(list, i+1-n)[:cap(slices.Grow(list, i+1-n))]
	for ; n < len(list); n++ {
		list[n] = fill
	}
	return list
}

func (s *state) at(sl slot) choice {
	if int(sl) >= len(s.active) {
		return choice{p: noPkg}
	}
	return s.active[sl]
}

func (s *state) take(sl slot, c choice) {
	s.active = grown(s.active, int(sl), choice{p: noPkg})
	old := s.active[sl]
	s.trail = append(s.trail, change{kind: changedSlot, at: int32(sl), a: int32(old.p), b: old.age})
	s.active[sl] = c
}

func (s *state) linkedBy(l link) pkg {
	if int(l) >= len(s.linked) {
		return noPkg
	}
	return s.linked[l]
}

func (s *state) takeLink(l link, p pkg) {
	s.linked = grown(s.linked, int(l), noPkg)
	s.trail = append(s.trail, change{kind: changedLink, at: int32(l), a: int32(s.linked[l])})
	s.linked[l] = p
}

func (s *state) features(p pkg) bits {
	if int(p) >= len(s.on) {
		return nil
	}
	return s.on[p]
}

func (s *state) turnOn(p pkg, more bits) {
	s.on = grown(s.on, int(p), nil)
	if s.on[p].covers(more) {
		return
	}
	s.trail = append(s.trail, change{kind: changedOn, at: int32(p), bits: s.on[p]})
	s.on[p] = s.on[p].union(more)
}

func (s *state) addParent(p, parent pkg, d *dep) {
	s.parents = grown(s.parents, int(p), nil)
	s.parents[p] = append(s.parents[p], edge{parent, d})
	s.trail = append(s.trail, change{kind: addedParent, at: int32(p)})
}

func (s *state) parentsOf(p pkg) []edge {
	if int(p) >= len(s.parents) {
		return nil
	}
	return s.parents[p]
}

// chosenAt is the age at which p was chosen, -1 where it is not.
func (s *state) chosenAt(p pkg) int {
	if c := s.at(s.w.nodes[p].slot); c.p == p {
		return int(c.age)
	}
	return -1
}

// isBelow tells whether p is in the graph because of ancestor.
func (s *state) isBelow(p, ancestor pkg) bool {
	seen := map[pkg]bool{p: true}
	queue := []pkg{p}
	for len(queue) > 0 {
		p := queue[len(queue)-1]
		queue = queue[:len(queue)-1]
		for _, e := range s.parentsOf(p) {
			if e.parent == ancestor {
				return true
			}
			if !seen[e.parent] {
				seen[e.parent] = true
				queue = append(queue, e.parent)
			}
		}
	}
	return false
}

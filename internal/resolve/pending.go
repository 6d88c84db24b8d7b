package resolve

import (
	"cmp"
	"math"
	"slices"
)

// pending are the dependencies that are still to be satisfied, in frames: one for each time that a package was chosen
// or got more features. The next is always taken from the frame whose first dependency has the fewest candidates, of
// equal ones the oldest, because the narrow places decide and are best met early; frames that can only fail and are
// there for the error message come before all others.
//
// Within a frame dependencies stand by their number of candidates already. The least frame is found by a tournament:
// tree[1] is the final, the leaves are the frames by age.
type pending struct {
	frames []frame
	tree   []uint64
	leaves int // a power of two
}

// frame is what a package asks for. A frame without anything left stays where it is.
type frame struct {
	parent pkg
	doomed bool // known to fail
	place  int  // of the first that is left
	found  []found
}

// never is the key of a frame with nothing left.
const never = math.MaxUint64

// key orders frames: the doomed first, then by candidates, then by age.
func (p *pending) key(i int) uint64 {
	f := &p.frames[i]
	if f.place >= len(f.found) {
		return never
	}
	k := uint64(len(f.found[f.place].candidates.sums))<<32 | uint64(i)
	if !f.doomed {
		k |= 1 << 63
	}
	return k
}

func (p *pending) add(f frame) {
	p.frames = append(p.frames, f)
	if n := len(p.frames); n > p.leaves {
		p.grow()
	} else {
		p.replay(n - 1)
	}
}

func (p *pending) drop() {
	i := len(p.frames) - 1
	p.frames[i].place = len(p.frames[i].found)
	p.replay(i)
	p.frames = p.frames[:i]
}

func (p *pending) grow() {
	p.leaves = max(64, 2*p.leaves)
	p.tree = make([]uint64, 2*p.leaves)
	for i := range p.leaves {
		p.tree[p.leaves+i] = never
		if i < len(p.frames) {
			p.tree[p.leaves+i] = p.key(i)
		}
	}
	for i := p.leaves - 1; i > 0; i-- {
		p.tree[i] = min(p.tree[2*i], p.tree[2*i+1])
	}
}

func (p *pending) replay(i int) {
	k := p.key(i)
	for i += p.leaves; ; i /= 2 {
		p.tree[i] = k
		if i == 1 {
			return
		}
		k = min(k, p.tree[i^1])
	}
}

func (p *pending) setPlace(i, place int) {
	p.frames[i].place = place
	p.replay(i)
}

// next takes the dependency that is to be satisfied next.
func (s *state) next() (parent pkg, f *found, doomed, ok bool) {
	p := &s.pending
	if p.leaves == 0 || p.tree[1] == never {
		return 0, nil, false, false
	}
	i := int(p.tree[1] & math.MaxUint32)
	fr := &p.frames[i]
	f = &fr.found[fr.place]
	s.trail = append(s.trail, change{kind: changedPlace, at: int32(i), a: int32(fr.place)})
	p.setPlace(i, fr.place+1)
	return fr.parent, f, fr.doomed, true
}

func (s *state) await(f frame) {
	s.pending.add(f)
	s.trail = append(s.trail, change{kind: addedFrame})
}

// inOrder are the frames with something left, in the order in which they would be taken.
func (p *pending) inOrder() []int {
	var live []int
	for i := range p.frames {
		if p.key(i) != never {
			live = append(live, i)
		}
	}
	slices.SortFunc(live, func(a, b int) int { return cmp.Compare(p.key(a), p.key(b)) })
	return live
}

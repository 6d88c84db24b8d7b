package resolve

import (
	"slices"
	"strings"
)

// set is a set of feature names by its number; none is the empty one.
type set int32

const none set = 0

// setTable holds each set of names once. Most dependencies ask for one of a few.
type setTable struct {
	members [][]string
	byText  map[string]set
}

func newSetTable() setTable {
	return setTable{members: [][]string{nil}, byText: map[string]set{}}
}

// of is the set of these names, which may repeat themselves.
func (t *setTable) of(names []string) set {
	if len(names) == 0 {
		return none
	}
	if !slices.IsSorted(names) {
		names = slices.Sorted(slices.Values(names))
	}
	key := strings.Join(slices.Compact(slices.Clone(names)), "\x00")
	if len(names) == 1 {
		key = names[0]
	}
	s, ok := t.byText[key]
	if !ok {
		s = set(len(t.members))
		t.members = append(t.members, strings.Split(key, "\x00"))
		t.byText[key] = s
	}
	return s
}

// with is the set of s and of further names.
func (t *setTable) with(s set, more []string) set {
	if len(more) == 0 {
		return s
	}
	return t.of(append(slices.Clone(t.members[s]), more...))
}

func (t *setTable) names(s set) []string { return t.members[s] }

// bits are features of one package, by their place among all that it has.
type bits []uint64

func newBits(n int) bits { return make(bits, (n+63)/64) }

func (b bits) has(i int) bool { return i>>6 < len(b) && b[i>>6]&(1<<(i&63)) != 0 }

func (b bits) add(i int) { b[i>>6] |= 1 << (i & 63) }

// covers tells whether all of o is in b. An empty b may be nil.
func (b bits) covers(o bits) bool {
	for i, w := range o {
		if i < len(b) {
			w &^= b[i]
		}
		if w != 0 {
			return false
		}
	}
	return true
}

// union is a new set of both.
func (b bits) union(o bits) bits {
	u := slices.Clone(o)
	for i, w := range b {
		u[i] |= w
	}
	return u
}

package fix

import (
	"errors"
	"fmt"
	"slices"
)

// edit puts a text in the place of some bytes; where it begins is where it ends if something is only put in.
type edit struct {
	start, end int
	with       string
}

// text is a source that is edited. All edits count from the bytes of the original.
type text struct {
	original []byte
	edits    []edit // by where they start; those that only put in come first
	changed  bool
}

var (
	errTaken = errors.New("cannot replace slice of data that was already replaced")
	errSame  = errors.New("the same edit was made before")
)

// apply makes all edits of a suggestion, or none. errSame says that one of them was made before, for another suggestion.
func (t *text) apply(s suggestion) error {
	edits := slices.Clone(t.edits)
	for _, e := range s.edits {
		var err error
		if edits, err = t.insert(edits, e); err != nil {
			return err
		}
	}
	t.edits, t.changed = edits, true
	return nil
}

// insert adds an edit to others unless it touches what one of them replaces. Something may be put in just before or after
// what is replaced, but not twice at one place: nobody knows in which order.
func (t *text) insert(edits []edit, e edit) ([]edit, error) {
	switch {
	case e.start < 0 || e.start > e.end:
		return nil, fmt.Errorf("invalid range %d..%d, start is larger than end", e.start, e.end)
	case e.end > len(t.original):
		return nil, fmt.Errorf("invalid range %d..%d, original data is only %d byte long", e.start, e.end, len(t.original))
	}
	at, _ := slices.BinarySearchFunc(edits, e, func(a, b edit) int {
		if a.start != b.start {
			return a.start - b.start
		}
		return a.end - b.end
	})
	if at > 0 && e.start < edits[at-1].end {
		return nil, conflict(e, edits[at-1])
	}
	if at < len(edits) && (e.end > edits[at].start || e.start == edits[at].start && e.end == edits[at].end) {
		return nil, conflict(e, edits[at])
	}
	return slices.Insert(edits, at, e), nil
}

func conflict(e, other edit) error {
	if e == other {
		return errSame
	}
	return errTaken
}

// bytes are those of the source with the edits.
func (t *text) bytes() []byte {
	var out []byte
	from := 0
	for _, e := range t.edits {
		out = append(out, t.original[from:e.start]...)
		out = append(out, e.with...)
		from = e.end
	}
	return append(out, t.original[from:]...)
}

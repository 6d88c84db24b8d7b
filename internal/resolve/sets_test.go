package resolve

import (
	"slices"
	"testing"
)

// TestSetOfNames: sets are the same if their names are, and a name without letters is one.
func TestSetOfNames(t *testing.T) {
	table := newSetTable()
	if table.of(nil) != none || table.of([]string{"b", "a", "b"}) != table.of([]string{"a", "b"}) {
		t.Error("not the same set")
	}
	for _, names := range [][]string{{""}, {"", "a"}, {"a"}} {
		s := table.of(names)
		if got := table.names(s); s == none || !slices.Equal(got, names) {
			t.Errorf("%q: set %d of %q", names, s, got)
		}
	}
}

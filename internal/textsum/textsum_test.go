package textsum

import (
	"encoding/hex"
	"testing"
)

func of(put func(Sum)) string {
	s := New()
	put(s)
	d := s.Digest()
	return hex.EncodeToString(d[:])
}

// Names of files and units that lie on disks are made of this: it must never change.
func TestDigestsStay(t *testing.T) {
	const want = "63f7e509be876c8054032763a6f768aa93eabcc8ba233a85d202e93d43101ec1"
	if got := of(func(s Sum) { s.Put("a", ""); s.List([]string{"b", "c"}); s.Number(7) }); got != want {
		t.Errorf("%s, expected %s", got, want)
	}
}

func TestBordersCount(t *testing.T) {
	seen := map[string]int{}
	for i, put := range []func(Sum){
		func(s Sum) {},
		func(s Sum) { s.Put("") },
		func(s Sum) { s.Put("", "") },
		func(s Sum) { s.Put("ab", "c") },
		func(s Sum) { s.Put("a", "bc") },
		func(s Sum) { s.List([]string{"a"}); s.List(nil) },
		func(s Sum) { s.List(nil); s.List([]string{"a"}) },
	} {
		sum := of(put)
		if other, ok := seen[sum]; ok {
			t.Errorf("%d and %d are the same", other, i)
		}
		seen[sum] = i
	}
}

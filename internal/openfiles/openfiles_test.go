package openfiles

import (
	"math"
	"testing"
)

func TestFitting(t *testing.T) {
	for _, c := range []struct {
		limit       uint64
		best, files int
		want        int
	}{
		{math.MaxUint64, 64, 2, 64},
		{1024, 64, 9, 64},
		{256, 64, 6, 40},
		{64, 64, 6, 8},
		{64, 3, 12, 3},
		{24, 64, 6, 2},
		{24, 32, 9, 1},
		{8, 32, 1, 1},
		{0, 32, 1, 1},
	} {
		if got := fitting(c.limit, c.best, c.files); got != c.want {
			t.Errorf("limit %d: %d at once of %d with %d files each, want %d", c.limit, got, c.best, c.files, c.want)
		}
	}
}

package openfiles

import (
	"math"
	"testing"
)

func TestAtOnce(t *testing.T) {
	for _, c := range []struct {
		limit       uint64
		best, files int
		want        int
	}{
		{math.MaxUint64, 64, 2, 64},
		{1024, 64, 3, 64},
		{256, 64, 2, 40},
		{64, 64, 2, 8},
		{64, 3, 4, 3},
		{24, 64, 2, 2},
		{24, 32, 3, 1},
		{8, 32, 1, 1},
		{0, 32, 1, 1},
	} {
		if got := atOnce(c.limit, c.best, c.files); got != c.want {
			t.Errorf("limit %d: %d at once of %d with %d files each, want %d", c.limit, got, c.best, c.files, c.want)
		}
	}
}

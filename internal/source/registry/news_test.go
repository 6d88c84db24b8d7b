package registry

import (
	"testing"
	"time"
)

func TestNews(t *testing.T) {
	began := time.Now().Add(-time.Minute)
	at := func(seconds int) time.Time { return began.Add(time.Duration(seconds) * time.Second) }
	alone := &Company{lately: 2 * time.Second}
	long, brief := &Company{lately: 2 * time.Second, since: at(-60)}, &Company{lately: 2 * time.Second, since: at(-1)}
	for _, c := range []struct {
		of       *Company
		answered time.Time
		want     bool
	}{
		{nil, began, true}, {nil, at(-1), false}, {nil, at(300), false},
		{alone, at(1), true}, {alone, at(-1), false},
		{long, at(-1), true}, {long, at(-2), true}, {long, at(-3), false}, {long, at(1), true}, {long, at(300), false},
		{brief, at(-1), false}, {brief, at(-2), false}, {brief, at(0), true},
	} {
		if got := c.of.isNews(c.answered, began); got != c.want {
			t.Errorf("%+v, %v before it began: %v, expected %v", c.of, began.Sub(c.answered), got, c.want)
		}
	}
}

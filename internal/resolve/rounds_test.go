package resolve

import (
	"context"
	"testing"

	"berth/internal/cargolock"
	"berth/internal/crate"
)

// inRounds is a registry that stock asks for one package after the other.
type inRounds struct{ *packages }

func (inRounds) InRounds(crate.SourceID) bool { return true }

// TestRounds: Stock hears of g in the third round, and remembers in the fourth that f and g 0.1.1 do not go together,
// though they do if nobody asks f for x. So it takes the e that does not. Where it hears of all at once it meets the
// conflict once, at g, and takes another g.
func TestRounds(t *testing.T) {
	const world = `p 0.1.0
	f 2
	e *
	k 1
----
f 2.0.0
	g 0.1
	[x] g/f2
g 0.1.1
g 0.1.0
	[f2]
e 2.1.0
	f 2 features=x
e 2.0.0
e 1.0.0
k 1.0.0
	l 1
l 1.0.0
	m 1
m 1.0.0
	n 1
n 1.0.0
`
	for _, c := range []struct {
		rounds bool
		e, g   string
	}{{true, "2.0.0", "0.1.1"}, {false, "2.1.0", "0.1.0"}} {
		reg, roots := packagesOf(world)
		in := Input{Registry: reg, Roots: roots, Format: cargolock.V4}
		if c.rounds {
			in.Registry = inRounds{reg}
		}
		g := must(Resolve(context.Background(), in))
		for name, want := range map[string]string{"e": c.e, "g": c.g} {
			for _, p := range g.Packages {
				if p.ID.Name == name && p.ID.Version.String() != want {
					t.Errorf("rounds %v: %s, expected %s", c.rounds, p.ID, want)
				}
			}
		}
	}
}

package resolve

import (
	"context"
	"fmt"
	"math/rand/v2"
	"strings"
	"testing"

	"berth/internal/cargolock"
)

// randomText is a small registry without features, in which every choice could be tried.
func randomText(seed uint64) string {
	rng := rand.New(rand.NewPCG(seed, 2))
	versions := []string{"0.1.0", "0.1.1", "0.2.0", "1.0.0", "1.1.0", "2.0.0"}
	reqs := []string{"*", "1", "=1.0.0", "0.1", "=0.1.0", "<1.1", ">=1.0", "2", ">=0.1.1", "0.2", "=1.1.0"}
	names := 3 + rng.IntN(4)
	dep := func(b *strings.Builder, from int) {
		if from < names {
			fmt.Fprintf(b, "\t%c %s\n", 'a'+from+rng.IntN(names-from), reqs[rng.IntN(len(reqs))])
		}
	}
	var b strings.Builder
	b.WriteString("p 0.1.0\n")
	for range 1 + rng.IntN(3) {
		dep(&b, 0)
	}
	b.WriteString("----\n")
	for i := range names {
		for _, v := range versions {
			if rng.IntN(3) == 0 {
				continue
			}
			fmt.Fprintf(&b, "%c %s", 'a'+i, v)
			if rng.IntN(5) == 0 {
				fmt.Fprintf(&b, " links=l%d", rng.IntN(2))
			}
			b.WriteString("\n")
			for range rng.IntN(4) {
				dep(&b, i+1)
			}
		}
	}
	return b.String()
}

// plainSearch tries everything in the same order, one step back at a time and without a memory.
func plainSearch(s *search, steps *int) bool {
	if *steps--; *steps < 0 {
		return false
	}
	start := s.mark()
	parent, f, _, ok := s.next()
	if !ok {
		return true
	}
	for i := range f.candidates.sums {
		p := s.w.candidate(f.candidates, i)
		if _, free := s.blocked(p); !free {
			continue
		}
		m := s.mark()
		fr, news, refused, err := s.activate(parent, f.dep, p, f.features)
		if err != nil {
			panic(err)
		}
		if refused == nil {
			if news {
				s.await(fr)
			}
			if plainSearch(s, steps) {
				return true
			}
		}
		s.undo(m)
	}
	s.undo(start)
	return false
}

// TestAgainstPlainSearch: the memory of conflicts and the jumps back lose no solution, and find the same one.
func TestAgainstPlainSearch(t *testing.T) {
	solved, unsolved := 0, 0
	for seed := range uint64(3000) {
		text := randomText(seed)
		reg, roots := packagesOf(text)
		reg.near = seed%2 == 0 // which makes no difference
		in := &Input{Registry: reg, Roots: roots, Format: cargolock.V4}
		prefs := newPreferences(nil)
		none := &patches{}
		w := newWorld(in, none, in.newLocks(none, prefs), prefs)
		plain := &search{state: newState(w), ctx: context.Background(), known: &cache{}, ahead: newPrefetcher(context.Background(), w)}
		root := w.node(roots[0].Summary)
		if err := plain.root(root, w.rootRequest(root, roots[0].Features, roots[0].DevDeps)); err != nil {
			t.Fatal(err)
		}
		steps := 200_000
		found := plainSearch(plain, &steps)
		if steps < 0 {
			t.Fatalf("seed %d: too hard for a plain search:\n%s", seed, text)
		}
		if seed%4 > 1 { // nor do rounds, where features play no part
			in.Registry = inRounds{reg}
		}
		g, err := Resolve(context.Background(), *in)
		if found != (err == nil) {
			t.Fatalf("seed %d: a solution is there: %v; found: %v\n%s", seed, found, err, text)
		}
		if !found {
			unsolved++
			continue
		}
		solved++
		if got, want := list(g), list(plain.graph()); got != want {
			t.Fatalf("seed %d: %s, expected %s\n%s", seed, got, want, text)
		}
		checkGraph(t, g)
	}
	t.Logf("%d with a solution, %d without", solved, unsolved)
	if solved < 500 || unsolved < 500 {
		t.Errorf("%d with a solution, %d without: too few of either for the test to mean something", solved, unsolved)
	}
}

// checkGraph holds a graph against what it promises.
func checkGraph(t *testing.T, g *Graph) {
	t.Helper()
	slots, links := map[string]string{}, map[string]string{}
	for _, p := range g.Packages {
		slot := fmt.Sprint(p.ID.Name, compatOf(p.ID.Version))
		if slots[slot] != "" {
			t.Errorf("%s and %s", slots[slot], p.ID)
		}
		slots[slot] = p.ID.String()
		if l := p.Summary.Links; l != "" {
			if links[l] != "" {
				t.Errorf("%s and %s link to %s", links[l], p.ID, l)
			}
			links[l] = p.ID.String()
		}
		for _, d := range p.Summary.Deps {
			n := 0
			for _, e := range p.Edges {
				for _, by := range e.Deps {
					if by == d {
						n++
						if !d.MatchesID(g.Packages[e.To].ID) {
							t.Errorf("%s: %s is no `%s`", p.ID, g.Packages[e.To].ID, d.Req)
						}
					}
				}
			}
			if n != 1 {
				t.Errorf("%s: dependency %s leads to %d packages", p.ID, d.Name, n)
			}
		}
	}
}

// TestHardGraphs: shapes that a search without memory does not come to an end with.
func TestHardGraphs(t *testing.T) {
	const depth, breadth = 120, 10
	chain := func(last string) string {
		var b strings.Builder
		b.WriteString("p 0.1.0\n\tl0 *\n\tl1 *\n" + last + "----\n")
		for l := range depth {
			for v := range breadth {
				fmt.Fprintf(&b, "l%d 1.%d.0\n", l, v)
				if l+1 < depth {
					fmt.Fprintf(&b, "\tl%d *\n\tl%d *\n", l+1, min(l+2, depth-1))
				} else {
					fmt.Fprintf(&b, "\tbackdoor 1.%d\n", v)
				}
			}
		}
		return b.String()
	}
	closed := "backdoor 1.0.0\n"
	for _, c := range []struct {
		what, text string
		solved     bool
	}{
		{"a long chain whose end wants what is not there", chain("") + "backdoor 0.9.0\n", false},
		{"a long chain whose end can only be old", chain("\tbackdoor =1.0.0\n") + closed + "backdoor 1.9.0\n", true},
		{"siblings that exclude each other at the end", chain("\tx 1\n") + closed + "x 1.0.0\n\ty =1.0.0\n\tz 1\nz 1.0.0\n\ty =1.1.0\ny 1.0.0\ny 1.1.0\n", false},
	} {
		g, err := resolveText(c.text, func(in *Input) { in.MaxSteps = 20_000 })
		if (err == nil) != c.solved {
			t.Errorf("%s: %v", c.what, err)
		}
		if err == nil {
			checkGraph(t, g)
		}
	}
}

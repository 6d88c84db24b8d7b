package resolve

import (
	"context"
	"fmt"
	"math"
)

// search finds a graph: depth first, the preferred version of each package first, the narrowest place next. What it
// finds is what stock Cargo finds, because each choice is made in the same order and what is cut off is what cannot
// succeed, by the same rules; a lock file that two programs share must not depend on which of them made it.
type search struct {
	*state
	ctx   context.Context
	known *cache
	ahead *prefetcher
	back  []try // where there was another candidate
	steps int
	fails map[class]*failing

	rounds *rounds // nil outside of them
}

// try is a dependency that is being satisfied, and the candidates that are left for it. Pushed on the stack it is a
// place to come back to.
type try struct {
	mark
	parent  pkg
	found   *found
	next    int // of the candidates
	ahead   pkg // a candidate that was looked at, to know that there is another
	blocked conflicts
	doomed  bool // it can only fail, and is here for the error message
	resumed bool // it was come back to: what blocked it is not the whole truth any more
}

// failing counts how often dependencies of a class could not be satisfied, to say what a search was stuck with.
type failing struct {
	parent  pkg
	dep     *dep
	blocked conflicts // what stood in the way the last time that all of it was known
	times   int
}

// once searches with all that was heard of.
func (s *search) once(roots []Root) error {
	if err := s.roots(roots); err != nil {
		return err
	}
	for {
		parent, f, doomed, ok := s.next()
		if !ok {
			return nil
		}
		if doomed {
			_, doomed = s.conflicting(f.dep, noPkg)
		}
		t := try{parent: parent, found: f, ahead: noPkg, doomed: doomed}
		if err := s.satisfy(&t); err != nil {
			return err
		}
	}
}

// satisfy chooses a candidate for the dependency of t, or goes back to where another choice may help.
func (s *search) satisfy(t *try) error {
	for {
		if err := s.tick(); err != nil {
			return err
		}
		p, another := s.candidate(t)
		if p == noPkg {
			if s.startsRounds() {
				return errInRounds
			}
			blocked := s.exhausted(t)
			to := s.backtrack(t, blocked)
			if to == nil {
				return s.failed(t)
			}
			doomed := t.doomed
			*t = *to
			t.doomed, t.resumed = doomed, true
			p, another = s.candidate(t)
		}
		if t.doomed && !t.resumed && another {
			continue // the last one will do to show the error
		}
		t.mark = s.mark()
		chosen, err := s.choose(t, p, another)
		if err != nil {
			return err
		}
		if chosen {
			if another {
				s.back = append(s.back, *t)
			}
			return nil
		}
		// Without another candidate the choice is left as it is: what it changed is needed to tell why it failed, and
		// goes with what is older.
		if another {
			s.undo(t.mark)
		}
	}
}

// candidate takes the next candidate that nothing stands in the way of; another tells whether there is one after it.
// What stands in the way of others is noted.
func (s *search) candidate(t *try) (p pkg, another bool) {
	for c := t.found.candidates; t.next < len(c.sums); {
		p := s.w.candidate(c, t.next)
		t.next++
		if c, free := s.blocked(p); !free {
			s.w.putNew(&t.blocked, c)
			continue
		}
		if t.ahead != noPkg {
			p, t.ahead = t.ahead, p
			return p, true
		}
		t.ahead = p
	}
	p, t.ahead = t.ahead, noPkg
	return p, false
}

// blocked finds the chosen package that stands in the way of p: a compatible version, or one with the same library.
func (s *search) blocked(p pkg) (c conflict, free bool) {
	n := s.w.nodes[p]
	if a := s.at(n.slot).p; a != noPkg && a != p {
		return conflict{p: a, reason: sameSlot}, false
	}
	if n.link != 0 {
		if a := s.linkedBy(n.link); a != noPkg && a != p {
			return conflict{p: a, reason: sameLink, feature: n.sum.Links}, false
		}
	}
	return conflict{}, true
}

// choose takes p for the dependency of t, unless it is known to fail.
func (s *search) choose(t *try, p pkg, another bool) (bool, error) {
	fr, news, refused, err := s.activate(t.parent, t.found.dep, p, t.found.features)
	if err != nil {
		return false, err
	}
	if refused != nil {
		s.w.put(&t.blocked, *refused)
		return false, nil
	}
	if !news {
		return true, nil
	}
	fails := t.doomed || s.dependencyFails(t, p, fr.found) || s.makesOtherFail(t, p)
	if fails && !another && (t.doomed || !s.canBacktrack(t, t.blocked)) {
		// Nothing can be done any more, and the user is to see why.
		s.back = s.back[:0]
		fr.doomed = true
		s.await(fr)
		return true, nil
	}
	if !fails {
		s.await(fr)
	}
	return !fails, nil
}

// dependencyFails: one of the new package's own dependencies is known to fail with what is chosen. All that is part of
// the reason stands in the way of the package too.
func (s *search) dependencyFails(t *try, p pkg, deps []found) bool {
	for i := range deps {
		if set, ok := s.conflicting(deps[i].dep, noPkg); ok {
			s.w.putAll(&t.blocked, set, p)
			return true
		}
	}
	return false
}

// makesOtherFail: with the new package a dependency that waits already is known to fail. The reason, and whoever has
// that dependency, stand in the way of the package.
func (s *search) makesOtherFail(t *try, p pkg) bool {
	classes := s.known.classes[p]
	if len(classes) == 0 {
		return false
	}
	for _, i := range s.pending.inOrder() {
		f := &s.pending.frames[i]
		for _, d := range f.found[f.place:] {
			if !classes[s.w.class(d.dep)] {
				continue
			}
			if set, ok := s.conflicting(d.dep, p); ok {
				at, _ := s.w.search(set, p)
				s.w.putAll(&t.blocked, set, p)
				s.w.put(&t.blocked, conflict{p: f.parent, reason: set[at].reason, feature: set[at].feature})
				return true
			}
		}
	}
	return false
}

// conflicting is a known conflict of a dependency with what is chosen, which p is part of unless it is noPkg.
func (s *search) conflicting(d *dep, p pkg) (conflicts, bool) {
	return s.known.find(d, s.chosenAt, p, math.MaxInt)
}

// maxSteps is a bound for graphs that the search would not come to an end with. Real ones take a few thousand steps,
// the hardest of stock's own test suite some ten thousands. Stock has no bound: what it finds within minutes is found here.
const maxSteps = 50_000_000

func (s *search) tick() error {
	s.steps++
	if s.steps&0xff == 0 {
		if err := s.ctx.Err(); err != nil {
			return fmt.Errorf("choosing versions was stopped: %w", context.Cause(s.ctx))
		}
	}
	if s.steps > s.limit() {
		return s.tooHard()
	}
	return nil
}

func (s *search) limit() int {
	if n := s.w.input.MaxSteps; n > 0 {
		return n
	}
	return maxSteps
}

package resolve

import "slices"

// exhausted is called when a dependency has no candidate left. What stood in the way is remembered for good, if it is
// the whole truth, and traced back as far as possible. It gives what to leave behind.
func (s *search) exhausted(t *try) conflicts {
	s.count(t)
	if t.doomed || t.resumed {
		return t.blocked
	}
	s.known.add(t.found.dep, t.blocked)
	if older := s.generalized(t); older != nil {
		return older
	}
	return t.blocked
}

// backtrack gives the latest try that had another candidate and that was made before the conflict arose, and takes
// everything back to there; nil if there is none.
func (s *search) backtrack(t *try, blocked conflicts) *try {
	age := s.conflictAge(t, blocked)
	for len(s.back) > 0 {
		last := len(s.back) - 1
		to := s.back[last]
		s.back = s.back[:last]
		if age >= 0 && to.age >= age {
			continue // all that is in conflict was chosen by then: it would end the same
		}
		s.undo(to.mark)
		return &to
	}
	return nil
}

// canBacktrack tells whether backtrack would find something.
func (s *search) canBacktrack(t *try, blocked conflicts) bool {
	age := s.conflictAge(t, blocked)
	return len(s.back) > 0 && (age < 0 || s.back[0].age < age)
}

// conflictAge is when the last of those was chosen that together make the dependency of t fail; -1 if that is not
// known, so that one has to go back step by step.
func (s *search) conflictAge(t *try, blocked conflicts) int {
	if t.resumed {
		return -1
	}
	age := s.chosenAt(t.parent)
	for _, c := range blocked {
		at := s.chosenAt(c.p)
		if at < 0 || age < 0 {
			return -1
		}
		age = max(age, at)
	}
	return age
}

// generalized looks for a conflict that goes further back than the one that was met. Take the package of it that was
// chosen last, and a parent that asked for it earlier: if the dependency of t is known to fail with every version that
// the parent could have got, then it fails with the parent.
func (s *search) generalized(t *try) conflicts {
	last, age := s.latest(t.blocked)
	if last == noPkg || s.isBelow(t.parent, last) {
		return nil // below it, its own versions have to be tried
	}
	for _, e := range s.parentsInOrder(last) {
		if s.chosenAt(e.parent) >= age {
			continue
		}
		if set := s.substituted(t, e, last, age); set != nil {
			s.known.add(t.found.dep, set)
			return set
		}
	}
	return nil
}

// latest is the package of a conflict that was chosen last; noPkg if one is not chosen at all.
func (s *search) latest(c conflicts) (last pkg, age int) {
	last, age = noPkg, -1
	for _, o := range c { // in order: of two of one age the greater counts
		at := s.chosenAt(o.p)
		if at < 0 {
			return noPkg, -1
		}
		if at >= age {
			last, age = o.p, at
		}
	}
	return last, age
}

// parentsInOrder are the distinct edges to the parents of p, by parent, then by age.
func (s *search) parentsInOrder(p pkg) []edge {
	var edges []edge
	for _, e := range s.parentsOf(p) {
		if !slices.Contains(edges, e) {
			edges = append(edges, e)
		}
	}
	slices.SortStableFunc(edges, func(a, b edge) int { return s.w.compare(a.parent, b.parent) })
	return edges
}

// substituted is the conflict with the parent of e in the place of last, if it is known to fail with every candidate of
// the dependency by which the parent asked for last.
func (s *search) substituted(t *try, e edge, last pkg, age int) conflicts {
	c := e.dep.found
	set := slices.Clone(t.blocked)
	at, _ := s.w.search(set, last)
	why := set[at]
	for i := len(c.sums) - 1; i >= 0; i-- { // the last one is the least likely to be known
		other := s.w.candidate(c, i)
		known, ok := s.known.find(t.found.dep, func(p pkg) int {
			if p == other {
				return age // as if it had been chosen
			}
			return s.chosenAt(p)
		}, other, age)
		if !ok {
			return nil
		}
		s.w.putAll(&set, known, noPkg)
	}
	for i := range c.sums {
		s.w.remove(&set, s.w.candidate(c, i))
	}
	s.w.put(&set, conflict{p: e.parent, reason: why.reason, feature: why.feature})
	return set
}

package resolve

// activate enters p into the graph, below parent unless that is noPkg. It gives the frame of what p needs, unless
// there is nothing new about it; or what refuses it.
func (s *search) activate(parent pkg, d *dep, p pkg, features set) (fr frame, news bool, refused *conflict, err error) {
	s.age++
	s.addParent(p, parent, d)
	r := s.w.request(p, features, !d.DefaultFeatures)
	had, refused, err := s.enter(p, d, r)
	if err != nil || refused != nil {
		return fr, false, refused, err
	}
	if by, ok := s.w.replaced[p]; ok {
		p = by
		r = s.w.request(p, features, !d.DefaultFeatures)
		hadToo, _, err := s.enter(p, nil, r)
		if err != nil {
			return fr, false, nil, err
		}
		had = had && hadToo
	}
	if had {
		return fr, false, nil, nil
	}
	if r.refused != nil {
		if r.refused.cycle {
			return fr, false, nil, s.refusedRoot(p, r.refused)
		}
		return fr, false, &conflict{p: parent, reason: r.refused.reason, feature: r.refused.feature}, nil
	}
	if err := s.look(p, r); err != nil {
		return fr, false, nil, err
	}
	s.turnOn(p, r.used)
	return frame{parent: p, found: s.present(r.found)}, true, nil, nil
}

// enter gives p its slot and tells whether it had it before, with all features of the request.
func (s *search) enter(p pkg, d *dep, r *request) (had bool, refused *conflict, err error) {
	n := s.w.nodes[p]
	if s.at(n.slot).p != noPkg {
		return r != nil && r.refused == nil && s.features(p).covers(r.want), nil, nil
	}
	if n.link != 0 {
		if a := s.linkedBy(n.link); a != noPkg {
			return false, nil, s.twoLinks(p, a)
		}
		s.takeLink(n.link, p)
	}
	s.take(n.slot, choice{p, int32(s.age)})
	if d == nil || d.source.Same(n.id.Source) {
		return false, nil, nil
	}
	// The package comes by [patch] from another source than the dependency names. It takes the slot there as well:
	// else a compatible version could be chosen from that source beside it.
	other := s.w.slot(n.id.Name, n.id.Version, d.source)
	before := s.at(other).p
	s.take(other, choice{p, int32(s.age)})
	if before != noPkg {
		return false, &conflict{p: before, reason: sameSlot}, nil
	}
	return false, nil, nil
}

// look finds the candidates of all dependencies of a request, and puts the narrow ones first.
func (s *search) look(p pkg, r *request) error {
	if r.looked {
		return nil
	}
	list := make([]found, 0, len(r.wanted))
	s.ahead.ask(r.wanted)
	for _, want := range r.wanted {
		c, err := s.find(want.dep)
		if err != nil {
			return s.unavailable(p, want.dep, err)
		}
		list = append(list, found{want.dep, c, want.features})
	}
	sortByCandidates(list)
	r.found, r.looked = list, true
	return nil
}

// roots enters the packages of the workspace, and looks at what they need before anything is asked for behind that.
func (s *search) roots(roots []Root) error {
	requests := make([]*request, len(roots))
	for i, root := range roots {
		requests[i] = s.w.rootRequest(s.w.node(root.Summary), root.Features, root.DevDeps)
		s.ahead.ask(requests[i].wanted)
	}
	for i, root := range roots {
		p := s.w.node(root.Summary)
		if err := s.root(p, requests[i]); err != nil {
			return err
		}
		for j := range requests[i].found {
			if t := (&try{parent: p, found: &requests[i].found[j]}); s.unusable(t) {
				return s.failed(t)
			}
		}
	}
	if s.rounds != nil {
		return nil // that was done before
	}
	for _, r := range requests {
		s.ahead.walk(r, nil)
	}
	return nil
}

func (s *search) root(p pkg, r *request) error {
	s.age++
	if _, _, err := s.enter(p, nil, nil); err != nil {
		return err
	}
	if r.refused != nil {
		return s.refusedRoot(p, r.refused)
	}
	if err := s.look(p, r); err != nil {
		return err
	}
	s.turnOn(p, r.used)
	s.await(frame{parent: p, found: s.present(r.found)})
	return nil
}

// unusable tells whether no candidate of the dependency of t has the features that are asked for. A package of the
// workspace is sure to be in the graph: nothing else need be looked at then.
func (s *search) unusable(t *try) bool {
	for i := range t.found.candidates.sums {
		p := s.w.candidate(t.found.candidates, i)
		if by, ok := s.w.replaced[p]; ok {
			p = by
		}
		refused := s.w.request(p, t.found.features, !t.found.DefaultFeatures).refused
		if refused == nil || refused.cycle {
			return false
		}
		s.w.put(&t.blocked, conflict{p: t.parent, reason: refused.reason, feature: refused.feature})
	}
	return true
}

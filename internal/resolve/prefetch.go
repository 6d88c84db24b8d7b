package resolve

import "context"

// prefetch asks for what the search will most likely want, all at once. Left to itself the search asks for the
// dependencies of one package at a time and waits for each answer; over a network that is a round trip for each level of
// the graph and more. So the graph is walked first as if no package ever stood in another's way: of each dependency the
// preferred candidate, with all that it brings; where that needs something that there is none of, the next one. The
// search then finds the answers there. What it does not find it asks for itself; errors are left to it too, as not all
// that is asked for here is needed. If it turns out that the workspace itself cannot have what it needs, the rest of the
// graph is of no interest any more.
func (w *world) prefetch(ctx context.Context) {
	f := &prefetcher{w: w, ctx: ctx, asked: map[queryKey]*inquiry{}, answers: make(chan *inquiry, 64), done: make(chan struct{}), seen: map[visit]*visited{}}
	defer close(f.done)
	for _, r := range w.input.Roots {
		f.wanted(w.rootRequest(w.node(r.Summary), r.Features, r.DevDeps), nil)
	}
	for f.open > 0 && !f.hopeless {
		select {
		case q := <-f.answers:
			f.open--
			f.answered(q)
		case <-ctx.Done():
			return
		}
	}
}

type prefetcher struct {
	w       *world
	ctx     context.Context
	asked   map[queryKey]*inquiry
	answers chan *inquiry
	done    chan struct{} // nobody waits for answers any more
	open    int
	seen    map[visit]*visited
	// hopeless: a package of the workspace cannot have one of its dependencies.
	hopeless bool
}

// visit is a package with the features that were asked of it.
type visit struct {
	p       pkg
	set     set
	noExtra bool
}

// visited is a package that was walked to.
type visited struct {
	dead  bool    // nothing satisfies one of its dependencies
	needs []*need // of those that count on it
}

// need is a dependency of a package, nil for one of the workspace, and how far down its candidates one had to go.
type need struct {
	wanted
	by         *visited
	candidates *candidates
	at         int
}

// inquiry is a query under way, and who waits for it.
type inquiry struct {
	q       Query
	key     queryKey
	answer  answer
	err     error
	waiting []*need
}

func (f *prefetcher) wanted(r *request, by *visited) {
	for _, want := range r.wanted {
		f.want(&need{wanted: want, by: by})
	}
}

func (f *prefetcher) want(n *need) {
	q := n.dep.query()
	key := q.key()
	if c, ok := f.w.queries[key]; ok {
		f.found(c, n)
		return
	}
	if i, ok := f.asked[key]; ok {
		i.waiting = append(i.waiting, n)
		return
	}
	i := &inquiry{q: q, key: key, waiting: []*need{n}}
	f.asked[key] = i
	f.open++
	go func() {
		i.answer, i.err = f.w.ask(f.ctx, i.q)
		select {
		case f.answers <- i:
		case <-f.done:
		}
	}()
}

func (f *prefetcher) answered(i *inquiry) {
	if i.err != nil {
		return
	}
	c, err := f.w.judge(f.ctx, i.q, i.answer)
	if err != nil {
		return
	}
	f.w.queries[i.key] = c
	for _, n := range i.waiting {
		f.found(c, n)
	}
}

func (f *prefetcher) found(c *candidates, n *need) {
	n.dep.found, n.candidates = c, c
	f.follow(n)
}

// follow goes on with the preferred candidate of those that are not known to be dead.
func (f *prefetcher) follow(n *need) {
	for ; n.at < len(n.candidates.sums); n.at++ {
		p := f.w.candidate(n.candidates, n.at)
		v := visit{p, n.features, !n.dep.DefaultFeatures}
		at := f.seen[v]
		if at == nil {
			at = &visited{needs: []*need{n}}
			f.seen[v] = at
			f.wanted(f.w.request(p, v.set, v.noExtra), at)
			return
		}
		if !at.dead {
			at.needs = append(at.needs, n)
			return
		}
	}
	f.die(n.by)
}

// die has all that counted on a package go on with their next candidate.
func (f *prefetcher) die(v *visited) {
	if v == nil {
		f.hopeless = true
		return
	}
	if v.dead {
		return
	}
	v.dead = true
	for _, n := range v.needs {
		n.at++
		f.follow(n)
	}
	v.needs = nil
}

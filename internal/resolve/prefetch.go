package resolve

import "context"

// prefetch asks for what the search will most likely want, all at once. Left to itself the search asks for the
// dependencies of one package at a time and waits for each answer; over a network that is a round trip for each level of
// the graph and more. So the graph is walked first as if nothing ever stood in the way: of each dependency the
// preferred candidate, with all that it brings. The search then finds the answers there. What it does not find it asks
// for itself; errors are left to it too, as not all that is asked for here is needed.
func (w *world) prefetch(ctx context.Context) {
	f := &prefetcher{w: w, ctx: ctx, asked: map[queryKey]*inquiry{}, answers: make(chan *inquiry, 64), seen: map[visit]bool{}}
	for _, r := range w.input.Roots {
		p := w.node(r.Summary)
		f.visit(w.rootRequest(p, r.Features, r.DevDeps))
	}
	for f.open > 0 {
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
	open    int
	seen    map[visit]bool
}

// visit is a package with the features that were asked of it.
type visit struct {
	p       pkg
	set     set
	noExtra bool
}

// inquiry is a query under way, and who waits for it.
type inquiry struct {
	q       Query
	key     queryKey
	answer  answer
	err     error
	waiting []wanted
}

func (f *prefetcher) visit(r *request) {
	for _, want := range r.wanted {
		f.want(want)
	}
}

func (f *prefetcher) want(want wanted) {
	q := want.dep.query()
	key := q.key()
	if c, ok := f.w.queries[key]; ok {
		f.follow(c, want)
		return
	}
	if i, ok := f.asked[key]; ok {
		i.waiting = append(i.waiting, want)
		return
	}
	i := &inquiry{q: q, key: key, waiting: []wanted{want}}
	f.asked[key] = i
	f.open++
	go func() {
		i.answer, i.err = f.w.ask(f.ctx, i.q)
		select {
		case f.answers <- i:
		case <-f.ctx.Done():
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
	for _, want := range i.waiting {
		f.follow(c, want)
	}
}

// follow goes on with the preferred candidate.
func (f *prefetcher) follow(c *candidates, want wanted) {
	want.dep.found = c
	if len(c.sums) == 0 {
		return
	}
	p := f.w.candidate(c, 0)
	v := visit{p, want.features, !want.dep.DefaultFeatures}
	if f.seen[v] {
		return
	}
	f.seen[v] = true
	f.visit(f.w.request(p, v.set, v.noExtra))
}

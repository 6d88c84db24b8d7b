package resolve

import (
	"context"
	"runtime"

	"berth/internal/crate"
)

// prefetcher asks for what the search will most likely want, before it comes to it. Left to itself the search would ask
// for the dependencies of one package at a time and wait for each answer; over a network that is a round trip for each
// level of the graph and more. So while it waits the graph is walked as if no package ever stood in another's way: of each
// dependency the preferred candidate, with all that it brings; where that cannot be had, the next one. What the search
// then wants is there, or under way. When the search ends the walk ends: of a graph without a solution not much more is
// read than it takes to find that out.
//
// Which answer comes when makes no difference: all that is decided here is what is asked for.
type prefetcher struct {
	w       *world
	ctx     context.Context
	known   map[queryKey]*inquiry
	answers chan *inquiry
	done    chan struct{} // nobody waits for answers any more
	seen    map[visit]*visited

	near  Near       // nil where nobody knows
	spare int        // how many more may be asked of sources that are near
	queue []*inquiry // what is asked of them after that
}

// Near is a Registry that knows which sources answer from this machine. There is no waiting to be hidden: what is asked
// of them ahead is work, for no more than all cores, and done for nothing where it turns out that there is no solution.
type Near interface {
	IsNear(source crate.SourceID) bool
}

// visit is a package with the features that were asked of it.
type visit struct {
	p       pkg
	set     set
	noExtra bool
}

// visited is a package that was walked to.
type visited struct {
	dead  bool    // it has not the features, or nothing satisfies one of its dependencies
	needs []*need // of those that count on it
}

// need is a dependency of a package, nil for one of the workspace, and how far down its candidates one had to go.
type need struct {
	wanted
	by *visited
	at int
}

// inquiry is a query, and who walks on when it is answered.
type inquiry struct {
	q          Query
	asked      bool
	queued     bool
	answer     answer
	answered   bool // and judged:
	candidates *candidates
	err        error
	waiting    []*need
}

func newPrefetcher(ctx context.Context, w *world) *prefetcher {
	f := &prefetcher{
		w: w, ctx: ctx, known: map[queryKey]*inquiry{}, answers: make(chan *inquiry, 64), done: make(chan struct{}), seen: map[visit]*visited{},
		spare: max(1, runtime.GOMAXPROCS(0)-1), // the search itself waits for one more
	}
	f.near, _ = w.input.Registry.(Near)
	return f
}

func (f *prefetcher) close() { close(f.done) }

// inquiry is the one for the candidates of a dependency.
func (f *prefetcher) inquiry(d *dep) *inquiry {
	if d.inquiry == nil {
		q := d.query()
		key := q.key()
		if d.inquiry = f.known[key]; d.inquiry == nil {
			d.inquiry = &inquiry{q: q}
			f.known[key] = d.inquiry
		}
	}
	return d.inquiry
}

// ask asks what the search is about to wait for.
func (f *prefetcher) ask(wanted []wanted) {
	for _, want := range wanted {
		f.start(f.inquiry(want.dep))
	}
}

func (f *prefetcher) start(i *inquiry) {
	if i.asked {
		return
	}
	i.asked = true
	go func() {
		i.answer, i.err = f.w.ask(f.ctx, i.q)
		select {
		case f.answers <- i:
		case <-f.done:
		}
	}()
}

// await gives the candidates of a dependency, and walks on while they are not there.
func (f *prefetcher) await(d *dep) (*candidates, error) {
	i := f.inquiry(d)
	f.start(i)
	for !i.answered {
		f.startQueued()
		select {
		case other := <-f.answers:
			f.take(other)
		case <-f.ctx.Done():
			return nil, context.Cause(f.ctx)
		}
	}
	return i.candidates, i.err
}

// startQueued asks of near sources what cores are left for.
func (f *prefetcher) startQueued() {
	for f.spare > 0 && len(f.queue) > 0 {
		i := f.queue[0]
		f.queue = f.queue[1:]
		if i.queued = !i.asked; i.queued {
			f.spare--
			f.start(i)
		}
	}
}

// take takes an answer and walks on behind it.
func (f *prefetcher) take(i *inquiry) {
	i.answered = true
	if i.queued {
		f.spare++
	}
	if i.err == nil {
		i.candidates, i.err = f.w.judge(f.ctx, i.q, i.answer)
	}
	for _, n := range i.waiting {
		f.follow(n)
	}
	i.waiting = nil
}

// walk begins with what a package needs.
func (f *prefetcher) walk(r *request, by *visited) {
	for _, want := range r.wanted {
		n := &need{wanted: want, by: by}
		i := f.inquiry(n.dep)
		if i.answered {
			f.follow(n)
			continue
		}
		i.waiting = append(i.waiting, n)
		if f.near != nil && f.near.IsNear(i.q.Source) {
			f.queue = append(f.queue, i)
		} else {
			f.start(i)
		}
	}
}

// follow goes on with the preferred candidate of those that are not known to be dead. What an error means is for the
// search to say: perhaps it never comes to it.
func (f *prefetcher) follow(n *need) {
	i := n.dep.inquiry
	if i.err != nil {
		return
	}
	for ; n.at < len(i.candidates.sums); n.at++ {
		p := f.w.candidate(i.candidates, n.at)
		v := visit{p, n.features, !n.dep.DefaultFeatures}
		at := f.seen[v]
		if at != nil && at.dead {
			continue
		}
		if at != nil {
			at.needs = append(at.needs, n)
			return
		}
		r := f.w.request(p, v.set, v.noExtra)
		at = &visited{dead: r.refused != nil, needs: []*need{n}}
		f.seen[v] = at
		if !at.dead {
			f.walk(r, at)
			return
		}
	}
	f.die(n.by)
}

// die has all that counted on a package go on with their next candidate.
func (f *prefetcher) die(v *visited) {
	if v == nil || v.dead {
		return
	}
	v.dead = true
	for _, n := range v.needs {
		n.at++
		f.follow(n)
	}
	v.needs = nil
}

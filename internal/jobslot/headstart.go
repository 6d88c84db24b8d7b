package jobslot

import "time"

// headStart is what keeps a short command from waiting behind long ones. With one line for all, a check of a second would
// stand among builds that take minutes, again for each of its units, and each time until somebody's compiler is done. The
// system's scheduler would share the cores out instead, as it does among several stock Cargos. So there is a second line,
// of as many slots as the first one has, for builds whose jobs have not taken long yet, one job of each at a time.
//
// A job that is not done soon leaves its slot to the next build that begins, and the first other slot that its build gets
// is for that job. So beside the slots of both lines there may be one job for each build that began with a long one.
type headStart struct {
	line  *line         // nil for none
	limit time.Duration // of all jobs; a quarter of it for one that has a slot of the line

	spent time.Duration // by all jobs until the last change
	jobs  int
	since time.Time // the last change

	job    *grant // that has a slot of the line
	over   *time.Timer
	unpaid *grant // of a job that had such a slot, and has none now
}

// change notes that a job begins, or ends.
func (h *headStart) change(jobs int) {
	h.spent = h.sum()
	h.since = time.Now()
	h.jobs += jobs
}

// sum is how long all jobs have taken.
func (h *headStart) sum() time.Duration {
	if h.jobs == 0 {
		return h.spent
	}
	return h.spent + time.Duration(h.jobs)*time.Since(h.since)
}

// ended forgets a job.
func (h *headStart) ended(g *grant) {
	if h.job == g {
		h.job = nil
		h.over.Stop()
	}
	if h.unpaid == g {
		h.unpaid = nil
	}
}

// isOpen tells whether somebody here may wait in this line.
func (l *line) isOpen(p *Pool) bool { return !l.first || p.mayHaveFirst() }

// mayHaveFirst tells whether a job may have one of the slots for builds that have only begun.
func (p *Pool) mayHaveFirst() bool {
	h := &p.start
	return h.line != nil && h.job == nil && h.unpaid == nil && h.sum() < h.limit
}

// tryFirst is such a slot, if one is free and nobody waits for it.
func (p *Pool) tryFirst() *grant {
	if !p.below() || !p.mayHaveFirst() {
		return nil
	}
	g := p.start.line.try(p)
	if g != nil {
		p.held++
	}
	return g
}

func (p *Pool) askFirst() {
	if p.mayHaveFirst() {
		p.start.line.ask(p)
	}
}

// limitFirst is told of each slot that a job gets: one of that line is left to others after a while.
func (p *Pool) limitFirst(g *grant) {
	h := &p.start
	if g == nil || !g.first {
		return
	}
	h.job = g
	h.over = time.AfterFunc(h.limit/4, func() {
		p.mu.Lock()
		defer p.mu.Unlock()
		if h.job != g {
			return
		}
		h.job, h.unpaid = nil, g
		g.release()
		g.release = func() {}
	})
}

// pay gives a slot to a job that has none; false: there is no such job.
func (p *Pool) pay(g *grant) bool {
	job := p.start.unpaid
	if job == nil {
		return false
	}
	p.start.unpaid = nil
	job.lock, job.release = g.lock, g.release
	p.held-- // both were counted
	return true
}

package ui

import (
	"math"
	"sync/atomic"
	"time"
)

// Progress is the tasks of one piece of work, each with a row of its own while it runs.
type Progress struct {
	u     *UI
	width int // of the names; u.mu guards it
}

// Progress begins to show a piece of work. Where rows cannot be drawn nothing is printed but debug lines, as in stock.
func (u *UI) Progress() *Progress {
	if u == nil {
		return nil
	}
	return &Progress{u: u, width: nameWidth}
}

// Announce prints stock's line about components that will be downloaded, which is there with and without a terminal, and keeps
// their names' column from moving. No names, no line.
func (p *Progress) Announce(names ...string) {
	if p == nil {
		return
	}
	p.u.mu.Lock()
	for _, name := range names {
		p.width = min(max(p.width, columnsOf(oneLine(name))), maxNameWidth)
	}
	p.u.mu.Unlock()
	switch len(names) {
	case 0:
	case 1:
		p.u.Infof("downloading component %s", names[0])
	default:
		p.u.Infof("downloading %d components", len(names))
	}
}

// Task adds a row. It must be ended with Done.
func (p *Progress) Task(name string) *Task {
	if p == nil {
		return nil
	}
	t := &Task{p: p, name: oneLine(name)}
	p.u.mu.Lock()
	defer p.u.mu.Unlock()
	p.u.addRow(t)
	return t
}

// Done takes away the rows of tasks that were not ended.
func (p *Progress) Done() {
	if p == nil {
		return
	}
	p.u.mu.Lock()
	defer p.u.mu.Unlock()
	var mine []*Task
	for _, r := range p.u.live.rows {
		if t, ok := r.(*Task); ok && t.p == p {
			mine = append(mine, t)
		}
	}
	for _, t := range mine {
		p.u.dropRow(t)
	}
}

// A Task is one component on its way. Several goroutines may Add to it.
type Task struct {
	p    *Progress
	name string
	done atomic.Int64 // bytes of this stage

	// guarded by UI.mu
	stage string
	total int64 // of this stage; 0: not known, no bar
	size  int64 // the last total that was known: it stays beside the name when the stages have no bytes
	meter meter
}

// Stage says what happens to the component now (downloading, unpacking, linking, waiting for pid 123) and how many bytes there
// are to it, 0 if it is not counted in bytes.
func (t *Task) Stage(name string, total int64) {
	if t == nil {
		return
	}
	u := t.p.u
	u.mu.Lock()
	t.enter(name, total)
	u.mu.Unlock()
	t.tell(name)
}

func (t *Task) enter(stage string, total int64) {
	t.stage, t.total, t.meter = oneLine(stage), max(total, 0), meter{}
	if done := t.done.Swap(0); t.size == 0 {
		t.size = done
	}
	if total > 0 {
		t.size = total
	}
}

// tell is all that is seen of a stage without a terminal.
func (t *Task) tell(stage string) {
	if t.p.u.term == nil {
		t.p.u.Debugf("ui", "%s: %s", t.name, stage)
	}
}

// Add counts n bytes of the stage as done. It costs an atomic addition.
func (t *Task) Add(n int64) {
	if t != nil {
		t.done.Add(n)
	}
}

// Skip counts n bytes that were there already, which say nothing about the rate: the beginning of a resumed download.
func (t *Task) Skip(n int64) {
	if t == nil {
		return
	}
	t.p.u.mu.Lock()
	defer t.p.u.mu.Unlock()
	t.done.Add(n)
	t.meter.last += n
}

// Finish ends the task well: its row becomes a line for good that says how (installed), above those that still run.
func (t *Task) Finish(state string) {
	if t == nil {
		return
	}
	u := t.p.u
	u.mu.Lock()
	t.enter(state, 0)
	if u.dropRow(t) {
		width, _ := u.size()
		var below []string
		if len(u.live.drawn) > 0 {
			below = u.lines()
		}
		u.repaint(t.render(width-1, u.errPen)+"\n", below)
	}
	u.mu.Unlock()
	t.tell(state)
}

// Done ends the task. Without Finish before it the row is taken away, so that `defer t.Done()` is right on every path.
func (t *Task) Done() {
	if t == nil {
		return
	}
	t.p.u.mu.Lock()
	defer t.p.u.mu.Unlock()
	t.p.u.dropRow(t)
}

func (t *Task) sample(now time.Time) { t.meter.sample(t.done.Load(), now) }

// A meter measures bytes per second, smoothed over a few seconds: the last instant alone would make the ETA jump.
type meter struct {
	last int64
	at   time.Time
	rate float64
}

const meterMemory = 3 * time.Second

func (m *meter) sample(done int64, now time.Time) {
	elapsed := now.Sub(m.at).Seconds()
	if m.at.IsZero() || elapsed <= 0 {
		m.last, m.at = done, now
		return
	}
	rate := float64(done-m.last) / elapsed
	weight := 1 - math.Exp(-elapsed/meterMemory.Seconds())
	if m.rate == 0 {
		weight = 1
	}
	m.rate += weight * (rate - m.rate)
	m.last, m.at = done, now
}

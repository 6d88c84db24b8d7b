package timings

import (
	"cmp"
	"fmt"
	"slices"
	"time"

	"berth/internal/build"
	"berth/internal/unit"
)

// Sizes in the drawings, in pixels.
const (
	width  = 1100
	height = 17 // of a row
	curve  = 160
)

// x is where a moment is.
func (p *page) x(d time.Duration) float64 {
	if p.Times.Took <= 0 {
		return 0
	}
	return float64(d) / float64(p.Times.Took) * width
}

// shown are the units that took time, in the order in which they could begin.
func (p *page) shown() []int {
	var all []int
	for i, t := range p.Times.Units {
		if t.Origin == build.MadeHere || t.Origin == build.Failed || t.Origin == build.Elsewhere || len(t.Waits) > 0 {
			all = append(all, i)
		}
	}
	slices.SortStableFunc(all, func(a, b int) int {
		return cmp.Compare(p.first(a), p.first(b))
	})
	return all
}

// first is when something was done for a unit.
func (p *page) first(i int) time.Duration {
	t := &p.Times.Units[i]
	at := t.Done
	if t.Begun > 0 {
		at = t.Begun
	}
	if len(t.Waits) > 0 {
		at = min(at, t.Waits[0].From)
	}
	return at
}

// chart draws a bar for each unit that took time.
func (p *page) chart() {
	rows := p.shown()
	if len(rows) == 0 {
		p.put("<p>Nothing had to be made.</p>\n")
		return
	}
	p.put(`<h2>Units</h2><p class=key><span class=turn></span>could begin, waits for its turn <span class=other></span>another process is at it `,
		`<span class=work></span>up to metadata, or all of it <span class=rest></span>code, while others go on with the metadata <span class=bad></span>failed</p>`, "\n")
	p.putf("<div class=wide><svg width=%d height=%d>\n", width, height*len(rows)+20)
	p.grid(height * len(rows))
	for row, i := range rows {
		p.bar(row*height, i)
	}
	p.put("</svg></div>\n")
}

// grid draws lines at round times.
func (p *page) grid(bottom int) {
	step := 100 * time.Millisecond
	for _, next := range []time.Duration{5, 10, 20, 50, 100, 200, 600, 1200, 3000, 6000, 36000} {
		if p.Times.Took/step <= 12 {
			break
		}
		step = next * 100 * time.Millisecond
	}
	for at := time.Duration(0); at <= p.Times.Took; at += step {
		p.putf("<line class=grid x1=%.1f y1=0 x2=%.1[1]f y2=%[2]d></line><text class=grid x=%.1[1]f y=%[3]d>%[4]s</text>\n", p.x(at), bottom, bottom+14, seconds(at))
	}
}

func (p *page) bar(y, i int) {
	t, u := &p.Times.Units[i], p.Graph.Units[i]
	p.put("<g><title>", escape(p.tooltip(i)), "</title>\n")
	box := func(class string, from, to time.Duration) {
		p.putf("<rect class=%s x=%.1f y=%d width=%.1f height=%d></rect>", class, p.x(from), y+1, max(1, p.x(to)-p.x(from)), height-3)
	}
	end := t.Done
	if end == 0 {
		end = p.Times.Took
	}
	if t.Begun > 0 {
		box("turn", t.Ready, t.Begun)
	}
	for _, w := range t.Waits {
		if w.To == 0 {
			w.To = end
		}
		box("other", w.From, w.To)
	}
	switch {
	case t.Begun == 0:
	case t.Origin == build.Failed:
		box("bad", t.Begun, end)
	case t.Metadata > 0:
		box("work", t.Begun, t.Metadata)
		box("rest", t.Metadata, end)
	default:
		box("work", t.Begun, end)
	}
	label := escape(nameOf(u) + " " + seconds(end-p.first(i)))
	if at := p.x(end); at < width*0.6 {
		p.putf("<text x=%.1f y=%d>%s</text></g>\n", at+4, y+height-5, label)
	} else {
		p.putf("<text x=%.1f y=%d text-anchor=end>%s</text></g>\n", p.x(p.first(i))-4, y+height-5, label)
	}
}

// tooltip is all that is known of a unit.
func (p *page) tooltip(i int) string {
	t, u := &p.Times.Units[i], p.Graph.Units[i]
	text := nameOf(u) + "\ncould begin at " + seconds(t.Ready)
	if t.Begun > 0 {
		text += "\nbegun at " + seconds(t.Begun)
	}
	if t.Metadata > 0 {
		text += "\nmetadata at " + seconds(t.Metadata)
	}
	text += "\nthere at " + seconds(t.Done)
	if t.Why != "" {
		text += "\nmade again: " + t.Why
	}
	return text
}

// loads draws how many units were what.
func (p *page) loads() {
	most := 1
	for _, l := range p.Times.Loads {
		most = max(most, l.Active, l.Wanted, l.Parked)
	}
	p.put(`<h2>At once</h2><p class=key><span class=work></span>being made <span class=slot></span>could be made, but for slots or --jobs <span class=other></span>another process is at it</p>`, "\n")
	p.putf("<div class=wide><svg width=%d height=%d>\n", width, curve+20)
	p.grid(curve)
	p.putf("<text class=grid x=2 y=10>%d</text>\n", most)
	p.curve("slot", most, func(l build.Load) int { return l.Wanted })
	p.curve("other", most, func(l build.Load) int { return l.Parked })
	p.curve("work", most, func(l build.Load) int { return l.Active })
	p.put("</svg></div>\n")
}

func (p *page) curve(class string, most int, value func(build.Load) int) {
	y := func(n int) float64 { return curve - float64(n)/float64(most)*(curve-4) }
	p.put("<polyline class=", class, ` points="`)
	last := 0
	p.putf("0,%.1f ", y(0))
	for _, l := range p.Times.Loads {
		if n := value(l); n != last {
			p.putf("%.1f,%.1f %.1[1]f,%.1[3]f ", p.x(l.At), y(last), y(n))
			last = n
		}
	}
	p.putf("%d,%.1f\"></polyline>\n", width, y(last))
}

// chain lists what the build waited for, one after the other.
func (p *page) chain() {
	at := -1
	for i, t := range p.Times.Units {
		if (t.Origin == build.MadeHere || t.Origin == build.Elsewhere) && (at < 0 || t.Done > p.Times.Units[at].Done) {
			at = i
		}
	}
	if at < 0 {
		return
	}
	var chain []int
	for ; at >= 0; at = p.lastNeed(at) {
		chain = append(chain, at)
	}
	slices.Reverse(chain)
	p.put("<h2>What it waited for, one after the other</h2>\n<ol>\n")
	for k, i := range chain {
		t := &p.Times.Units[i]
		took := t.Done - t.Ready
		if k+1 < len(chain) {
			took = p.Times.Units[chain[k+1]].Ready - t.Ready
		}
		note := ""
		if turn := t.Begun - t.Ready; t.Begun > 0 && turn >= 10*time.Millisecond {
			note = fmt.Sprintf(", %s of it for its turn", seconds(turn))
		}
		p.put("<li>", escape(nameOf(p.Graph.Units[i])), ": ", seconds(took), note, "</li>\n")
	}
	p.put("</ol>\n")
}

// lastNeed is what was there last of all that a unit needs, and took time; -1 where nothing did.
func (p *page) lastNeed(i int) int {
	last, when := -1, time.Duration(-1)
	seen := map[*unit.Unit]bool{}
	var walk func(u *unit.Unit)
	walk = func(u *unit.Unit) {
		for _, d := range u.Deps {
			if seen[d.Unit] {
				continue
			}
			seen[d.Unit] = true
			t := &p.Times.Units[d.Unit.Index]
			there := t.Done
			if there > p.Times.Units[i].Ready {
				there = t.Metadata
			}
			if (t.Origin == build.MadeHere || t.Origin == build.Elsewhere) && there > 0 && there <= p.Times.Units[i].Ready && there > when {
				last, when = d.Unit.Index, there
			}
			walk(d.Unit)
		}
	}
	walk(p.Graph.Units[i])
	return last
}

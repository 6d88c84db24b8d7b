package snippet

import (
	"fmt"
	"math"
	"slices"
	"strings"
)

// form is how a mark goes through a line.
type form uint8

const (
	whole   form = iota // it begins and ends there
	opening             // it begins there
	passing             // it began above and ends below
	closing             // it ends there
)

// lineMark is a mark, or that part of one which lies in a line.
type lineMark struct {
	form
	from, to spot
	main     bool
	label    string
}

func (m *lineMark) ink() ink {
	if m.main {
		return main
	}
	return beside
}

// sign is what a place is underlined with.
func (m *lineMark) sign() rune {
	if m.main {
		return '^'
	}
	return '-'
}

// takesRow: what comes from the margin or goes there crosses all on its way.
func (m *lineMark) takesRow() bool { return m.form == opening || m.form == closing }

// markedLine is a line to be shown.
type markedLine struct {
	line
	marks []lineMark
}

// markedLines are the lines that have marks. Of a mark over several lines the first five and the last two are shown.
func (e Excerpt) markedLines() (shown []markedLine, deep bool) {
	all := linesOf(e.Text)
	marks := map[int][]lineMark{}
	var wide []lineMark
	for _, mark := range e.Marks {
		m := lineMark{from: spotOf(all, mark.Span.Start), to: spotOf(all, mark.Span.End), main: mark.Main, label: mark.Label}
		switch {
		case m.from.line != m.to.line:
			wide = append(wide, m)
			continue
		case m.from.column == m.to.column:
			m.to.column++
		}
		marks[m.from.line] = append(marks[m.from.line], m)
	}
	for _, m := range wide {
		spread(m, all, marks)
	}
	for _, l := range all {
		if list := marks[l.number]; list != nil {
			shown = append(shown, markedLine{l, list})
		}
	}
	return shown, len(wide) > 0
}

// spread parts a mark among the lines that it goes through.
func spread(m lineMark, all []line, marks map[int][]lineMark) {
	put := func(number int, f form, from, to spot, label string) {
		marks[number] = append(marks[number], lineMark{f, from, to, m.main, label})
	}
	after := m.from
	after.char, after.column = after.char+1, after.column+1
	put(m.from.line, opening, m.from, after, "")
	middle := min(m.from.line+4, m.to.line)
	until := m.from.line
	for number := middle - 1; number >= m.from.line; number-- {
		if saysSomething(all[number-1].text) {
			until = number + 1
			break
		}
	}
	for number := m.from.line + 1; number < until; number++ {
		put(number, passing, spot{line: number}, spot{line: number}, "")
	}
	if last := m.to.line - 1; middle < last && saysSomething(all[last-1].text) {
		put(last, passing, spot{line: last}, spot{line: last}, "")
	}
	before := m.to
	before.char, before.column = max(0, before.char-1), max(0, before.column-1)
	put(m.to.line, closing, before, m.to, m.label)
}

// saysSomething: a bracket alone is not worth a line.
func saysSomething(text string) bool {
	text = strings.TrimSpace(text)
	return !slices.Contains([]string{"", "{", "}", "(", ")", "[", "]"}, text) && !strings.HasPrefix(text, "//")
}

func (e Excerpt) lastLine() int {
	end := 0
	for _, m := range e.Marks {
		end = max(end, m.Span.End)
	}
	return strings.Count(e.Text[:min(end, len(e.Text))], "\n") + 1
}

// start is the place that the excerpt is about.
func start(lines []markedLine) spot {
	best := spot{line: math.MaxInt}
	for _, onlyMain := range []bool{true, false} {
		for _, l := range lines {
			for _, m := range l.marks {
				if (m.main || !onlyMain) && (l.number < best.line || l.number == best.line && m.from.char < best.char) {
					best = spot{line: l.number, char: m.from.char}
				}
			}
		}
		if best.line < math.MaxInt {
			break
		}
	}
	return best
}

func position(s spot) string { return fmt.Sprintf("%d:%d", s.line, s.char+1) }

// excerpt draws the lines, with those between them where that is one.
func (p *page) excerpt(e Excerpt) {
	lines, deep := e.markedLines()
	if e.Path != "" {
		p.arrow("--> ", e.Path+":"+position(start(lines)))
	}
	p.put(p.height(), p.bar(), '|', margin)
	d := drawing{page: p, code: p.bar() + 2}
	if deep {
		d.code += 2
	}
	d.window = fit(lines, p.columns-d.code)
	all := linesOf(e.Text)
	for i, l := range lines {
		d.line(l)
		if i+1 == len(lines) {
			break
		}
		switch next := lines[i+1].number; {
		case next == l.number+2:
			row := p.height()
			d.source(row, all[l.number])
			d.through(row, p.height())
		case next > l.number+2:
			row := p.height()
			p.write(row, 0, "...", margin)
			d.through(row, p.height())
		}
	}
}

// drawing is an excerpt being drawn.
type drawing struct {
	*page
	window window
	code   int       // column where lines begin
	open   *lineMark // the mark whose line goes down in the margin
}

// side is the column of that line.
func (d *drawing) side() int { return d.bar() + 2 }

// through leads the line in the margin through rows.
func (d *drawing) through(from, to int) {
	if d.open == nil {
		return
	}
	for row := from; row < to; row++ {
		d.put(row, d.side(), '|', d.open.ink())
	}
}

// at is where a column of a line is drawn.
func (d *drawing) at(column int) int { return max(0, d.code+column-d.window.left) }

// line draws a line and what belongs to it.
func (d *drawing) line(l markedLine) {
	row := d.height()
	d.source(row, l.line)
	open := d.open
	if only := l.opensAlone(); only != nil {
		d.put(row, d.side(), '/', only.ink())
		d.open = only
		return
	}
	var labels []*lineMark
	for i := range l.marks {
		if l.marks[i].form != passing {
			labels = append(labels, &l.marks[i])
		}
	}
	if len(labels) == 0 {
		d.through(row, d.height())
		return
	}
	d.below(row, arrange(labels))
	if len(labels) == 1 && labels[0].form == whole {
		d.shorten(row, labels[0])
	}
	for _, m := range labels {
		switch m.form {
		case opening:
			d.open = m
		case closing:
			d.open = nil
		}
	}
	if open != nil && d.open == open {
		d.through(row, d.height())
	}
}

// opensAlone is the one mark of a line, if it begins where the line's text does: a sign in the margin says enough.
func (l markedLine) opensAlone() *lineMark {
	var only *lineMark
	for i := range l.marks {
		switch m := &l.marks[i]; {
		case m.form == passing:
		case m.form != opening || strings.TrimSpace(head(l.text, m.from.char)) != "":
			return nil
		default:
			only = m
		}
	}
	return only
}

package snippet

import (
	"fmt"
	"slices"
	"strconv"
	"strings"
)

// usualColumns is how wide a report may be that goes to no terminal.
const usualColumns = 140

// Render is the report as text for a terminal with so many columns, 0 for none. It has no line end at its end.
func Render(r Report, columns int) string {
	if columns == 0 {
		columns = usualColumns
	}
	digits := len(strconv.Itoa(r.lastLine()))
	texts := make([]string, len(r))
	for i, g := range r {
		p := page{columns: columns, digits: digits, first: i == 0, more: i == 0 && len(r) > 1, path: r.path()}
		p.group(g)
		texts[i] = p.text(g.Level)
	}
	return strings.Join(texts, "\n")
}

func (r Report) lastLine() int {
	last := 0
	for _, g := range r {
		for _, part := range g.Parts {
			last = max(last, part.lastLine())
		}
	}
	return last
}

// path is the file that the report is about.
func (r Report) path() string {
	for _, g := range r {
		for _, part := range g.Parts {
			switch p := part.(type) {
			case Excerpt:
				if p.Path != "" {
					return p.Path
				}
			case Place:
				return string(p)
			}
		}
	}
	return ""
}

// page is one group being drawn.
type page struct {
	canvas
	columns int
	digits  int    // of the numbers of lines
	first   bool   // it is the report's first group
	more    bool   // it is, and others follow
	path    string // of the report
}

// bar is the column of the line between numbers and text; the text begins two columns after it.
func (p *page) bar() int { return p.digits + 1 }

func (p *page) group(g Group) {
	p.add(0, g.Level.String(), word+ink(g.Level))
	title := plain
	if p.first && !slices.ContainsFunc(g.Parts, isCause) {
		title = strong
	}
	p.add(0, ": "+shown(g.Title), title)
	for i, part := range g.Parts {
		last := i+1 == len(g.Parts)
		switch part := part.(type) {
		case Remark:
			p.remark(part.Level.String(), part.Text)
		case Cause:
			if i == 0 {
				p.put(p.height(), p.bar(), '|', margin)
			}
			p.remark("cause", string(part))
		case Place:
			mark := "--> "
			if i > 0 {
				mark = "::: "
			}
			p.arrow(mark, string(part))
			if last && p.more {
				p.put(p.height(), p.bar(), '|', margin)
			}
		case Excerpt:
			p.excerpt(part)
			if p.first && (!last || p.more) {
				p.put(p.height(), p.bar(), '|', margin)
			}
		case Change:
			p.change(part)
		}
	}
}

func isCause(part Part) bool {
	_, ok := part.(Cause)
	return ok
}

// arrow names a place after a mark.
func (p *page) arrow(mark, place string) {
	row := p.height()
	p.write(row, p.digits, mark, margin)
	p.add(row, place, plain)
}

// remark writes a sentence; its further lines stand below its first word.
func (p *page) remark(word, sentence string) {
	row := p.height()
	p.write(row, p.bar(), "= ", margin)
	p.add(row, word, strong)
	indent := strings.Repeat(" ", p.digits+3+len(word)+2)
	for i, text := range strings.Split(sentence, "\n") {
		if i == 0 {
			text = ": " + text
		} else {
			text = indent + text
		}
		p.add(row+i, text, plain)
	}
}

// number writes the number of a line.
func (p *page) number(row, number int) {
	p.write(row, 0, fmt.Sprintf("%*d", p.digits, number), margin)
}

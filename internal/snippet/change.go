package snippet

import (
	"strings"
	"unicode/utf8"
)

// changed is a change worked out.
type changed struct {
	before []line   // the lines that the place is in
	after  []string // what they become
	from   spot
	to     spot
}

func (c Change) carryOut() changed {
	all := linesOf(c.Text)
	w := changed{from: spotOf(all, c.At.Start), to: spotOf(all, c.At.End)}
	w.before = all[w.from.line-1 : w.to.line]
	first, last := w.before[0].text, w.before[len(w.before)-1].text
	text := head(first, w.from.char) + c.With + last[len(head(last, w.to.char)):]
	w.after = strings.Split(text, "\n")
	return w
}

// head is as many characters of a text as it has of those that are asked for.
func head(text string, characters int) string {
	for i := range text {
		if characters == 0 {
			return text[:i]
		}
		characters--
	}
	return text
}

func (c Change) lastLine() int {
	w := c.carryOut()
	if len(w.after) == 1 {
		return w.to.line
	}
	return w.from.line + len(w.after) - 1
}

func (p *page) change(c Change) {
	w := c.carryOut()
	if c.Path != "" && c.Path != p.path {
		p.arrow("--> ", c.Path+":"+position(w.from))
	}
	p.put(p.height(), p.bar(), '|', margin)
	if len(w.after) == 1 {
		p.difference(c, w)
	} else {
		p.additions(c, w)
	}
	p.put(p.height(), p.bar(), '|', margin)
}

// difference shows lines as they are and the one that they become.
func (p *page) difference(c Change, w changed) {
	for _, l := range w.before {
		row := p.height()
		from, to := 0, utf8.RuneCountInString(l.text)
		if l.number == w.from.line {
			from = w.from.char
		}
		if l.number == w.to.line {
			to = w.to.char
		}
		p.sided(row, l.number, "- ", removed, l.text, from, to)
	}
	p.sided(p.height(), w.from.line, "+ ", added, w.after[0], w.from.char, w.from.char+utf8.RuneCountInString(c.With))
}

// additions shows the lines that there will be: one that is new as a whole has another sign than one that was there.
func (p *page) additions(c Change, w changed) {
	with := strings.Split(c.With, "\n")
	for i, text := range w.after {
		from, to := 0, utf8.RuneCountInString(with[i])
		if i == 0 {
			from, to = w.from.char, w.from.char+to
		}
		sign := "~ "
		if from == 0 && to == utf8.RuneCountInString(text) {
			sign = "+ "
		}
		p.sided(p.height(), w.from.line+i, sign, added, text, from, to)
	}
}

// sided writes a line with a sign in place of the bar, a part of it in the sign's colour.
func (p *page) sided(row, number int, sign string, k ink, text string, from, to int) {
	p.number(row, number)
	p.write(row, p.bar(), sign, k)
	p.write(row, p.bar()+2, shown(text), plain)
	at := p.bar() + 2
	p.tint(row, at+columnsOf(head(text, from)), at+columnsOf(head(text, to)), k)
}

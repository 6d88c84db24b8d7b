package tomldoc

import (
	"cmp"
	"slices"
	"strings"

	"berth/internal/tomlquote"
)

// print writes the whole draft with \n as line ends.
func (r *Draft) print() string {
	p := &printer{}
	p.collect(r.root, nil, false)
	slices.SortStableFunc(p.headers, func(a, b placed) int { return cmp.Compare(a.place, b.place) })
	for _, h := range p.headers {
		p.section(h)
	}
	p.buf.WriteString(r.tail)
	return p.buf.String()
}

// placed is a table with its header, in the order in which they stood. One without a place comes after the one that
// was met before it.
type placed struct {
	place   int
	table   *Entry
	path    []*Entry
	element bool
}

type printer struct {
	buf     strings.Builder
	headers []placed
	last    int
	started bool // something has been written
}

func (p *printer) collect(table *Entry, path []*Entry, element bool) {
	if !table.dotted {
		if table.place != 0 {
			p.last = table.place
		}
		p.headers = append(p.headers, placed{p.last, table, slices.Clone(path), element})
	}
	for _, one := range table.entries {
		switch one.form {
		case section:
			p.collect(one, append(path, one), false)
		case sections:
			for _, element := range one.entries {
				p.collect(element, append(path, one), true)
			}
		}
	}
}

// section writes a header and the lines below it.
func (p *printer) section(h placed) {
	lines := h.table.lines()
	switch {
	case len(h.path) == 0:
		p.started = p.started || len(lines) > 0
	case h.element || !h.table.implicit || len(lines) > 0:
		p.header(h)
	}
	for _, line := range lines {
		v := line[len(line)-1]
		p.key(line, "", " ")
		p.buf.WriteByte('=')
		p.value(v, " ", "")
		p.buf.WriteByte('\n')
	}
}

func (p *printer) header(h placed) {
	lead := "\n"
	if !p.started {
		lead = ""
	}
	p.started = true
	p.or(h.table.lead, lead)
	if h.table.path != "" && h.table.depth == len(h.path) {
		p.buf.WriteString(h.table.path)
	} else {
		open, closed := "[", "]"
		if h.element {
			open, closed = "[[", "]]"
		}
		p.buf.WriteString(open)
		for i, part := range h.path {
			if i > 0 {
				p.buf.WriteByte('.')
			}
			p.keyPart(part)
		}
		p.buf.WriteString(closed)
	}
	p.or(h.table.trail, "")
	p.buf.WriteByte('\n')
}

// lines are the values that stand below the header of a table, or within its braces, each with its key and the keys of
// the dotted tables that it lies in.
func (e *Entry) lines() [][]*Entry {
	var lines [][]*Entry
	var walk func(table *Entry, path []*Entry)
	walk = func(table *Entry, path []*Entry) {
		for _, one := range table.entries {
			at := append(slices.Clone(path), one)
			switch {
			case one.IsTable() && one.dotted:
				walk(one, at)
			case one.form == scalar || one.form == array || one.form == braces:
				lines = append(lines, at)
			}
		}
	}
	walk(e, nil)
	return lines
}

// or writes what stood there, or what is usual.
func (p *printer) or(written *string, usual string) {
	if written != nil {
		usual = *written
	}
	p.buf.WriteString(usual)
}

func (p *printer) key(line []*Entry, before, after string) {
	last := line[len(line)-1]
	p.or(last.before, before)
	if last.path != "" && last.depth == len(line) {
		p.buf.WriteString(last.path)
	} else {
		for i, part := range line {
			if i > 0 {
				p.buf.WriteByte('.')
			}
			p.keyPart(part)
		}
	}
	p.or(last.after, after)
}

func (p *printer) keyPart(part *Entry) {
	if part.asKey != "" {
		p.buf.WriteString(part.asKey)
		return
	}
	p.buf.Write(tomlquote.AppendKey(nil, part.key))
}

func (p *printer) value(v *Entry, lead, trail string) {
	p.or(v.lead, lead)
	switch v.form {
	case scalar:
		p.buf.WriteString(v.text)
	case array:
		p.array(v)
	case braces:
		p.braces(v)
	}
	p.or(v.trail, trail)
}

func (p *printer) array(v *Entry) {
	p.buf.WriteByte('[')
	for i, item := range v.entries {
		lead := ""
		if i > 0 {
			p.buf.WriteByte(',')
			lead = " "
		}
		p.value(item, lead, "")
	}
	p.close(v, ']')
}

func (p *printer) braces(v *Entry) {
	p.buf.WriteByte('{')
	lines := v.lines()
	for i, line := range lines {
		if i > 0 {
			p.buf.WriteByte(',')
		}
		trail := ""
		if i == len(lines)-1 {
			trail = " "
		}
		p.key(line, " ", " ")
		p.buf.WriteByte('=')
		p.value(line[len(line)-1], " ", trail)
	}
	p.close(v, '}')
}

func (p *printer) close(v *Entry, bracket byte) {
	if v.comma && len(v.entries) > 0 {
		p.buf.WriteByte(',')
	}
	p.buf.WriteString(v.inner)
	p.buf.WriteByte(bracket)
}

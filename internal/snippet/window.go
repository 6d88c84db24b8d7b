package snippet

import "math"

// window is the part of long lines that is shown.
type window struct{ left, right, columns int }

// ellipsis stands where something was left out.
const ellipsis = "..."

// fit finds the part of the lines that shows the marks in so many columns, and their labels if there is room for them.
func fit(lines []markedLine, columns int) window {
	const room = 6 // around what is to be seen
	blank, from, to, labels, longest := math.MaxInt, math.MaxInt, 0, 0, 0
	for _, l := range lines {
		longest = max(longest, columnsOf(l.text))
		if n, ok := indentation(l.text); ok {
			blank = min(blank, n)
		}
		for _, m := range l.marks {
			from = min(from, m.from.column, m.to.column)
			to = max(to, m.from.column, m.to.column)
			label := 0
			if m.label != "" {
				label = columnsOf(m.label) + 1
			}
			labels = max(labels, m.to.column+label)
		}
	}
	if blank == math.MaxInt {
		blank = 0
	}
	blank, from = max(0, blank-room), max(0, from-room)
	to, labels = to+room, labels+room
	w := window{columns: columns}
	if blank > 20 { // much of nothing
		w.left = blank - 16
	}
	w.right = max(longest, w.left)
	if w.right-w.left <= columns {
		return w
	}
	switch {
	case labels >= blank && labels-blank <= columns:
		w.left = blank
	case labels-from <= columns:
		w.left = max(0, from-(columns-(labels-from))/2)
	case to-from <= columns:
		w.left = max(0, from-(columns-(to-from))/5*2)
	default:
		w.left, w.right = from, to
		return w
	}
	w.right = w.left + columns
	return w
}

// indentation is how many columns are blank before the text of a line that has any.
func indentation(text string) (columns int, ok bool) {
	for _, r := range text {
		if r != ' ' && r != '\t' {
			return columns, true
		}
		columns += columnsOfRune(r)
	}
	return 0, false
}

// source writes a line of the text, or what the window shows of it.
func (d *drawing) source(row int, l line) {
	d.number(row, l.number)
	d.put(row, d.bar(), '|', margin)
	text := []rune(shown(l.text))
	left, right := min(d.window.left, len(text)), len(text)
	if len(text)-d.window.left > d.window.columns {
		right = min(right, d.window.right)
	}
	part := string(text[left:right])
	if part == "" {
		return
	}
	d.write(row, d.code, part, plain)
	if d.window.left > 0 {
		d.write(row, d.code, ellipsis, margin)
	}
	if len(text) > right {
		d.write(row, max(d.code, d.code+right-left-len(ellipsis)), ellipsis, margin)
	}
}

// shorten takes the middle out of a mark, and of what is marked, where that is wider than two windows.
func (d *drawing) shorten(row int, m *lineMark) {
	const least = 5
	width := m.to.column - m.from.column
	if width <= 2*d.window.columns || width <= 2*least+len(ellipsis) {
		return
	}
	kept := max(d.window.columns/3, least)
	from := d.code + max(0, m.from.column+kept-d.window.left)
	to := d.code + max(0, m.to.column-kept-d.window.left)
	for _, r := range []int{row, row + 1} {
		if to <= len(d.rows[r]) {
			d.rows[r] = append(d.rows[r][:from], d.rows[r][to-len(ellipsis):]...)
			d.write(r, from, ellipsis, margin)
		}
	}
}

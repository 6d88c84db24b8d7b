package snippet

import (
	"cmp"
	"slices"
)

// placed is a mark and how many rows below the marks its label stands; 0 is beside the mark.
type placed struct {
	*lineMark
	below int
}

// arrange finds rows for the labels of a line, from right to left: the last one may stand beside its mark, if no other
// mark is in its way; of the others each that would run into its neighbour hangs lower.
func arrange(marks []*lineMark) []placed {
	slices.SortStableFunc(marks, func(a, b *lineMark) int {
		return cmp.Or(cmp.Compare(b.from.column, a.from.column), cmp.Compare(b.from.char, a.from.char))
	})
	var all []placed
	row := 0
	for i, m := range marks {
		left := marks[i+1:]
		if row == 0 && m.label != "" && slices.ContainsFunc(left, func(o *lineMark) bool { return meet(o, m, 0) && !(sameSpan(o, m) && o.label == "") }) {
			row++
		}
		all = append(all, placed{m, row})
		if slices.ContainsFunc(left, func(o *lineMark) bool { return collide(o, m, row) }) {
			row++
		}
	}
	return all
}

// collide tells whether the label of a mark cannot stand in the row of that of a mark to its right.
func collide(left, right *lineMark, row int) bool {
	room := 0
	if left.label != "" {
		room = len(left.label) + 2
	}
	near := meet(left, right, room)
	switch {
	case left.takesRow() && right.takesRow(), left.takesRow() && right.label != "", right.takesRow() && left.label != "":
		return true
	case near && left.label != "" && right.label != "":
		return true
	}
	return near && row == 0 && left.label != "" && left.to.column <= right.to.column
}

// meet tells whether two marks overlap, the first with so much room more.
func meet(a, b *lineMark, room int) bool {
	return a.from.column < b.to.column && b.from.column < a.to.column+room
}

func sameSpan(a, b *lineMark) bool { return a.from == b.from && a.to == b.to }

// below draws what stands below a line: marks, lines from them to their labels, labels.
func (d *drawing) below(row int, marks []placed) {
	deepest := 0
	for _, m := range marks {
		deepest = max(deepest, m.below)
	}
	if deepest > 0 {
		deepest++
	}
	for i := range deepest + 1 {
		d.put(row+1+i, d.bar(), '|', margin)
	}
	for _, m := range marks {
		d.lead(row, deepest, m)
	}
	for _, m := range marks {
		if m.label == "" {
			continue
		}
		if m.below == 0 {
			d.write(row+1, d.at(m.to.column+1), m.label, m.ink())
		} else {
			d.write(row+m.below+2, d.at(m.from.column), m.label, m.ink())
		}
	}
	slices.SortStableFunc(marks, func(a, b placed) int {
		wide := cmp.Compare(b.to.column-b.from.column, a.to.column-a.from.column)
		if wide == 0 && a.main != b.main {
			if a.main {
				return 1
			}
			return -1
		}
		return wide
	})
	for _, m := range marks {
		for column := m.from.column; column < m.to.column; column++ {
			d.put(row+1, d.at(column), m.sign(), m.ink())
		}
	}
}

// lead draws the lines that go from a mark to its label and to the margin.
func (d *drawing) lead(row, deepest int, m placed) {
	at := row + 1 + m.below
	if m.takesRow() {
		for column := d.side() + 1; column < d.at(m.from.column); column++ {
			d.put(at, column, '_', m.ink())
		}
	}
	if m.below > 0 && (m.label != "" || m.takesRow()) {
		for r := row + 1; r <= at; r++ {
			d.put(r, d.at(m.from.column), '|', m.ink())
		}
	}
	switch m.form {
	case opening:
		d.put(at, d.side(), ' ', m.ink())
		for r := at + 1; r < row+deepest+2; r++ {
			d.put(r, d.side(), '|', m.ink())
		}
	case closing:
		for r := row; r <= at; r++ {
			d.put(r, d.side(), '|', m.ink())
		}
	}
}

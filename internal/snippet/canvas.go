package snippet

import "strings"

// ink is what a character means, which is how it looks.
type ink uint8

const (
	plain  ink = iota
	margin     // numbers, bars, arrows
	main       // what the report is about: the colour of its group's level
	beside     // what helps to understand it
	added
	removed
	strong // the title of what is wrong, the word of a remark
	word   // the word of a level, in that level's colour: word+Level
)

// cell is a character of the canvas.
type cell struct {
	r   rune
	ink ink
}

// canvas is what is drawn on, row by row.
type canvas struct{ rows [][]cell }

func (c *canvas) height() int { return len(c.rows) }

// put writes a character, and blanks before it where there is nothing yet.
func (c *canvas) put(row, column int, r rune, k ink) {
	for len(c.rows) <= row {
		c.rows = append(c.rows, nil)
	}
	for len(c.rows[row]) <= column {
		c.rows[row] = append(c.rows[row], cell{' ', plain})
	}
	c.rows[row][column] = cell{r, k}
}

func (c *canvas) write(row, column int, text string, k ink) {
	for _, r := range text {
		c.put(row, column, r, k)
		column++
	}
}

// add writes behind what there is in a row.
func (c *canvas) add(row int, text string, k ink) {
	for len(c.rows) <= row {
		c.rows = append(c.rows, nil)
	}
	c.write(row, len(c.rows[row]), text, k)
}

// tint changes the look of what is there and has none yet.
func (c *canvas) tint(row, from, to int, k ink) {
	for column := from; column < to && column < len(c.rows[row]); column++ {
		c.rows[row][column].ink = k
	}
}

// text is the canvas with the colours of a terminal, without a line end at its end.
func (c *canvas) text(level Level) string {
	var b strings.Builder
	for i, row := range c.rows {
		if i > 0 {
			b.WriteByte('\n')
		}
		current := ""
		for _, cell := range row {
			if look := cell.ink.look(level); look != current {
				if current != "" {
					b.WriteString("\x1b[0m")
				}
				b.WriteString(look)
				current = look
			}
			b.WriteRune(cell.r)
		}
		if current != "" {
			b.WriteString("\x1b[0m")
		}
	}
	return b.String()
}

// look is the sequence that a terminal has for the ink.
func (k ink) look(level Level) string {
	switch k {
	case plain:
		return ""
	case margin, beside:
		return "\x1b[1m\x1b[94m"
	case added:
		return "\x1b[92m"
	case removed:
		return "\x1b[91m"
	case strong:
		return "\x1b[1m"
	case main:
		return level.look()
	}
	return Level(k - word).look()
}

func (l Level) look() string {
	return [...]string{"", "\x1b[1m\x1b[91m", "\x1b[1m\x1b[33m", "\x1b[1m\x1b[92m", "\x1b[1m\x1b[96m"}[l]
}

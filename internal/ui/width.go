package ui

import (
	"strings"
	"unicode/utf8"

	"berth/internal/columns"
)

// columnsOf is how many columns of a terminal a text of one line takes; sequences that set colours take none.
func columnsOf(text string) int {
	n := 0
	for text != "" {
		if skip := colorSequence(text); skip > 0 {
			text = text[skip:]
			continue
		}
		r, size := utf8.DecodeRuneInString(text)
		n += columns.OfRune(r)
		text = text[size:]
	}
	return n
}

// cut shortens a text without colours to so many columns. Where it cuts it says so, if there is room to.
func cut(text string, limit int) string { return cutWith("...", text, limit) }

// cutWith is cut with another mark of where it cuts.
func cutWith(mark, text string, limit int) string {
	if columnsOf(text) <= limit {
		return text
	}
	keep, end := limit-columnsOf(mark), mark
	if keep < columnsOf(mark) {
		keep, end = limit, ""
	}
	used := 0
	for i, r := range text {
		if used += columns.OfRune(r); used > keep {
			return text[:i] + end
		}
	}
	return text
}

// padLeft and padRight fill a text up to so many columns.
func padLeft(text string, width int) string  { return blanks(width-columnsOf(text)) + text }
func padRight(text string, width int) string { return text + blanks(width-columnsOf(text)) }
func blanks(n int) string                    { return strings.Repeat(" ", max(0, n)) }

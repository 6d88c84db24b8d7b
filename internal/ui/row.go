package ui

import (
	"fmt"
	"math"
	"strings"
	"time"
)

// Columns of a task's row, those of stock rustup: name, state, bar, bytes, rate. All of them fit 80 columns.
const (
	nameWidth    = 13
	maxNameWidth = 30
	stateWidth   = 11
	barWidth     = 15
	sizeWidth    = 13
)

// render leaves out, on a narrow terminal, first the rate, then the bar, then the bytes, of which a
// percentage stays; name and state are cut at last.
func (t *Task) render(width int, p pen) string {
	name := padLeft(cut(t.name, t.p.width), t.p.width)
	room := width - columnsOf(name) - 1
	if room < stateWidth {
		return cut(t.name+" "+t.stage, width)
	}
	return p.paint(Strong, name) + " " + t.fit(room)
}

// fit is the widest of a row's forms that has room.
func (t *Task) fit(room int) string {
	state := padRight(t.stage, stateWidth)
	var forms []string
	switch {
	case t.total > 0:
		done := min(max(t.done.Load(), 0), t.total)
		bytes := padLeft(amount(done, t.total), sizeWidth)
		forms = []string{
			state + " " + bar(done, t.total) + " " + bytes + " " + t.meter.text(t.total-done),
			state + " " + bar(done, t.total) + " " + bytes,
			state + " " + strings.TrimSpace(bytes),
			state + " " + percent(done, t.total),
		}
	case t.done.Load() > 0: // bytes without an end: a server that names no length
		state = padRight(t.stage, stateWidth+1+barWidth+2)
		bytes := padLeft(byteCount(t.done.Load()), sizeWidth)
		forms = []string{state + " " + bytes + " " + t.meter.text(-1), state + " " + bytes}
	case t.size > 0:
		state = padRight(t.stage, stateWidth+1+barWidth+2)
		forms = []string{state + " " + padLeft(byteCount(t.size), sizeWidth)}
	}
	for _, form := range forms {
		if form = strings.TrimRight(form, " "); columnsOf(form) <= room {
			return form
		}
	}
	return cut(t.stage, room)
}

func bar(done, total int64) string {
	n := int(float64(done) / float64(total) * barWidth)
	return "[" + strings.Repeat("#", n) + strings.Repeat(" ", barWidth-n) + "]"
}

// percent is rounded down: 100% is the end.
func percent(done, total int64) string {
	return fmt.Sprintf("%3.0f%%", math.Floor(float64(done)/float64(total)*100))
}

// text is the rate and, if it is known how much is left, the time until the end. Nothing until something was measured.
func (m *meter) text(left int64) string {
	if m.rate < 1 {
		return ""
	}
	rate := amount(int64(m.rate), -1) + "/s"
	if left < 0 {
		return "(" + rate + ")"
	}
	return "(" + rate + ", ETA " + duration(time.Duration(float64(left)/m.rate*float64(time.Second))) + ")"
}

// byteCount is a number of bytes as stock prints it.
func byteCount(n int64) string {
	unit, name := unitOf(n)
	if unit == 1 {
		return fmt.Sprintf("%d B", n)
	}
	return fmt.Sprintf("%.2f %s", float64(n)/float64(unit), name)
}

// amount is done of total in total's unit; done alone if total is negative. Three digits are enough for what changes ten times
// a second.
func amount(done, total int64) string {
	unit, name := unitOf(max(done, total))
	digits := func(n int64) string {
		v := float64(n) / float64(unit)
		if unit == 1 || float64(max(done, total))/float64(unit) >= 99.95 {
			return fmt.Sprintf("%.0f", v)
		}
		return fmt.Sprintf("%.1f", v)
	}
	if total < 0 {
		return digits(done) + " " + name
	}
	return digits(done) + "/" + digits(total) + " " + name
}

func unitOf(n int64) (unit int64, name string) {
	unit, name = 1, "B"
	for _, larger := range [...]string{"KiB", "MiB", "GiB", "TiB"} {
		if n < unit<<10 {
			break
		}
		unit, name = unit<<10, larger
	}
	return unit, name
}

// duration is a time in its largest unit, rounded up: 0s is the end.
func duration(d time.Duration) string {
	up := func(unit time.Duration) int64 { return int64((d + unit - 1) / unit) }
	switch {
	case d < 0 || d > 99*time.Hour:
		return "?"
	case d <= 99*time.Second:
		return fmt.Sprintf("%ds", up(time.Second))
	case d <= 99*time.Minute:
		return fmt.Sprintf("%dm", up(time.Minute))
	default:
		return fmt.Sprintf("%dh", up(time.Hour))
	}
}

// oneLine makes a text fit for a row.
func oneLine(text string) string {
	return strings.Join(strings.Fields(safe(text)), " ")
}

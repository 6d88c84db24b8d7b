package ui

import "time"

// CountdownState is how far a piece of work is that has one row for all of it.
type CountdownState struct {
	Done, Total int
	Text        string // what is left, in words
}

// countdown is Cargo's row of downloads: the verb where status lines have theirs, a bar as far as there is room, what is left.
type countdown struct {
	verb  string
	state func() CountdownState
	now   CountdownState
}

// Countdown shows a row until done is called; nil where no rows are drawn. state is called ten times a second, while the
// voice is held: it must not speak.
func (u *UI) Countdown(verb string, state func() CountdownState) (done func()) {
	if u == nil || u.term == nil {
		return nil
	}
	b := &countdown{verb: clean(verb), state: state}
	u.mu.Lock()
	defer u.mu.Unlock()
	u.addRow(b)
	return func() {
		u.mu.Lock()
		defer u.mu.Unlock()
		u.dropRow(b)
	}
}

func (b *countdown) sample(time.Time) { b.now = b.state() }

// render leaves out the bar where there is no room for it and the text.
func (b *countdown) render(width int, p pen) string {
	const least, most = 8, 27
	head := padLeft(b.verb, 12)
	room := width - columnsOf(head) - 1
	text := oneLine(b.now.Text)
	if bar := min(room-columnsOf(text)-len("[] "), most); bar >= least && b.now.Total > 0 {
		text = "[" + arrow(b.now.Done, b.now.Total, bar) + "] " + text
	}
	return p.paint(Literal, head) + " " + cut(text, room)
}

package ui

// Relay prints on stderr what another program has said to people, under no prefix and whatever the level: its colours
// stay where there are colours, and nothing else that could steer a terminal.
func (u *UI) Relay(text string) {
	if u != nil {
		u.line(u.errPen.filter(text))
	}
}

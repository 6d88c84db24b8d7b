package ui

import "strconv"

// environ answers what the environment says about colour, progress, width and logging. The variables of the style in
// use count: whoever calls cargo sets CARGO_TERM_COLOR.
type environ struct {
	lookup func(string) (string, bool)
	style  Style
}

func (e environ) get(name string) string {
	v, _ := e.lookup(name)
	return v
}

func (e environ) own(rustup, cargo string) string {
	if e.style == Cargo {
		return e.get(cargo)
	}
	return e.get(rustup)
}

// color decides whether a stream is coloured. An explicit choice comes before NO_COLOR, as in both stock tools; a value
// that neither of them knows counts as auto.
func (e environ) color(flag string, tty bool) bool {
	choice := flag
	if choice == "" {
		choice = e.own("RUSTUP_TERM_COLOR", "CARGO_TERM_COLOR")
	}
	switch choice {
	case "always":
		return true
	case "never":
		return false
	}
	if e.get("NO_COLOR") != "" {
		return false
	}
	if force := e.get("CLICOLOR_FORCE"); force != "" && force != "0" && e.style == Cargo {
		return true // as Cargo; to rustup it is nothing
	}
	return tty && e.capable() && e.get("CLICOLOR") != "0"
}

// progress decides whether the live region is drawn.
func (e environ) progress(choice string, tty bool) bool {
	if choice == "" {
		choice = e.own("RUSTUP_TERM_PROGRESS_WHEN", "CARGO_TERM_PROGRESS_WHEN")
	}
	switch choice {
	case "always":
		return true
	case "never":
		return false
	}
	if _, ci := e.lookup("CI"); ci && e.style == Cargo {
		return false // as Cargo; rustup draws there
	}
	return tty && e.capable()
}

// capable says whether the terminal understands escape sequences. An empty TERM does by the stock tools' reckoning, and
// on Windows nobody sets it.
func (e environ) capable() bool {
	term, set := e.lookup("TERM")
	return (set || !termIsRequired) && term != "dumb"
}

// width is the number of columns that the user asks for, 0 without a usable wish.
func (e environ) width() int {
	n, err := strconv.Atoi(e.own("RUSTUP_TERM_WIDTH", "CARGO_TERM_PROGRESS_WIDTH"))
	if err != nil || n < 0 || n > 1<<14 {
		return 0
	}
	return n
}

// log returns the variable that switches logging on and its value.
func (e environ) log() (name, value string) {
	name = "BERTH_LOG"
	if value = e.get(name); value == "" {
		name = "RUSTUP_LOG"
		if e.style == Cargo {
			name = "CARGO_LOG"
		}
		value = e.get(name)
	}
	return name, value
}

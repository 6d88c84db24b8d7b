package ui

import (
	"cmp"
	"fmt"
	"strings"
)

// Some terminals show in their tab, or in the task bar, how far the work in them is: they are told so beside the lines, as
// Cargo tells them, by ESC ] 9 ; 4 ; state ; percent ESC \. Only what has a bar has a percentage.
const tabSequence = "\x1b]9;4;%d;%.0f\x1b\\"

// States of the work in such a sequence.
const (
	tabEmpty   = 0
	tabWorking = 1
	tabFailing = 2
)

// showsTab decides by what terminals say of themselves, unless the configuration does.
func (e environ) showsTab(wanted *bool, tty bool) bool {
	if wanted != nil {
		return *wanted
	}
	_, windowsTerminal := e.lookup("WT_SESSION")
	switch program := e.get("TERM_PROGRAM"); {
	case !tty:
		return false
	case windowsTerminal, e.get("ConEmuANSI") == "ON", program == "WezTerm", program == "ghostty":
		return true
	default:
		return program == "iTerm.app" && hasProgress(e.get("TERM_FEATURES"))
	}
}

// hasProgress finds the feature P in iTerm's list: each begins with an upper-case letter, small ones and digits may follow.
func hasProgress(features string) bool {
	_, rest, found := strings.Cut(features, "P")
	for ; found; _, rest, found = strings.Cut(rest, "P") {
		if rest == "" || !strings.ContainsAny(rest[:1], "abcdefghijklmnopqrstuvwxyz0123456789") {
			return true
		}
	}
	return false
}

// tab is what to write beside lines of the live region, so that the tab shows what they do; empty where it does already.
func (u *UI) tab(lines []string) string {
	empty := fmt.Sprintf(tabSequence, tabEmpty, 0.)
	text := empty
	for _, r := range u.live.rows {
		if b, ok := r.(*Bar); ok && len(lines) > 0 {
			text = b.tab()
			break
		}
	}
	if !u.tabs || text == cmp.Or(u.live.tab, empty) {
		return ""
	}
	u.live.tab = text
	return text
}

func (b *Bar) tab() string {
	s := b.now.Load()
	state, percent := tabWorking, 0.
	if s.failed {
		state = tabFailing
	}
	if s.total > 0 {
		percent = 100 * float64(s.done) / float64(s.total)
	}
	return fmt.Sprintf(tabSequence, state, percent)
}

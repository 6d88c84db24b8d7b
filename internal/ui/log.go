package ui

import (
	"fmt"
	"strings"
)

// Infof says what is being done.
func (u *UI) Infof(format string, args ...any) { u.say(SaidInfo, levelInfo, format, args...) }

// Warnf says what the user should know although the command goes on.
func (u *UI) Warnf(format string, args ...any) { u.say(SaidWarning, levelWarn, format, args...) }

// Errorf prints an `error:` line of a command that goes on. An error that ends the command goes to [UI.Report].
func (u *UI) Errorf(format string, args ...any) { u.say(SaidError, levelError, format, args...) }

// Help prints a `help:` line of what the user can do; what it has besides its first line stands below the text of that.
func (u *UI) Help(text string) {
	u.hear(SaidElse, "", text)
	if u.enabled(levelInfo, "") {
		u.line(u.errPen.paint(Literal, "help") + ": " + strings.ReplaceAll(safe(text), "\n", "\n      "))
	}
}

// Aside prints a line on stderr as it is, under no prefix and whatever the level: what a result of this run says besides.
func (u *UI) Aside(text string) {
	if u != nil {
		u.hear(SaidElse, "", text)
		u.line(safe(text))
	}
}

// Relay prints on stderr what another program has said to people, under no prefix and whatever the level: its colours
// stay where there are colours, and nothing else that could steer a terminal.
func (u *UI) Relay(text string) {
	if u != nil {
		u.hear(SaidRelay, "", text)
		u.line(u.errPen.filter(text))
	}
}

// Debugf is for -v and the log variable; target names the package that speaks. It costs nothing worth measuring when it
// is off, but its arguments are still evaluated: where they are dear, ask [UI.Debugging] first.
func (u *UI) Debugf(target, format string, args ...any) {
	if u.enabled(levelDebug, target) {
		u.sayf(levelDebug, target, format, args...)
	}
}

// Tracef is for the log variable alone: what happens often.
func (u *UI) Tracef(target, format string, args ...any) {
	if u.enabled(levelTrace, target) {
		u.sayf(levelTrace, target, format, args...)
	}
}

// Debugging says whether debug lines of target are shown.
func (u *UI) Debugging(target string) bool { return u.enabled(levelDebug, target) }

// Statusf prints Cargo's status line: `   Compiling name v1.0.0`. In rustup's style, which has no such lines, it is an info
// line that begins with the verb.
func (u *UI) Statusf(verb, format string, args ...any) {
	u.hear(SaidStatus, verb, fmt.Sprintf(format, args...))
	if u == nil || u.style != Cargo {
		u.sayf(levelInfo, "", "%s "+format, append([]any{strings.ToLower(verb)}, args...)...)
		return
	}
	if u.level >= levelInfo {
		u.line(u.errPen.paint(Heading, fmt.Sprintf("%12s", clean(verb))) + " " + safe(fmt.Sprintf(format, args...)))
	}
}

// Below prints a line that belongs to the status line above it and begins where its text does, after a mark that may be
// empty.
func (u *UI) Below(t Tone, mark, text string) {
	u.hear(SaidElse, "", text)
	if u == nil || u.level < levelInfo {
		return
	}
	if mark != "" {
		mark = u.errPen.paint(t, clean(mark)) + " "
	}
	u.line(strings.Repeat(" ", 13) + mark + safe(text))
}

// say is sayf of a message, which somebody may listen to.
func (u *UI) say(kind Kind, l level, format string, args ...any) {
	if u == nil {
		return
	}
	u.hear(kind, "", fmt.Sprintf(format, args...))
	u.sayf(l, "", format, args...)
}

func (u *UI) enabled(l level, target string) bool {
	switch {
	case u == nil:
		return false
	case u.logs(l):
		return u.filter.allows(target, l)
	default:
		return l <= u.level
	}
}

// logs says whether lines of this level go out in the log's form. In rustup's style all do once the log is on, as stock does
// it; Cargo's messages stay what they are and only debug lines are logged.
func (u *UI) logs(l level) bool {
	return u.filter != nil && (u.style == Rustup || l >= levelDebug)
}

func (u *UI) sayf(l level, target, format string, args ...any) {
	if !u.enabled(l, target) {
		return
	}
	u.line(u.head(l, target) + safe(fmt.Sprintf(format, args...)))
}

// head is what a line begins with: the plain prefix, or in the log's form, that of Rust's tracing, which people grep for, time,
// level and place.
func (u *UI) head(l level, target string) string {
	if !u.logs(l) {
		return u.prefix(l)
	}
	names := [...]string{"OFF", "ERROR", " WARN", " INFO", "DEBUG", "TRACE"}
	tones := [...]Tone{"", toneRed, toneYellow, toneGreen, toneBlue, tonePurple}
	where := "berth"
	if target != "" {
		where += "::" + target
	}
	p := u.errPen
	return p.paint(Dim, u.clock.now().UTC().Format("2006-01-02T15:04:05.000000Z")) + " " +
		p.paint(tones[l], names[l]) + " " + p.paint(Dim, where) + p.paint(Dim, ":") + " "
}

// line writes one finished line to stderr, above what is live.
func (u *UI) line(text string) {
	u.mu.Lock()
	defer u.mu.Unlock()
	_ = u.flush() // keeps the order of the two streams; a failure is kept for Flush
	u.repaint(text+"\n", u.live.drawn)
}

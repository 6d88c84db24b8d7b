package ui

// Style is the family of tools whose voice is spoken.
type Style uint8

const (
	Rustup Style = iota // `info: text`
	Cargo               // `   Compiling text`, `warning: text`
)

// A Tone is what a piece of text means; the pen knows how that looks. Tones are the ones that rustup's own output has.
type Tone string

// Tones for [UI.Paint].
const (
	Strong      Tone = "\x1b[1m"         // the name of a component or target
	Heading     Tone = "\x1b[1m\x1b[92m" // headings of `show`, names in the closing table
	Remark      Tone = "\x1b[1m\x1b[94m" // `(installed)`, `(active, default)`
	Caution     Tone = "\x1b[1m\x1b[33m" // `update available`
	Failure     Tone = "\x1b[1m\x1b[31m" // `update failed`
	Literal     Tone = "\x1b[1m\x1b[96m" // Cargo's names of commands and flags
	Placeholder Tone = "\x1b[36m"        // what stands for something else in a form
	Off         Tone = "\x1b[1m\x1b[91m" // what Cargo says is not on
	Dim         Tone = "\x1b[2m"         // what of Cargo's lists is off
	Italic      Tone = "\x1b[3m"         // what Cargo says in place of a list

	toneDebug  Tone = "\x1b[1m\x1b[35m"
	toneGreen  Tone = "\x1b[32m"
	toneYellow Tone = "\x1b[33m"
	toneRed    Tone = "\x1b[31m"
	toneBlue   Tone = "\x1b[34m"
	tonePurple Tone = "\x1b[35m"
)

const toneEnd = "\x1b[0m"

// A pen writes in colour, or does not.
type pen struct{ on bool }

func (p pen) paint(t Tone, text string) string {
	if !p.on || text == "" {
		return text
	}
	return string(t) + text + toneEnd
}

// Paint colours a part of a result for stdout, if stdout is coloured. The text is cleaned here, since [UI.Print] cannot
// tell its escape sequences from others.
func (u *UI) Paint(t Tone, text string) string {
	if u == nil {
		return text
	}
	return u.outPen.paint(t, clean(text))
}

// prefix is what a plain line of a level begins with. Rustup colours the colon too, Cargo does not.
func (u *UI) prefix(l level) string {
	if u.style == Cargo {
		switch l {
		case levelError:
			return u.errPen.paint(Off, "error") + ": "
		case levelWarn:
			return u.errPen.paint(Caution, "warning") + ": "
		case levelInfo:
			return u.errPen.paint(Heading, "note") + ": "
		}
	}
	switch l {
	case levelError:
		return u.errPen.paint(Failure, "error:") + " "
	case levelWarn:
		return u.errPen.paint(Caution, "warn:") + " "
	case levelInfo:
		return u.errPen.paint(Strong, "info:") + " "
	default:
		return u.errPen.paint(toneDebug, "debug:") + " "
	}
}

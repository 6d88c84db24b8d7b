package command

import (
	"regexp"
	"strings"

	"berth/internal/ui"
)

// A painter colours a piece of help.
type painter func(ui.Tone, string) string

func plain(_ ui.Tone, text string) string { return text }

// Show prints the help, coloured where results are.
func (e *HelpError) Show(u *ui.UI) { u.Print(e.Command.help(e.Long, u.Paint)) }

// form colours how something is written: what is typed as it stands, and what stands for something else.
func (p painter) form(text string) string {
	return forms().ReplaceAllStringFunc(text, func(part string) string {
		if strings.ContainsAny(part[:1], "<[.") {
			return p(ui.Placeholder, part)
		}
		return p(ui.Literal, part)
	})
}

// forms finds words in brackets, of which one may hold others, with what repeats them, and all other words.
func forms() *regexp.Regexp {
	return regexp.MustCompile(`\[[^\]]*\](\.\.\.)?|<[^>]*>(\.\.\.)?|\.\.\.|[^\s,|<\[.]+`)
}

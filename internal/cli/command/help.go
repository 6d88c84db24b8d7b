package command

import (
	"fmt"
	"slices"
	"strings"

	"berth/internal/ui"
)

// helpWidth is where help is broken, whatever the terminal's width: texts are the
// same everywhere.
const helpWidth = 100

// Help is the text of -h.
func (c *Command) Help() string { return c.help(false, plain) }

func (c *Command) help(long bool, paint painter) string {
	var b strings.Builder
	if c.About != "" {
		for line := range strings.Lines(c.About) {
			b.WriteString(strings.Join(wrap(strings.TrimSuffix(line, "\n"), helpWidth), "\n") + "\n")
		}
		b.WriteByte('\n')
	}
	fmt.Fprintf(&b, "%s %s\n", paint(ui.Heading, "Usage:"), paint.form(c.usage()))
	for _, s := range c.sections() {
		s.write(&b, long, paint)
	}
	if c.More != "" {
		fmt.Fprintf(&b, "\n%s\n", strings.Trim(c.More, "\n"))
	}
	return b.String()
}

// section is a heading and what stands below it.
type section struct {
	title string
	rows  []row
}

// row is a term and what it means.
type row struct{ term, about, details, notes string }

// sections are the commands, the arguments, the flags, and below other headings
// the flags and then the arguments that ask for it. A family's own help, at the
// top, has but one section of flags.
func (c *Command) sections() []*section {
	var all []*section
	add := func(title string, rows ...row) {
		i := slices.IndexFunc(all, func(s *section) bool { return s.title == title })
		if i < 0 {
			i, all = len(all), append(all, &section{title: title})
		}
		all[i].rows = append(all[i].rows, rows...)
	}
	for _, r := range c.commandRows() {
		add("Commands", r)
	}
	for i := range c.Args {
		if a := &c.Args[i]; a.Heading == "" {
			add("Arguments", a.row())
		}
	}
	shown := slices.DeleteFunc(c.flags(), func(f *Flag) bool { return f.Hidden })
	for _, f := range shown {
		if c.parent == nil || f.Heading == "" {
			add("Options", c.flagRow(f))
		}
	}
	for i := range c.Args {
		if a := &c.Args[i]; a.Heading != "" {
			add(a.Heading) // here, though its flags come before it
		}
	}
	for _, f := range shown {
		if c.parent != nil && f.Heading != "" {
			add(f.Heading, c.flagRow(f))
		}
	}
	for i := range c.Args {
		if a := &c.Args[i]; a.Heading != "" {
			add(a.Heading, a.row())
		}
	}
	return all
}

func (c *Command) commandRows() (rows []row) {
	if c.Unlisted {
		return nil
	}
	for _, sub := range c.Commands {
		if !sub.Hidden {
			rows = append(rows, row{term: sub.Name, about: firstLine(sub.About)})
		}
	}
	if len(c.Commands) > 0 && !c.ownHelp() {
		rows = append(rows, row{term: "help", about: helpAbout})
	}
	return rows
}

const helpAbout = "Show this text, or that of one of the commands"

func (a *Arg) row() row {
	plain := *a
	plain.Last = false
	return row{plain.String(), a.About, a.Details, notes(a.Default, a.Choices)}
}

func (c *Command) flagRow(f *Flag) row {
	if f.isHelp {
		f.About = c.aboutHelp()
	}
	return row{f.term(), f.About, f.Details, notes(f.Default, f.Choices)}
}

// hasDetails says whether --help says more than -h.
func (c *Command) hasDetails() bool {
	for i := range c.Args {
		if c.Args[i].Details != "" {
			return true
		}
	}
	return slices.ContainsFunc(c.flags(), func(f *Flag) bool { return f.Details != "" })
}

func (c *Command) aboutHelp() string {
	if c.hasDetails() {
		return "Show this text; --help says more than -h"
	}
	return helpFlagAbout
}

// term stands in a column with -h, so that long flags begin behind a short one.
func (f *Flag) term() string {
	switch {
	case f.Long == "":
		return f.String()
	case f.Short != 0:
		return "-" + string(f.Short) + ", " + f.String()
	}
	return "    " + f.String()
}

func notes(preset string, choices []string) string {
	var parts []string
	if preset != "" {
		parts = append(parts, "[default: "+preset+"]")
	}
	if choices != nil {
		parts = append(parts, "[possible values: "+strings.Join(choices, ", ")+"]")
	}
	return strings.Join(parts, " ")
}

// write writes a section: what a term means stands beside it, or below where there
// is no room.
func (s *section) write(b *strings.Builder, long bool, paint painter) {
	fmt.Fprintf(b, "\n%s\n", paint(ui.Heading, s.title+":"))
	column := 0
	for _, r := range s.rows {
		column = max(column, len(r.term))
	}
	below := long || slices.ContainsFunc(s.rows, func(r row) bool { return r.tooLong(column) })
	for i, r := range s.rows {
		switch {
		case long:
			r.writeLong(b, i == len(s.rows)-1, paint)
		case below:
			fmt.Fprintf(b, "  %s\n", paint.form(r.term))
			indent(b, wrap(r.short(), helpWidth-10))
		default:
			lines := wrap(r.short(), helpWidth-column-4)
			beside := strings.TrimRight(fmt.Sprintf("%*s  %s", column-len(r.term), "", lines[0]), " ")
			fmt.Fprintf(b, "  %s%s\n", paint.form(r.term), beside)
			for _, line := range lines[1:] {
				fmt.Fprintf(b, "  %*s  %s\n", column, "", line)
			}
		}
	}
}

func indent(b *strings.Builder, lines []string) {
	for _, line := range lines {
		fmt.Fprintf(b, "          %s\n", line)
	}
}

func (r row) short() string { return strings.TrimSpace(r.about + " " + r.notes) }

// tooLong says that the terms take so much of the width that this one's meaning
// does not fit beside it.
func (r row) tooLong(column int) bool {
	taken := column + 8
	return taken*10 > helpWidth*4 && len(r.short()) > helpWidth-taken
}

// writeLong writes a row with all that there is to say of it.
func (r row) writeLong(b *strings.Builder, last bool, paint painter) {
	fmt.Fprintf(b, "  %s\n", paint.form(r.term))
	for i, text := range []string{r.about, r.details, r.notes} {
		if text == "" {
			continue
		}
		if i > 0 {
			fmt.Fprintf(b, "          \n")
		}
		for line := range strings.Lines(text) {
			indent(b, wrap(strings.TrimSuffix(line, "\n"), helpWidth-10))
		}
	}
	if !last {
		b.WriteByte('\n')
	}
}

// wrap breaks text between words; there is always a first line.
func wrap(text string, width int) []string {
	lines := []string{""}
	for _, word := range strings.Fields(text) {
		last := &lines[len(lines)-1]
		switch {
		case *last == "":
			*last = word
		case len(*last)+1+len(word) <= width:
			*last += " " + word
		default:
			lines = append(lines, word)
		}
	}
	return lines
}

// helpOn is `help A B` below c.
func (c *Command) helpOn(path []string) error {
	if len(path) == 1 && path[0] == "help" {
		return &HelpError{Asked: true, Command: c.helpCommand()}
	}
	for _, name := range path {
		sub := c.Find(name)
		if sub == nil {
			return c.unknownCommand(name, nil)
		}
		c = c.below(sub)
	}
	return &HelpError{Command: c, Asked: true, Long: c.hasDetails()}
}

func (c *Command) helpCommand() *Command {
	return &Command{
		Name: "help", About: helpAbout, parent: c, isHelp: true,
		Args: []Arg{{Name: "COMMAND", Many: true, About: "Of which command the text is shown"}},
	}
}

package command

import (
	"fmt"
	"strings"
)

// helpWidth is where help is broken, whatever the terminal's width: texts are the
// same everywhere.
const helpWidth = 100

// Help is the text of --help.
func (c *Command) Help() string {
	var b strings.Builder
	fmt.Fprintf(&b, "%s\n\nUsage: %s\n", c.About, c.usage())
	section(&b, "Commands", c.commandRows())
	section(&b, "Arguments", c.argRows())
	section(&b, "Options", c.flagRows())
	if c.More != "" {
		fmt.Fprintf(&b, "\n%s\n", strings.Trim(c.More, "\n"))
	}
	return b.String()
}

// row is a term and what it means.
type row struct{ term, about string }

func section(b *strings.Builder, title string, rows []row) {
	if len(rows) == 0 {
		return
	}
	fmt.Fprintf(b, "\n%s:\n", title)
	column := 0
	for _, r := range rows {
		column = max(column, len(r.term))
	}
	for _, r := range rows {
		lines := wrap(r.about, helpWidth-column-4)
		fmt.Fprintf(b, "  %s\n", strings.TrimRight(fmt.Sprintf("%-*s  %s", column, r.term, lines[0]), " "))
		for _, line := range lines[1:] {
			fmt.Fprintf(b, "  %*s  %s\n", column, "", line)
		}
	}
}

func (c *Command) commandRows() (rows []row) {
	for _, sub := range c.Commands {
		if !sub.Hidden {
			rows = append(rows, row{sub.Name, sub.About})
		}
	}
	if len(c.Commands) > 0 {
		rows = append(rows, row{"help", helpAbout})
	}
	return rows
}

const helpAbout = "Show this text, or that of one of the commands"

func (c *Command) argRows() (rows []row) {
	for i := range c.Args {
		a := &c.Args[i]
		rows = append(rows, row{a.String(), withChoices(a.About, a.Choices)})
	}
	return rows
}

func (c *Command) flagRows() (rows []row) {
	for i := range c.Flags {
		if f := &c.Flags[i]; !f.Hidden {
			rows = append(rows, row{f.term(), withChoices(f.About, f.Choices)})
		}
	}
	if !c.isHelp {
		rows = append(rows, row{"-h, --help", "Show this text"})
	}
	return rows
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

func withChoices(about string, choices []string) string {
	if choices == nil {
		return about
	}
	return strings.TrimSpace(about + " [possible values: " + strings.Join(choices, ", ") + "]")
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
		sub.parent = c
		c = sub
	}
	return &HelpError{Command: c, Asked: true}
}

func (c *Command) helpCommand() *Command {
	return &Command{
		Name: "help", About: helpAbout, parent: c, isHelp: true,
		Args: []Arg{{Name: "COMMAND", Many: true, About: "Of which command the text is shown"}},
	}
}
